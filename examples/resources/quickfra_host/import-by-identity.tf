import {
  to = quickfra_host.vm
  identity = {
    address = "203.0.113.7"
    user    = "admin"
  }
}
