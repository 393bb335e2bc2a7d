resource "quickfra_stack" "platform" {
  host   = quickfra_host.vm.host
  name   = "platform"
  domain = "example.com"

  ingress {
    acme {
      email = "ops@example.com"
    }
    rate_limit {
      average = 100 # requests a second for each client address
      burst   = 200
    }
  }

  status {} # https://status.example.com

  metrics {
    retention_days = 180
  }
}

output "endpoints" {
  value = quickfra_stack.platform.endpoints
}
