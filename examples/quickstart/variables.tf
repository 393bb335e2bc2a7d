variable "address" {
  description = "Address of the machine's SSH server."
  type        = string
}

variable "user" {
  description = "User to log in as; one other than root needs sudo without a password."
  type        = string
  default     = "root"
}

variable "ssh_key_file" {
  description = "File with the private key that opens the machine."
  type        = string
}

variable "host_key" {
  description = "The machine's public host key (ssh-ed25519 AAAA...). Null: it stands in ~/.ssh/known_hosts."
  type        = string
  default     = null
}

variable "domain" {
  description = "Domain below which each service gets a host name; *.domain must lead to the machine."
  type        = string
}

variable "email" {
  description = "Address for the notices of the certificate authority."
  type        = string
}

variable "acme_directory_url" {
  description = "Directory of the certificate authority. Null: Let's Encrypt."
  type        = string
  default     = null
}

variable "acme_ca_bundle" {
  description = "Certificates, in PEM form, that vouch for the authority's own HTTPS. Null: those of the system."
  type        = string
  default     = null
}

variable "registry" {
  description = "Registry that holds the images in place of Docker Hub. Null: Docker Hub."
  type        = string
  default     = null
}
