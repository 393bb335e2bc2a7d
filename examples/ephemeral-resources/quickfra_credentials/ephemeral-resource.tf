ephemeral "quickfra_credentials" "platform" {
  stack   = quickfra_stack.platform
  service = "status"
}

# A password is usable wherever Terraform takes ephemeral values, and can be stored nowhere.
resource "terraform_data" "login_works" {
  input = quickfra_stack.platform.release

  provisioner "local-exec" {
    command = "./check-login.sh"
    environment = {
      STATUS_URL      = ephemeral.quickfra_credentials.platform.logins["status"].url
      STATUS_USERNAME = ephemeral.quickfra_credentials.platform.logins["status"].username
      STATUS_PASSWORD = ephemeral.quickfra_credentials.platform.logins["status"].password
    }
  }
}
