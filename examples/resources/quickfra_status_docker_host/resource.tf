resource "quickfra_status_docker_host" "build" {
  stack  = quickfra_stack.platform
  name   = "build"
  type   = "tcp"
  daemon = "http://192.0.2.5:2375" # a proxy in front of the engine that only reads
}
