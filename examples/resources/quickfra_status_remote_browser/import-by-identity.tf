import {
  to = quickfra_status_remote_browser.browser
  identity = {
    address = "203.0.113.7"
    stack   = "platform"
    id      = 1
  }
}
