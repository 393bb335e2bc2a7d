data "quickfra_status_monitor" "shop" {
  stack = quickfra_stack.platform
  name  = "shop"
}

output "shop_is_up" {
  value = try(data.quickfra_status_monitor.shop.health.status, null) == "up"
}
