//! Reading what was generated on a machine, into memory and nowhere else.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use tfplugin::Secret;
use tokio_util::sync::CancellationToken;
use zeroize::Zeroize as _;

use super::engine_error::EngineError;
use super::frames::{Answer, FrameError, Request};
use super::probe::{parse, unreadable};
use super::run::{Input, Limits, Run, Script};

pub(in crate::host) const SECRETS: Script = Script::new(concat!(
    include_str!("shell/library.sh"),
    include_str!("shell/secrets.sh"),
    "read_request 'root stack secret'\ntell_secrets\nfinish\n",
));

/// How long reading may take.
const TIME: Duration = Duration::from_secs(30);

/// Reads secrets of a stack, each named `<service>/<name>`; those that are not there are left out. `root` is a folder
/// that stands for `/`, empty but in tests.
pub async fn read_secrets<R: Run>(
    host: &R,
    stack: &str,
    names: impl IntoIterator<Item = &str>,
    root: &str,
    cancel: &CancellationToken,
) -> Result<BTreeMap<String, Secret>, EngineError> {
    super::desired::check::check_stack_name(stack)?;
    let mut request = Request::new();
    if !root.is_empty() {
        request.line("root", [root]);
    }
    request.line("stack", [stack]);
    for name in names {
        request.line("secret", [name]);
    }
    let input = Input::from(request.finish()?);
    let limits = Limits::until(Instant::now() + TIME);
    let mut output = host.run(&SECRETS, input, limits, cancel, |_| {}).await?;
    let answer = parse(&output)?;
    output.stdout.zeroize();
    decode(&answer).map_err(|source| unreadable(&output, source))
}

/// The secrets of an answer, by name.
pub(super) fn decode(answer: &Answer) -> Result<BTreeMap<String, Secret>, FrameError> {
    answer
        .all("secret")
        .map(|record| Ok((record.text("name")?, Secret::new(record.text("value")?))))
        .collect()
}
