import {
  to = quickfra_status_docker_host.build
  identity = {
    address = "203.0.113.7"
    stack   = "platform"
    id      = 1
  }
}
