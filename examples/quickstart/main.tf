# From a bare Debian machine to a status page behind HTTPS, in one apply.

terraform {
  required_providers {
    quickfra = {
      source = "quickfra/quickfra"
    }
  }
}

provider "quickfra" {
  ssh {
    private_key_files = [var.ssh_key_file]
  }
}

# A container engine with Compose, from the distribution's own packages.
resource "quickfra_host" "vm" {
  host = {
    address  = var.address
    user     = var.user
    host_key = var.host_key
  }
}

resource "quickfra_stack" "platform" {
  host     = quickfra_host.vm.host
  name     = "platform"
  domain   = var.domain
  registry = var.registry

  ingress {
    acme {
      email         = var.email
      directory_url = var.acme_directory_url
      ca_bundle     = var.acme_ca_bundle
    }
    rate_limit {
      average = 100 # requests a second for each client address
      burst   = 200
    }
  }

  status {}

  metrics {}
}
