import {
  to = quickfra_stack.platform
  id = "root@203.0.113.7:22/platform"
}
