ephemeral "quickfra_status_api_key" "prometheus" {
  stack = quickfra_stack.platform
  id    = quickfra_status_api_key.prometheus.id
}

# The value goes where it is needed, and can be stored nowhere.
resource "terraform_data" "scraped" {
  input = quickfra_status_api_key.prometheus.id

  provisioner "local-exec" {
    command = "./hand-over-key.sh"
    environment = {
      STATUS_API_KEY = ephemeral.quickfra_status_api_key.prometheus.value
    }
  }
}
