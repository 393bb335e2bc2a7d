//! Clients of the products' own interfaces, over any byte stream. None of them knows SSH, Terraform, or another one.

pub mod dial;
pub mod uptime_kuma;
