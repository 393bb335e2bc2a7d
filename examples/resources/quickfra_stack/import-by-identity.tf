import {
  to = quickfra_stack.platform
  identity = {
    address = "203.0.113.7"
    name    = "platform"
  }
}
