variable "host" {
  type = object({
    address  = string
    host_key = string
  })
}

variable "key_file" {
  type = string
}

variable "domain" {
  type = string
}

variable "registry" {
  type = string
}

variable "acme_directory_url" {
  type = string
}

variable "acme_ca_bundle" {
  type = string
}

variable "hook_url" {
  type      = string
  ephemeral = true
}
