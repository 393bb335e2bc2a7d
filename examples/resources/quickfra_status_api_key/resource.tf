# Its value is stored on the machine; ephemeral.quickfra_status_api_key gives it.
resource "quickfra_status_api_key" "prometheus" {
  stack   = quickfra_stack.platform
  name    = "prometheus"
  expires = "2035-01-01T00:00:00"
}
