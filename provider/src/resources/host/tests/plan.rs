//! What a plan says of a machine.

use tfplugin::server::{Call, Operation, Plan, Resource as _};

use super::super::HostResource;
use super::*;
use crate::configuration::Shared;
use crate::resources::machine::Memory;

/// The plan for `prior` after `change` of what is written, with the number of its warnings; or its errors.
async fn planned(
    prior: Option<Host>,
    memory: Memory,
    change: impl FnOnce(&mut HostReference),
) -> Result<(Host, usize), tfplugin::Diagnostics> {
    let call = Call::new(Operation::Plan);
    let mut config = written();
    change(config.host.known_mut().unwrap());
    // On an update what is computed arrives as it was.
    let mut proposed = prior.clone().unwrap_or_default();
    proposed.host.clone_from(&config.host);
    let mut plan = Plan::<HostResource>::new(config, prior, proposed, memory);
    HostResource::new(Shared::default()).plan(&call, &mut plan).await?;
    Ok((plan.planned, call.take_warnings().len()))
}

#[tokio::test]
async fn a_machine_that_is_ready_has_an_empty_plan() {
    let prior = state(&ready());
    let (planned, warnings) = planned(Some(prior.clone()), Memory::default(), |_| {}).await.unwrap();
    assert_eq!((planned, warnings), (prior, 0));
}

#[tokio::test]
async fn a_dead_engine_is_planned_to_run() {
    let mut found = ready();
    found.engine.state = EngineState::Dead("no socket".to_owned());
    let prior = state(&found);
    let (planned, _) = planned(Some(prior.clone()), Memory::default(), |_| {}).await.unwrap();
    assert_eq!(planned.engine.known().unwrap().running, Field::Known(true));
    assert_eq!(
        (planned.os, planned.disk),
        (prior.os, prior.disk),
        "the machine is the same"
    );
}

#[tokio::test]
async fn another_address_is_another_machine() {
    let (planned, warnings) = planned(Some(state(&ready())), Memory::default(), |host| {
        host.address = Field::Known("203.0.113.8".to_owned());
    })
    .await
    .unwrap();
    assert!(planned.engine.is_unknown() && planned.os.is_unknown());
    assert_eq!(warnings, 1);
}

#[tokio::test]
async fn another_key_is_refused_until_it_is_pinned() {
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB";
    let memory = Memory {
        other_key: Some(key.to_owned()),
        ..Memory::default()
    };
    let refused = planned(Some(state(&ready())), memory.clone(), |_| {})
        .await
        .unwrap_err();
    assert!(refused.0[0].detail.contains(key), "{refused}");
    let (planned, warnings) = planned(Some(state(&ready())), memory, |host| {
        host.host_key = Field::Known(key.to_owned());
    })
    .await
    .unwrap();
    assert!(
        planned.engine.is_unknown(),
        "a machine that was made anew has what its apply finds"
    );
    assert_eq!(warnings, 1);
}

#[tokio::test]
async fn a_create_is_planned_as_it_comes() {
    let (planned, warnings) = planned(None, Memory::default(), |_| {}).await.unwrap();
    assert_eq!((planned, warnings), (written(), 0));
}
