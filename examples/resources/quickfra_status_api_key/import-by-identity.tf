import {
  to = quickfra_status_api_key.prometheus
  identity = {
    address = "203.0.113.7"
    stack   = "platform"
    id      = 1
  }
}
