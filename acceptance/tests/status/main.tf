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
resource "quickfra_status_notification" "hook" {
  stack = quickfra_stack.platform
  name  = "Hook"

  webhook {
    url_wo = var.hook_url
  }
}

resource "quickfra_status_monitor" "services" {
  stack = quickfra_stack.platform
  name  = "Services"

  group {}
}

resource "quickfra_status_monitor" "website" {
  stack         = quickfra_stack.platform
  name          = "Website"
  interval      = 20
  parent        = quickfra_status_monitor.services.id
  notifications = [quickfra_status_notification.hook.id]

  http {
    url = "http://127.0.0.1:3001/api/entry-page"
  }

  tag {
    id = quickfra_status_tag.production.id
  }
}

resource "quickfra_status_monitor" "interface" {
  stack    = quickfra_stack.platform
  name     = "Interface"
  interval = 20
  parent   = quickfra_status_monitor.services.id

  keyword {
    url     = "http://127.0.0.1:3001/api/entry-page"
    keyword = "entryPage"
  }
}

resource "quickfra_status_monitor" "database" {
  stack    = quickfra_stack.platform
  name     = "Database"
  interval = 20
  parent   = quickfra_status_monitor.services.id

  port {
    hostname = "127.0.0.1"
    port     = 3001
  }
}

resource "quickfra_status_page" "public" {
  stack       = quickfra_stack.platform
  slug        = "services"
  title       = "Services of Example"
  description = "What runs, and what does not."
  show_tags   = true

  group {
    name = "Services"

    monitor {
      id = quickfra_status_monitor.website.id
    }

    monitor {
      id = quickfra_status_monitor.interface.id
    }

    monitor {
      id = quickfra_status_monitor.database.id
    }
  }
}
