import {
  to = quickfra_status_proxy.office
  identity = {
    address = "203.0.113.7"
    stack   = "platform"
    id      = 2
  }
}
