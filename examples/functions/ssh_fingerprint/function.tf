# What ssh asks at the first login, to compare by eye.
output "host_key_fingerprint" {
  value = provider::quickfra::ssh_fingerprint("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIL2B8yDZ3RVzLKon7wzLt+K718Q5it92IWPRHH98dl7D")
}
