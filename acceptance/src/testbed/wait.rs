//! Waiting for something outside this process, with a limit.

use std::time::{Duration, Instant};

use super::error::{Result, TestbedError};

/// Time between two looks.
const STEP: Duration = Duration::from_millis(50);

/// Looks until `ready` gives a value, and gives it back. `what` names what is waited for and `detail` adds what is known
/// when the time is over.
pub(super) fn wait_until<T>(
    what: &str,
    patience: Duration,
    mut ready: impl FnMut() -> Result<Option<T>>,
    detail: impl FnOnce() -> String,
) -> Result<T> {
    let begin = Instant::now();
    loop {
        if let Some(value) = ready()? {
            return Ok(value);
        }
        if begin.elapsed() >= patience {
            return Err(TestbedError::NotReady {
                what: what.into(),
                seconds: patience.as_secs(),
                detail: detail(),
            });
        }
        std::thread::sleep(STEP);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_again_until_there_is_a_value() {
        let mut looks = 0;
        let mut look = || {
            looks += 1;
            Ok((looks == 3).then_some(looks))
        };
        assert_eq!(
            wait_until("it", Duration::from_mins(1), &mut look, String::new).unwrap(),
            3
        );
    }

    #[test]
    fn the_error_names_what_is_missing() {
        let never = || Ok(None::<()>);
        let error = wait_until("the moon", Duration::ZERO, never, || ": still down".into()).unwrap_err();
        assert_eq!(error.to_string(), "the moon was not ready after 0 s: still down");
    }
}
