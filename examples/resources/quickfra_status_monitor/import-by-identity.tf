import {
  to = quickfra_status_monitor.shop
  identity = {
    address = "203.0.113.7"
    stack   = "platform"
    id      = 12
  }
}
