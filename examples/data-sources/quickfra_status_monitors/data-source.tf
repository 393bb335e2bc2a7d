# Every web monitor that carries the tag `environment` with the value `production`.
data "quickfra_status_monitors" "production" {
  stack     = quickfra_stack.platform
  type      = "http"
  tag       = "environment"
  tag_value = "production"
}

output "watched" {
  value = data.quickfra_status_monitors.production.monitors[*].url
}
