resource "quickfra_status_tag" "environment" {
  stack = quickfra_stack.platform
  name  = "environment"
  color = "#059669"
}
