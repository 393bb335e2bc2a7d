//! An apply that is cut while it switches two-factor login on: nobody is locked out, and the next one goes on.

use std::time::Duration;

use acceptance::harness::{Action, Case};

use super::{Machine, TWO_FACTOR, two_factor};

/// A bound against hanging, not a measurement.
const DEADLINE: Duration = Duration::from_mins(3);

/// Storing a secret on the machine waits in the midst of it, until the pipe is opened for writing.
const HOLD: &str = r#"mkfifo /run/held
cat >/usr/local/bin/sync <<'END'
#!/bin/sh
touch /run/reached
cat /run/held
exec /usr/bin/sync "$@"
END
chmod 755 /usr/local/bin/sync"#;

const RELEASE: &str = "rm /usr/local/bin/sync && : >/run/held";

pub(super) fn switching_on_goes_on_where_it_was_cut(machine: &mut Machine, case: &Case) {
    switched_off_by_hand(machine);
    let host = &machine.site.host;
    host.exec(HOLD).unwrap();
    let running = case.start_apply();
    let reached = acceptance::harness::wait_until(DEADLINE, || host.exec("test -e /run/reached").ok().map(drop));
    assert!(reached.is_some(), "the secret is not stored: {running:?}");
    running.kill_provider();
    host.exec(RELEASE).unwrap();
    let _ = running.wait(DEADLINE).fails();
    // The secret is on the machine, or about to be, and the server asks nobody for a code.
    machine.hand.does(async |session| session.version().await);
    case.apply().succeeds().plan.expect(TWO_FACTOR, Action::Create);
    two_factor::a_code_is_needed(machine);

    // As if it was cut just after the server was told: it is on, and the state does not know.
    case.tool_command(&["state", "rm", TWO_FACTOR]).succeeds();
    let secret = machine.site.secret("administrator-totp-secret");
    case.apply().succeeds().plan.expect(TWO_FACTOR, Action::Create);
    assert_eq!(machine.site.secret("administrator-totp-secret"), secret);
}

fn switched_off_by_hand(machine: &Machine) {
    let password = machine.site.password();
    machine
        .hand
        .does(async |session| session.account().disable_two_factor(&password.as_str().into()).await);
}
