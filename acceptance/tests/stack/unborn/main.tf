terraform {
  required_providers {
    quickfra = {
      source = "quickfra/quickfra"
    }
  }
}

variable "port" {
  type = number
}

# A machine whose address is known only after the apply.
resource "terraform_data" "address" {
  input = "203.0.113.7"
}

resource "quickfra_host" "vm" {
  host = {
    address = "127.0.0.1"
    port    = var.port
  }
}

resource "quickfra_host" "unborn" {
  host = {
    address = terraform_data.address.output
  }
}

resource "quickfra_stack" "platform" {
  host   = quickfra_host.vm.host
  name   = "platform"
  domain = "example.com"

  ingress {
    acme {
      email = "ops@example.com"
    }
  }

  status {}

  metrics {}
}

resource "quickfra_stack" "unborn" {
  host   = quickfra_host.unborn.host
  name   = "platform"
  domain = "example.com"

  ingress {
    acme {
      email = "ops@example.com"
    }
    rate_limit {
      average = 2 * length(terraform_data.address.output)
    }
  }

  status {}

  metrics {}
}
