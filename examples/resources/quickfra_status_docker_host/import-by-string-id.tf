import {
  to = quickfra_status_docker_host.build
  id = "203.0.113.7/platform/build"
}
