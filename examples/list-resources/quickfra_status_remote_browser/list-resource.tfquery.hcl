list "quickfra_status_remote_browser" "all" {
  provider = quickfra

  config {
    stack {
      name = "platform"
      host {
        address = "203.0.113.7"
      }
    }
  }
}
