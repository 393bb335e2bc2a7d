terraform {
  required_providers {
    quickfra = {
      source = "quickfra/quickfra"
    }
  }
}

provider "quickfra" {
  ssh {
    private_key_files = [var.key_file]
  }
}

resource "quickfra_host" "vm" {
  host = var.host
}

resource "quickfra_stack" "platform" {
  host     = quickfra_host.vm.host
  name     = "platform"
  domain   = var.domain
  registry = var.registry

  ingress {
    acme {
      email         = "ops@${var.domain}"
      directory_url = var.acme_directory_url
      ca_bundle     = var.acme_ca_bundle
    }
  }

  status {}
}

resource "quickfra_status_tag" "production" {
  stack = quickfra_stack.platform
  name  = "production"
  color = "#059669"
}
