import {
  to = quickfra_status_monitor.shop
  id = "203.0.113.7/platform/Shop"
}
