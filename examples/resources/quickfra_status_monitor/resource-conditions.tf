resource "quickfra_status_monitor" "mail_exchanger" {
  endpoint = "https://status.example.net"
  name     = "Mail exchanger"

  dns {
    hostname    = "example.com"
    record_type = "MX"

    condition {
      variable = "record"
      operator = "ends_with"
      value    = ".example.net"
    }

    # A group is joined by itself first: in place of the above, both of these may hold.
    condition {
      join = "or"

      condition {
        variable = "record"
        operator = "starts_with"
        value    = "mx"
      }

      condition {
        variable = "record"
        operator = "not_contains"
        value    = "old"
      }
    }
  }
}
