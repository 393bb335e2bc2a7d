import {
  to = quickfra_status_two_factor.platform
  id = "203.0.113.7/platform/two-factor"
}
