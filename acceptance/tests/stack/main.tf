terraform {
  required_providers {
    quickfra = {
      source = "quickfra/quickfra"
    }
  }
}

provider "quickfra" {
  ssh {
    private_key = var.ssh_key
    password    = var.ssh_password
  }
}

resource "quickfra_host" "vm" {
  host = var.host
}

resource "quickfra_stack" "platform" {
  host       = quickfra_host.vm.host
  name       = "platform"
  domain     = var.domain
  registry   = var.registry
  on_destroy = var.on_destroy

  ingress {
    acme {
      email         = "ops@${var.domain}"
      directory_url = var.acme_directory_url
      ca_bundle     = var.acme_ca_bundle
    }
    rate_limit {
      average = var.average
      burst   = var.burst
    }
  }

  status {
    domain = var.status_domain
  }

  metrics {
    node_exporter_image = var.node_exporter_image
  }
}

output "endpoints" {
  value = quickfra_stack.platform.endpoints
}

output "services" {
  value = quickfra_stack.platform.services
}

output "files" {
  value = quickfra_stack.platform.files
}
