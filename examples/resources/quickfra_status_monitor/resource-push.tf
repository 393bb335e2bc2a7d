# A job that calls the address after each run: the monitor is down if it does not for an hour and five minutes.
resource "quickfra_status_monitor" "backup" {
  stack    = quickfra_stack.platform
  name     = "Backup"
  interval = 3900
  push {}
}

output "backup_url" {
  value     = quickfra_status_monitor.backup.push_url
  sensitive = true
}
