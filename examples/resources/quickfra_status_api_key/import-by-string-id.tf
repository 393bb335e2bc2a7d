import {
  to = quickfra_status_api_key.prometheus
  id = "203.0.113.7/platform/prometheus"
}
