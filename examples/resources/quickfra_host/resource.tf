resource "quickfra_host" "vm" {
  host = {
    address  = "203.0.113.7"
    user     = "admin" # may use sudo without a password
    host_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0cYQ1bXJ2b3k7kM0QmUu8lJm8mPq2cCq2iX0rYwZ5d"
  }
}

output "engine" {
  value = quickfra_host.vm.engine.version
}
