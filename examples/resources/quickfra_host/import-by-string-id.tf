import {
  to = quickfra_host.vm
  id = "admin@203.0.113.7:22"
}
