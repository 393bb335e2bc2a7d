output "endpoints" {
  description = "The HTTPS address of each service."
  value       = quickfra_stack.platform.endpoints
}

output "engine" {
  description = "Version of the container engine on the machine."
  value       = quickfra_host.vm.engine.version
}
