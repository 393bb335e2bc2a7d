variable "content" {
  type = string
}

variable "more" {
  type    = any
  default = null
}

variable "token" {
  type      = string
  sensitive = true
  default   = null
}

resource "terraform_data" "kept" {
  input            = { content = var.content, more = var.more }
  triggers_replace = var.token
}

output "content" {
  value = try(terraform_data.kept.output.content, null)
}
