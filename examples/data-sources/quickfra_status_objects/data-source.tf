# Everything that was made by hand, and the `import` blocks that take it over:
#
#   terraform output -raw import_blocks > imports.tf
#   terraform plan -generate-config-out=takeover.tf
data "quickfra_status_objects" "all" {
  stack = quickfra_stack.platform
}

output "import_blocks" {
  value = data.quickfra_status_objects.all.import_blocks
}
