//! Times that do not fit together.

use tfplugin::Field;

use super::{Faults, at};
use crate::resources::status::monitor::model::Monitor;

/// Refuses times that do not fit together.
pub(super) fn check(config: &Monitor, faults: &mut Faults<'_>) {
    let interval = match config.interval {
        Field::Known(interval) => Some(interval),
        Field::Null => Some(60),
        Field::Unknown => None,
    };
    if let Some(ping) = &config.ping
        && let Some(timeout) = config.timeout.known()
    {
        let one = ping.per_request_timeout.known().map_or(2, |wait| *wait);
        let one = if ping.per_request_timeout.is_unknown() { 1 } else { one };
        let least = i32::try_from(one).map_or(1.0, f64::from);
        if timeout.fract() != 0.0 || !(1.0..=300.0).contains(timeout) || *timeout < least {
            let wanted = format!(
                "For ping it holds for all requests of a check: whole seconds from 1 to 300, and no fewer than \
                 per_request_timeout ({one})."
            );
            faults.add(&at("timeout"), "The time limit does not fit", &wanted);
        }
    }
    if let (Some(browser), Some(interval)) = (&config.real_browser, interval)
        && let Some(delay) = browser.screenshot_delay.known()
        && *delay >= interval.saturating_mul(500)
        && *delay > 0
    {
        let wanted = format!(
            "Must be less than half of interval: with {interval} seconds, less than {} milliseconds.",
            interval.saturating_mul(500)
        );
        faults.add(
            &at("real_browser").attribute("screenshot_delay"),
            "The screenshot would come too late",
            &wanted,
        );
    }
}
