# The id is the way to the machine: user@address:port. User and port may be left out (root, 22).
terraform import quickfra_host.vm admin@203.0.113.7:22
