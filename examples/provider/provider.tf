terraform {
  required_providers {
    quickfra = {
      source = "quickfra/quickfra"
    }
  }
}

variable "ssh_key" {
  description = "Private key that opens the machines, in OpenSSH form."
  type        = string
  sensitive   = true
  ephemeral   = true
}

# Nothing here says which machine: each resource carries its own `host`.
provider "quickfra" {
  ssh {
    private_key = var.ssh_key
  }
}
