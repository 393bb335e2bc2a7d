variable "host" {
  type = object({
    address  = string
    host_key = string
    port     = optional(number)
  })
}

variable "ssh_key" {
  type      = string
  ephemeral = true
}

variable "ssh_password" {
  type      = string
  ephemeral = true
  default   = null
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

variable "on_destroy" {
  type    = string
  default = null
}

variable "average" {
  type    = number
  default = 100
}

variable "burst" {
  type    = number
  default = 200
}

variable "status_domain" {
  type    = string
  default = null
}

variable "node_exporter_image" {
  type    = string
  default = null
}
