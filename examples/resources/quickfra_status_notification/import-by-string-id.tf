import {
  to = quickfra_status_notification.operations
  id = "203.0.113.7/platform/Operations"
}
