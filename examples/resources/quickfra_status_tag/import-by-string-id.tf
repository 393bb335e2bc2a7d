import {
  to = quickfra_status_tag.environment
  id = "203.0.113.7/platform/environment"
}
