variable "proxy_password" {
  description = "Password of the user at the proxy."
  type        = string
  sensitive   = true
}

resource "quickfra_status_proxy" "office" {
  stack    = quickfra_stack.platform
  protocol = "socks5"
  host     = "proxy.example.net"
  port     = 1080

  basic_auth {
    username    = "status"
    password_wo = var.proxy_password
  }
}
