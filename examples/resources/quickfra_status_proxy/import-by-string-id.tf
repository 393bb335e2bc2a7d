import {
  to = quickfra_status_proxy.office
  id = "203.0.113.7/platform/proxy.example.net"
}
