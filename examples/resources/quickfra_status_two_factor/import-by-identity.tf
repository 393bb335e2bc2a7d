import {
  to = quickfra_status_two_factor.platform
  identity = {
    server = "203.0.113.7/platform"
  }
}
