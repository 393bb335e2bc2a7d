variable "shop_token" {
  description = "Token that the shop's health page asks for."
  type        = string
  sensitive   = true
}

resource "quickfra_status_monitor" "web" {
  stack = quickfra_stack.platform
  name  = "Web"
  group {}
}

resource "quickfra_status_monitor" "shop" {
  stack         = quickfra_stack.platform
  name          = "Shop"
  parent        = quickfra_status_monitor.web.id
  interval      = 30
  retries       = 2
  notifications = [quickfra_status_notification.operations.id]

  json_query {
    url            = "https://shop.example.com/health"
    json_path      = "database.connections"
    operator       = "<"
    expected_value = "90"
    bearer {
      token_wo = var.shop_token
    }
  }

  tag {
    id    = quickfra_status_tag.environment.id
    value = "sales"
  }
}
