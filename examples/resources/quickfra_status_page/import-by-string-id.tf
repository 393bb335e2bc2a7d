import {
  to = quickfra_status_page.public
  id = "203.0.113.7/platform/public"
}
