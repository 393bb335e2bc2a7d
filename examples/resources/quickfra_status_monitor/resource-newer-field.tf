# A field of the server that has no attribute yet.
resource "quickfra_status_monitor" "gateway" {
  stack = quickfra_stack.platform
  name  = "Gateway"
  extra = jsonencode({ weight = 1500 })
  ping {
    hostname = "192.0.2.1"
  }
}
