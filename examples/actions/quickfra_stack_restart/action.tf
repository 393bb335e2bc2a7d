# terraform apply -invoke=action.quickfra_stack_restart.status
action "quickfra_stack_restart" "status" {
  config {
    stack   = quickfra_stack.platform
    service = "status"
    timeout = "5m"
  }
}
