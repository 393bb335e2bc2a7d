//! A machine that can be reached: a stack's whole life on it, and what succeeds once the stack is there.

use quickfra::actions::stack_restart::Restart;
use quickfra::ephemeral::credentials::Credentials;
use quickfra::resources::host::Host;
use quickfra::resources::stack::{HostBlock, ListedStacks};
use quickfra::resources::stack_reference::StackReference;
use tfplugin::client::core::{Action, Current, Feature, Stored};
use tfplugin::protocol::{invoke_action, list_resource};
use tfplugin::{Field, Model as _};

use super::*;
use crate::machine::Machine;

/// The releases that differ in what they call here: the oldest ones, and those that brought ephemeral resources, identities,
/// lists and actions.
const RELEASES: [Release; 6] = [
    Release::terraform(8),
    Release::terraform(10),
    Release::terraform(12),
    Release::terraform(16),
    Release::opentofu(7),
    Release::opentofu(12),
];

const STACK: &str = "quickfra_stack";
const HOST: &str = "quickfra_host";

/// A core with a provider that logs in to the machine.
async fn core_for(machine: &Machine, release: Release) -> Core {
    let mut core = Core::within(Service::new(Quickfra::default()), release);
    core.start(&machine.configuration()).await.unwrap();
    core
}

/// Nothing was refused: neither by the core nor by the provider.
fn all_well(core: &Core) {
    assert_eq!(core.breaches, [], "{}", core.release);
    assert_eq!(core.told, [], "{}", core.release);
}

/// What a person sees as the difference between a plan and what there is.
fn nothing_to_do(core: &Core, planned: &Planned, there: &Current) {
    let (Value::Map(before), Value::Map(after)) = (&there.value, &planned.value) else {
        panic!("no objects")
    };
    let changed: Vec<_> = before
        .iter()
        .filter(|(name, value)| after.get(*name) != Some(value))
        .collect();
    assert_eq!(planned.action, Action::NoOp, "{}: {changed:?}", core.release);
}

/// Makes the stack, and leaves nothing to do.
async fn make(core: &mut Core, machine: &Machine) -> Stored {
    let config = machine.stack();
    core.validate(STACK, &config).await.unwrap();
    let planned = core.plan(STACK, &Current::none(), &config).await.unwrap();
    assert_eq!(planned.action, Action::Create);
    let applied = core.apply(&planned, &config).await.unwrap();
    assert_eq!(applied.errors, []);
    applied.stored.unwrap()
}

/// The stack is read, and imported by id and by identity, and is the same each time.
async fn read_and_imported(core: &mut Core, machine: &Machine, stored: &Stored) {
    let config = machine.stack();
    let there = core.restore(STACK, stored).await.unwrap();
    let planned = core.plan(STACK, &there, &config).await.unwrap();
    nothing_to_do(core, &planned, &there);
    let found = core.import(STACK, &format!("{}/test", machine.id())).await.unwrap();
    same(core, &found, &there, machine.identity([("name", "test".into())]));
    let planned = core.plan(STACK, &found, &config).await.unwrap();
    nothing_to_do(core, &planned, &found);
    let wanted = machine.identity([("name", "test".into())]);
    let by_identity = core.import_by_identity(STACK, &wanted).await.unwrap();
    assert_eq!(by_identity, core.release.has(Feature::Identity).then_some(found));
}

/// An import finds what was stored, with the identity that it has.
fn same(core: &Core, found: &Current, there: &Current, identity: Value) {
    let (Value::Map(before), Value::Map(after)) = (&there.value, &found.value) else {
        panic!("no objects")
    };
    for (name, value) in before {
        assert_eq!(after.get(name), Some(value), "{}, {name}", core.release);
    }
    let known = core.release.has(Feature::Identity);
    assert_eq!(found.identity, known.then_some(identity), "{}", core.release);
}

/// The machine is imported both ways, and nothing is left to do.
async fn machine_imported(core: &mut Core, machine: &Machine) {
    let config = Host {
        host: Field::Known(machine.reference()),
        ..Host::default()
    };
    let found = core.import(HOST, &machine.id()).await.unwrap();
    let planned = core.plan(HOST, &found, &config.to_value()).await.unwrap();
    nothing_to_do(core, &planned, &found);
    let wanted = machine.identity([]);
    let known = core.release.has(Feature::Identity);
    assert_eq!(found.identity, known.then(|| wanted.clone()), "{}", core.release);
    let by_identity = core.import_by_identity(HOST, &wanted).await.unwrap();
    assert_eq!(by_identity, known.then_some(found), "{}", core.release);
}

fn reference(machine: &Machine) -> Field<StackReference> {
    Field::Known(StackReference {
        host: Field::Known(machine.reference()),
        name: Field::Known("test".to_owned()),
        services: Field::Null,
    })
}

/// The login is the one that was generated on the machine.
async fn credentials(core: &mut Core, machine: &Machine) {
    let name = "quickfra_credentials";
    let config = Credentials {
        stack: reference(machine),
        ..Credentials::default()
    };
    let opened = core.open(name, &config.to_value()).await.unwrap();
    assert_eq!(
        opened.is_some(),
        core.release.has(Feature::Ephemeral),
        "{}",
        core.release
    );
    let Some(opened) = opened else { return };
    let login = Value::map([
        ("username", Value::from("admin")),
        (
            "password",
            machine.file("secrets/status/administrator-password").as_str().into(),
        ),
        ("totp_secret", Value::Null),
        ("url", "https://status.example.com".into()),
    ]);
    let Value::Map(members) = &opened.value else {
        panic!("no object")
    };
    assert_eq!(members["logins"], Value::map([("status", login)]), "{}", core.release);
    core.close(name, opened).await.unwrap();
}

