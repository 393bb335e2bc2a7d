//! Ephemeral resources whose declaration is at fault.

use std::time::SystemTime;

use tonic::Request;

use super::ask::told;
use super::offering::Offering;
use crate::protocol::provider_server::Provider as _;
use crate::protocol::renew_ephemeral_resource;
use crate::server::{Call, EphemeralResource, Opened, check, ephemeral_resource};
use crate::{Diagnostics, Field, Model, Secret};

#[derive(Debug, Clone, Default, PartialEq, Model)]
struct Leaky {
    #[attribute(optional, write_only)]
    key_wo: Field<Secret>,
}

/// Its name is another provider's, and it has what only managed resources have.
struct Faulty;

impl EphemeralResource for Faulty {
    type Model = Leaky;
    type Private = ();
    const NAME: &'static str = "other_token";

    async fn open(&self, _: &Call, config: Leaky) -> Result<Opened<Self>, Diagnostics> {
        Ok(Opened::new(config).renew_at(SystemTime::UNIX_EPOCH))
    }
}

fn faulty() -> Offering {
    Offering {
        ephemeral_resources: Box::new(|| vec![ephemeral_resource(Faulty)]),
        ..Offering::default()
    }
}

#[test]
fn a_faulty_schema_is_found_by_a_test() {
    let faults: Vec<String> = check(&faulty()).iter().map(ToString::to_string).collect();
    assert!(faults[0].contains("only managed resources"), "{faults:?}");
    assert!(faults[1].contains("does not start with `test_`"), "{faults:?}");
}

#[tokio::test]
async fn one_that_cannot_be_renewed_says_so() {
    let service = faulty().service();
    let request = renew_ephemeral_resource::Request {
        type_name: "other_token".to_owned(),
        private: None,
    };
    let renewed = service
        .renew_ephemeral_resource(Request::new(request))
        .await
        .unwrap()
        .into_inner();
    assert!(told(&renewed.diagnostics)[0].contains("has no way to be"));
}
