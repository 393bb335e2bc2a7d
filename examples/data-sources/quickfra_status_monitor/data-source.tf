data "quickfra_status_monitor" "shop" {
  stack = quickfra_stack.platform
  name  = "shop"
}

output "shop_interval" {
  value = data.quickfra_status_monitor.shop.monitor.interval
}
