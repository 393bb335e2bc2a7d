import {
  to = quickfra_status_page.public
  identity = {
    address = "203.0.113.7"
    stack   = "platform"
    slug    = "public"
  }
}
