import {
  to = quickfra_status_tag.environment
  identity = {
    address = "203.0.113.7"
    stack   = "platform"
    id      = 3
  }
}
