import {
  to = quickfra_status_settings.platform
  id = "203.0.113.7/platform/settings"
}
