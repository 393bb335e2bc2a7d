variable "database_password" {
  description = "Password of the user that the monitor logs in as."
  type        = string
  sensitive   = true
}

resource "quickfra_status_monitor" "orders" {
  endpoint = "https://status.example.net"
  name     = "Orders"

  mysql {
    connection_string_wo = "mysql://kuma@db.example.com:3306/orders"
    password_wo          = var.database_password
    query                = "SELECT state FROM queue LIMIT 1"
    condition {
      variable = "result"
      operator = "not_equals"
      value    = "stuck"
    }
  }
}
