import {
  to = quickfra_status_remote_browser.browser
  id = "203.0.113.7/platform/browser"
}
