data "quickfra_status_page" "public" {
  stack = quickfra_stack.platform
  slug  = "public"
}

output "status_page_url" {
  value = data.quickfra_status_page.public.url
}
