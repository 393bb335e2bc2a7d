resource "quickfra_status_settings" "platform" {
  stack = quickfra_stack.platform

  primary_base_url       = "https://status.example.com"
  server_timezone        = "Europe/Berlin"
  trust_proxy            = true # the ingress of the stack
  keep_data_period_days  = 90
  tls_expiry_notify_days = [7, 14, 30]
}
