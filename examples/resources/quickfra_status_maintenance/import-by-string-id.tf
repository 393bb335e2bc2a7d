import {
  to = quickfra_status_maintenance.updates
  id = "203.0.113.7/platform/3"
}
