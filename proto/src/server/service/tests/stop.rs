//! The end of the calls in flight.

use tonic::Request;

use super::ask::*;
use super::fixture::*;
use crate::protocol;
use crate::protocol::provider_server::Provider as _;
use crate::value::Value;

#[tokio::test]
async fn rule_42_stop_ends_calls_in_flight_and_serving_goes_on() {
    let service = service(Behaviour {
        hangs: true,
        ..Behaviour::default()
    });
    let config = config([("name", Value::from("n"))]);
    let planned = plan(&service, &Value::Null, &config).await;
    for _ in 0..2 {
        let flight = apply(&service, &Value::Null, &planned.value, &config);
        let stop = async {
            // The call is polled first, so it is in flight by now.
            let answer = service
                .stop_provider(Request::new(protocol::stop_provider::Request::default()))
                .await
                .unwrap()
                .into_inner();
            assert_eq!(answer.error, "");
        };
        let (applied, ()) = tokio::join!(biased; flight, stop);
        assert_eq!(applied.errors, [": Cancelled: stop"]);
        assert_eq!(applied.at("id"), &Value::from("made"), "what was done is saved");
    }
}
