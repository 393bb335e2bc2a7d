//! The rules on plain values: cases that no derived model can produce are here as well.

mod compatible;
mod plan_valid;
mod propose;
mod replace;
mod sample;