/// The list finds the stack, with its identity and, where it is asked for, as it is.
async fn listed(core: &mut Core, machine: &Machine, stored: &Stored) {
    let config = ListedStacks {
        host: vec![HostBlock {
            address: machine.reference().address,
            port: machine.reference().port,
            user: machine.reference().user,
            ..HostBlock::default()
        }],
    };
    for whole in [false, true] {
        let events: Vec<list_resource::Event> = core.list(STACK, &config.to_value(), whole, 5).await.unwrap();
        let count = usize::from(core.release.has(Feature::Lists));
        assert_eq!(events.len(), count, "{}", core.release);
        let Some(event) = events.first() else { return };
        assert_eq!(event.display_name, format!("test on {}", machine.title()));
        let resource = core.resource(STACK);
        let identity = event.identity.as_ref().unwrap().identity_data.as_ref().unwrap();
        let identity = Value::decode_msgpack(&identity.msgpack, &resource.identity.as_ref().unwrap().1.ty()).unwrap();
        assert_eq!(identity, machine.identity([("name", "test".into())]));
        let object = event.resource_object.as_ref();
        let object = object.map(|object| Value::decode_msgpack(&object.msgpack, &resource.shape.ty()).unwrap());
        let there = whole.then(|| stored.value(&resource).unwrap());
        assert_eq!(object, there, "{}", core.release);
    }
}

/// The container of one service is stopped and started, step by step.
async fn restarted(core: &mut Core, machine: &Machine) {
    let config = Restart {
        stack: reference(machine),
        service: Field::Known("status".to_owned()),
        ..Restart::default()
    };
    machine.sandbox.changes();
    let events = core.invoke("quickfra_stack_restart", &config.to_value()).await.unwrap();
    if !core.release.has(Feature::Actions) {
        assert_eq!(events, [], "{}", core.release);
        return;
    }
    let progress = events.iter().filter_map(|event| match &event.r#type {
        Some(invoke_action::event::Type::Progress(progress)) => progress.message.rsplit_once(" ("),
        _ => None,
    });
    let told: Vec<&str> = progress.map(|(told, _)| told).collect();
    let expected = ["stopping", "stopped", "started, waiting for its health", "healthy"];
    assert_eq!(told, expected.map(|step| format!("status: {step}")), "{}", core.release);
    assert_eq!(machine.sandbox.changes(), ["stop"], "{}", core.release);
}

#[tokio::test]
async fn a_stack_is_made_found_used_and_removed() {
    let machine = Machine::start();
    let mut maker = core_for(&machine, Release::terraform(16)).await;
    let stored = make(&mut maker, &machine).await;
    all_well(&maker);
    for release in RELEASES {
        let mut core = core_for(&machine, release).await;
        machine_imported(&mut core, &machine).await;
        read_and_imported(&mut core, &machine, &stored).await;
        credentials(&mut core, &machine).await;
        listed(&mut core, &machine, &stored).await;
        restarted(&mut core, &machine).await;
        all_well(&core);
    }
    let removed = maker.destroy(STACK, &stored).await.unwrap();
    assert_eq!((removed.stored, removed.errors), (None, Vec::new()));
    all_well(&maker);
    let gone = maker.import(STACK, &format!("{}/test", machine.id())).await;
    assert!(matches!(gone, Err(Halt::Refused(_))), "{gone:?}");
}

#[tokio::test]
async fn imports_wait_for_unknown_ssh_settings_where_the_release_allows_it() {
    let machine = Machine::start();
    let Value::Map(mut configuration) = machine.configuration() else {
        panic!("no object")
    };
    if let Some(Value::Map(ssh)) = configuration.get_mut("ssh") {
        ssh.insert("private_key".to_owned(), Value::unknown());
    }
    let configuration = Value::Map(configuration);
    for release in Release::all() {
        for asked_for in [true, false] {
            let mut core = Core::within(Service::new(Quickfra::default()), release);
            if asked_for {
                core = core.deferring();
            }
            core.start(&configuration).await.unwrap();
            let waits = asked_for && release.has(Feature::Deferral);
            let mut imports = vec![
                core.import(HOST, &machine.id()).await,
                core.import(STACK, &format!("{}/test", machine.id())).await,
            ];
            let by_identity = core.import_by_identity(HOST, &machine.identity([])).await;
            imports.extend(by_identity.transpose());
            let stack = machine.identity([("name", "test".into())]);
            let by_identity = core.import_by_identity(STACK, &stack).await;
            imports.extend(by_identity.transpose());
            assert_eq!(imports.len(), if release.has(Feature::Identity) { 4 } else { 2 });
            for import in imports {
                match import {
                    Ok(current) => assert!(waits && current.deferred && current.value.is_null(), "{release}"),
                    Err(Halt::Refused(told)) => {
                        assert!(!waits, "{release}: {told:?}");
                        assert_eq!(told[0].summary, "The SSH settings are not known yet", "{release}");
                    }
                    Err(Halt::Broken) => panic!("{release}: {:?}", core.breaches),
                }
            }
            // A stack that is not there yet is planned all the same.
            let planned = core.plan(STACK, &Current::none(), &machine.stack()).await.unwrap();
            assert!(!planned.deferred, "{release}");
            assert_eq!(core.breaches, [], "{release}");
        }
    }
}
