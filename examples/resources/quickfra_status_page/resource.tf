resource "quickfra_status_page" "public" {
  stack       = quickfra_stack.platform
  slug        = "public"
  title       = "Example status"
  description = "Is it us, or is it you?"

  icon                    = "https://example.com/logo.svg"
  show_certificate_expiry = true

  group {
    name = "Shop"
    monitor {
      id       = quickfra_status_monitor.shop.id
      send_url = true
    }
  }
}

output "status_page" {
  value = quickfra_status_page.public.url
}
