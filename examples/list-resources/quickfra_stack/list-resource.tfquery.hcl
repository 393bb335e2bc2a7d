list "quickfra_stack" "all" {
  provider = quickfra

  config {
    host {
      address = "203.0.113.7"
    }
    host {
      address = "203.0.113.8"
      user    = "admin"
    }
  }
}
