resource "quickfra_status_remote_browser" "browser" {
  stack  = quickfra_stack.platform
  name   = "browser"
  url_wo = var.browser_url # wss://browser.example.net/playwright?token=...
}
