//! Every rule with answers that core accepts and answers that it refuses.

mod computed;
mod conform;
mod identity;
mod object;
mod other;
mod plan_valid;
mod propose;
mod replace;
mod sample;
mod schema;
mod state;
mod stream;
