//! Reaching one machine, knowing it, and changing it. Knows no service and no product.

pub mod desired;
