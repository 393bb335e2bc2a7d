variable "apprise_url" {
  description = "Address of the service, in the form that Apprise reads."
  type        = string
  sensitive   = true
}

# A service that has no block of its own, in the server's words.
resource "quickfra_status_notification" "apprise" {
  endpoint = "https://status.example.net"
  name     = "Apprise"

  other {
    type     = "apprise"
    settings = jsonencode({ title = "Status" })
    secret_settings_wo = jsonencode({
      appriseURL = var.apprise_url
    })
  }
}
