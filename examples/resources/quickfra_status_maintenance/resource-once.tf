resource "quickfra_status_maintenance" "move" {
  stack = quickfra_stack.platform
  title = "Move to the new data centre"

  single {
    start = "2030-05-04 22:00"
    end   = "2030-05-05 06:00"
  }

  monitors = [quickfra_status_monitor.shop.id]
}
