list "quickfra_status_api_key" "all" {
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
