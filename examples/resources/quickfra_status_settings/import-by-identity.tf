import {
  to = quickfra_status_settings.platform
  identity = {
    server = "203.0.113.7/platform"
  }
}
