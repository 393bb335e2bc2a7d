variable "company_ca" {
  description = "Certificates, in PEM form, of the company's own authority."
  type        = string
}

# Images from a mirror, certificates from an authority inside the company.
resource "quickfra_stack" "internal" {
  host     = quickfra_host.vm.host
  name     = "internal"
  domain   = "intranet.example.com"
  registry = "mirror.example.com/docker"

  ingress {
    acme {
      email         = "ops@example.com"
      directory_url = "https://ca.example.com/acme/directory"
      ca_bundle     = var.company_ca
    }
  }

  status {
    image = "mirror.example.com/own/uptime-kuma:2.5.3-hardened"
  }
}
