variable "host" {
  type = any
}

variable "key_file" {
  type = string
}

variable "on_unreachable" {
  type    = string
  default = null
}

variable "interval" {
  type    = number
  default = 15
}

variable "exporter" {
  type    = string
  default = null
}

variable "ingress" {
  type    = bool
  default = false
}

variable "timeout" {
  type    = string
  default = "10m"
}

provider "quickfra" {
  on_unreachable = var.on_unreachable

  ssh {
    agent             = false
    private_key_files = [var.key_file]
  }
}

resource "quickfra_stack" "small" {
  host     = var.host
  name     = "small"
  domain   = "small.test"
  registry = "registry.test"

  ingress {
    enabled = var.ingress
    acme {
      email = "ops@small.test"
    }
  }

  metrics {
    interval_seconds    = var.interval
    node_exporter_image = var.exporter
  }

  timeouts {
    create = var.timeout
    update = var.timeout
  }
}
