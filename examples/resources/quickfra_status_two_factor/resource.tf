# ephemeral.quickfra_credentials gives the secret for an authenticator app: logins["status"].totp_secret
resource "quickfra_status_two_factor" "platform" {
  stack = quickfra_stack.platform
}
