//! Functions, ephemeral resources and actions over a real connection, asked in values.

#[path = "support/connection.rs"]
mod connection;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

use tfplugin::client::CallError;
use tfplugin::schema::FunctionError;
use tfplugin::server::{
    Action, Call, DynamicAction, DynamicEphemeralResource, DynamicFunction, EphemeralResource, Function, Opened,
    Progress, Provider, action, ephemeral_resource, function,
};
use tfplugin::value::{Path, Value};
use tfplugin::{Diagnostic, Diagnostics, Field, Model, Parameters, Secret};
use tokio::sync::Notify;

use connection::connected;

/// Adds numbers.
#[derive(Parameters)]
struct Sum {
    /// The numbers.
    #[parameter(variadic)]
    numbers: Vec<i64>,
}

struct SumFunction;

impl Function for SumFunction {
    type Parameters = Sum;
    type Output = i64;
    const NAME: &'static str = "sum";

    fn call(&self, arguments: Sum) -> Result<i64, FunctionError> {
        let negative = arguments.numbers.iter().position(|number| *number < 0);
        match negative {
            Some(place) => Err(Sum::NUMBERS.nth(place).error("Less than nothing.")),
            None => Ok(arguments.numbers.iter().sum()),
        }
    }
}

#[derive(Debug, Clone, Default, Model)]
struct Lease {
    #[attribute(required)]
    name: Field<String>,
    #[attribute(computed)]
    token: Field<Secret>,
    #[block]
    option: Vec<LeaseOption>,
}

#[derive(Debug, Clone, Default, Model)]
struct LeaseOption {
    #[attribute(optional, default = 1)]
    value: Field<i64>,
}

struct LeaseResource;

impl EphemeralResource for LeaseResource {
    type Model = Lease;
    type Private = u32;
    const NAME: &'static str = "test_lease";

    async fn open(&self, _: &Call, mut lease: Lease) -> Result<Opened<Self>, Diagnostics> {
        lease.token = Field::Known(Secret::new("token"));
        Ok(Opened::new(lease).private(7).renew_at(SystemTime::UNIX_EPOCH))
    }

    async fn renew(&self, _: &Call, private: &mut u32) -> Result<Option<SystemTime>, Diagnostics> {
        *private += 1;
        Ok(None)
    }

    async fn close(&self, _: &Call, private: u32) -> Result<(), Diagnostics> {
        Err(Diagnostic::error("Closed", private.to_string()).into())
    }
}

#[derive(Debug, Clone, Default, Model)]
struct Count {
    #[attribute(required)]
    to: Field<i64>,
}

#[derive(Default)]
struct Counter {
    counted: AtomicUsize,
    cancelled: Notify,
}

struct CountAction(Arc<Counter>);

impl Action for CountAction {
    type Config = Count;
    const NAME: &'static str = "test_count";

    async fn invoke(&self, call: &Call, config: Count, progress: &Progress) -> Result<(), Diagnostics> {
        for number in 1..=config.to.into_known().unwrap_or_default() {
            // Long lines, so that the connection's own buffers are soon full.
            progress.tell(format!("{number}{}", " ".repeat(10_000))).await;
            self.0.counted.fetch_add(1, Ordering::SeqCst);
            if call.cancel.is_cancelled() {
                self.0.cancelled.notify_one();
                return Ok(());
            }
        }
        Ok(())
    }
}

#[derive(Default)]
struct Offers(Arc<Counter>);

impl Provider for Offers {
    type Config = ();
    const NAME: &'static str = "test";

    fn functions(&self) -> Vec<Box<dyn DynamicFunction>> {
        vec![function(SumFunction)]
    }

    fn ephemeral_resources(&self) -> Vec<Box<dyn DynamicEphemeralResource>> {
        vec![ephemeral_resource(LeaseResource)]
    }

    fn actions(&self) -> Vec<Box<dyn DynamicAction>> {
        vec![action(CountAction(self.0.clone()))]
    }
}

#[tokio::test]
async fn a_function_is_called() {
    let mut core = connected(Offers::default()).await;
    let sum = core
        .call_function("sum", &[Value::from(1), Value::from(2)])
        .await
        .unwrap();
    assert_eq!(sum, Ok(Value::from(3)));
    let error = core
        .call_function("sum", &[Value::from(1), Value::from(-2)])
        .await
        .unwrap();
    assert_eq!(error, Err(Sum::NUMBERS.nth(1).error("Less than nothing.")));
    let unknown = core.call_function("sum", &[Value::unknown()]).await.unwrap();
    assert_eq!(unknown, Ok(Value::unknown()));
    let missing = core.call_function("product", &[]).await;
    assert!(matches!(missing, Err(CallError::NoSuch(name)) if name == "product"));
}

#[tokio::test]
async fn an_ephemeral_resource_is_opened_renewed_and_closed() {
    let mut core = connected(Offers::default()).await;
    let config = Value::map([
        ("name", Value::from("n")),
        ("option", Value::List(vec![Value::map::<String>([])])),
    ]);
    assert_eq!(core.validate_ephemeral("test_lease", config.clone()).await.unwrap(), []);
    let mut opened = core.open("test_lease", config).await.unwrap();
    let result = opened.result.clone().unwrap();
    assert_eq!(result.at(&Path::root().attribute("token")), Some(&Value::from("token")));
    let option = Path::root().attribute("option").index(0).attribute("value");
    assert_eq!(result.at(&option), Some(&Value::from(1)));
    assert_eq!(opened.renew_at, Some(SystemTime::UNIX_EPOCH));
    assert!(!opened.deferred && opened.diagnostics.is_empty());
    assert_eq!(core.renew("test_lease", &mut opened).await.unwrap(), []);
    assert_eq!(opened.renew_at, None);
    let told = core.close("test_lease", opened).await.unwrap();
    assert_eq!(told[0].detail, "8", "what is private comes back");
}

#[tokio::test]
async fn an_action_tells_its_progress_and_ends_once() {
    let mut core = connected(Offers::default()).await;
    let config = || Value::map([("to", Value::from(300))]);
    assert_eq!(core.validate_action("test_count", config()).await.unwrap(), []);
    assert_eq!(core.plan_action("test_count", config()).await.unwrap(), []);
    let told = core.invoke_action("test_count", config()).await.unwrap();
    let lines: Vec<&str> = told.lines.iter().map(|line| line.trim_end()).collect();
    let expected: Vec<String> = (1..=300).map(|number| number.to_string()).collect();
    assert_eq!(lines, expected);
    assert!(told.completed == [[]] && !told.disordered);
}

#[tokio::test]
async fn a_reader_that_stops_holds_the_action_back_and_one_that_goes_ends_it() {
    let counter = Arc::<Counter>::default();
    let mut core = connected(Offers(counter.clone())).await;
    let config = Value::map([("to", Value::from(1_000_000))]);
    let mut events = core.start_action("test_count", config).await.unwrap();
    assert!(events.message().await.unwrap().is_some());
    // Others are served meanwhile, however long it waits.
    let sum = core.call_function("sum", &[Value::from(1)]).await.unwrap();
    assert_eq!(sum, Ok(Value::from(1)));
    assert!(
        counter.counted.load(Ordering::SeqCst) < 10_000,
        "it waits for its reader"
    );
    drop(events);
    // A write to the closed stream ends the action.
    counter.cancelled.notified().await;
}
