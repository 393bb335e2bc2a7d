variable "mail_password" {
  description = "Password of the mail account."
  type        = string
  sensitive   = true
}

variable "slack_webhook_url" {
  description = "Address of the incoming webhook."
  type        = string
  sensitive   = true
}

resource "quickfra_status_notification" "operations" {
  stack = quickfra_stack.platform
  name  = "Operations"

  email {
    host        = "mail.example.com"
    port        = 587
    username    = "status"
    password_wo = var.mail_password
    from        = "Uptime Kuma <status@example.com>"
    to          = ["ops@example.com"]
  }
}

# A monitor names the notifications that it uses.
resource "quickfra_status_notification" "chat" {
  stack = quickfra_stack.platform
  name  = "Chat"

  slack {
    webhook_url_wo = var.slack_webhook_url
    rich_message   = true
  }
}
