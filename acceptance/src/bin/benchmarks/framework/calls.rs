//! Calls to a provider by the client that also plays core in tests: the schema, and the creation of many objects.

use std::{collections::BTreeMap, process::Command, process::Stdio, time::Instant};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use tfplugin::{
    client::Plugin,
    protocol::{
        ClientCapabilities, Diagnostic, DynamicValue, apply_resource_change, configure_provider, plan_resource_change,
    },
    value::{Type, Value},
};

use super::{methods::Methods, providers::Candidate};
use crate::{Result, figures::Sample, machine::memory};

/// Calls in flight, as many as Terraform and OpenTofu make at once when nobody says otherwise.
const PARALLEL: usize = 10;

/// The moment of every object.
const MOMENT: &str = "2020-02-12T06:36:13Z";

/// What the schema costs.
#[derive(Debug, Default)]
pub(super) struct Wire {
    /// Milliseconds of the first call, on a new connection.
    pub(super) schema: Sample,
    /// Bytes of the answer.
    pub(super) size: usize,
}

/// What many objects cost one process.
#[derive(Debug, Default)]
pub(super) struct Load {
    pub(super) objects: usize,
    /// Plans a second.
    pub(super) plans: Sample,
    /// Creations a second.
    pub(super) applies: Sample,
    /// MiB of resident memory at its highest.
    pub(super) memory: Sample,
}

pub(super) async fn schema(candidate: &Candidate, runs: usize) -> Result<Wire> {
    let mut wire = Wire::default();
    for _ in 0..runs {
        let plugin = start(candidate).await?;
        let provider = Methods::of(&plugin).await?;
        let begun = Instant::now();
        let size = provider.schema().await?;
        wire.schema.add(begun.elapsed().as_secs_f64() * 1000.0);
        wire.size = size;
        end(plugin).await?;
    }
    Ok(wire)
}

/// Plans and creates `objects` moments in one process.
pub(super) async fn life(candidate: &Candidate, objects: usize, runs: usize) -> Result<Load> {
    let mut load = Load {
        objects,
        ..Load::default()
    };
    let Some(resource) = candidate.moments else {
        return Ok(load);
    };
    let moments = Moments::of(resource)?;
    for _ in 0..runs {
        let plugin = start(candidate).await?;
        let provider = Methods::of(&plugin).await?;
        // As core does before anything else.
        provider.schema().await?;
        good(&provider.configure(configuration()?).await?.diagnostics)?;

        let begun = Instant::now();
        let planned: Vec<_> = stream::iter(0..objects)
            .map(|_| moments.plan(&provider))
            .buffer_unordered(PARALLEL)
            .try_collect()
            .await?;
        load.plans.add(each_second(objects, begun));

        let begun = Instant::now();
        let made: Vec<_> = stream::iter(planned)
            .map(|planned| moments.apply(&provider, planned))
            .buffer_unordered(PARALLEL)
            .try_collect()
            .await?;
        load.applies.add(each_second(made.len(), begun));

        let process = plugin.child.id().ok_or("the provider has ended")?;
        load.memory.add(memory(process, "VmHWM")?);
        end(plugin).await?;
    }
    Ok(load)
}

async fn start(candidate: &Candidate) -> Result<Plugin> {
    let mut command = Command::new(&candidate.program);
    command.stderr(Stdio::null());
    Ok(Plugin::start(command).await?)
}

async fn end(plugin: Plugin) -> Result<()> {
    plugin.shutdown().await?;
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "some thousands fit")]
fn each_second(calls: usize, begun: Instant) -> f64 {
    calls as f64 / begun.elapsed().as_secs_f64()
}

/// The messages about one object.
struct Moments {
    resource: &'static str,
    config: DynamicValue,
    proposed: DynamicValue,
    nothing: DynamicValue,
}

impl Moments {
    fn of(resource: &'static str) -> Result<Self> {
        let number = ["year", "month", "day", "hour", "minute", "second", "unix"];
        let mut types = BTreeMap::from([
            ("triggers".to_owned(), Type::Map(Box::new(Type::String))),
            ("rfc3339".to_owned(), Type::String),
            ("id".to_owned(), Type::String),
        ]);
        types.extend(number.map(|name| (name.to_owned(), Type::Number)));
        let triggers = BTreeMap::from([("release".to_owned(), Value::String("2026.11".to_owned()))]);
        let with = |rest: &Value| {
            let mut members: BTreeMap<_, _> = types.keys().map(|name| (name.clone(), rest.clone())).collect();
            members.insert("rfc3339".to_owned(), Value::String(MOMENT.to_owned()));
            members.insert("triggers".to_owned(), Value::Map(triggers.clone()));
            Value::Map(members)
        };
        let (config, proposed) = (with(&Value::Null), with(&Value::unknown()));
        let ty = Type::Object(types);
        Ok(Self {
            resource,
            config: DynamicValue::encoded(&config, &ty)?,
            proposed: DynamicValue::encoded(&proposed, &ty)?,
            nothing: DynamicValue::encoded(&Value::Null, &ty)?,
        })
    }

    async fn plan(&self, provider: &Methods) -> Result<DynamicValue> {
        let request = plan_resource_change::Request {
            type_name: self.resource.to_owned(),
            prior_state: Some(self.nothing.clone()),
            proposed_new_state: Some(self.proposed.clone()),
            config: Some(self.config.clone()),
            client_capabilities: Some(capabilities()),
            ..Default::default()
        };
        let answer = provider.plan(request).await?;
        good(&answer.diagnostics)?;
        answer.planned_state.ok_or_else(|| "nothing is planned".into())
    }

    async fn apply(&self, provider: &Methods, planned: DynamicValue) -> Result<DynamicValue> {
        let request = apply_resource_change::Request {
            type_name: self.resource.to_owned(),
            prior_state: Some(self.nothing.clone()),
            planned_state: Some(planned),
            config: Some(self.config.clone()),
            ..Default::default()
        };
        let answer = provider.apply(request).await?;
        good(&answer.diagnostics)?;
        answer.new_state.ok_or_else(|| "nothing is made".into())
    }
}

/// The configuration of a provider that asks for none.
fn configuration() -> Result<configure_provider::Request> {
    let empty = DynamicValue::encoded(&Value::Map(BTreeMap::new()), &Type::Object(BTreeMap::new()))?;
    Ok(configure_provider::Request {
        terraform_version: "1.11.4".to_owned(),
        config: Some(empty),
        client_capabilities: Some(capabilities()),
    })
}

fn capabilities() -> ClientCapabilities {
    ClientCapabilities {
        write_only_attributes_allowed: true,
        ..ClientCapabilities::default()
    }
}

fn good(diagnostics: &[Diagnostic]) -> Result<()> {
    match diagnostics.first() {
        None => Ok(()),
        Some(one) => Err(format!("the provider says: {}: {}", one.summary, one.detail).into()),
    }
}
