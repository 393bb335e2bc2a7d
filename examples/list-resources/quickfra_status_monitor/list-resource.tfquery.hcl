list "quickfra_status_monitor" "all" {
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
