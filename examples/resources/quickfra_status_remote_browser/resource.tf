variable "browser_url" {
  description = "Address of the browser, such as wss://browser.example.net/playwright?token=..."
  type        = string
  sensitive   = true
}

resource "quickfra_status_remote_browser" "browser" {
  stack  = quickfra_stack.platform
  name   = "browser"
  url_wo = var.browser_url
}
