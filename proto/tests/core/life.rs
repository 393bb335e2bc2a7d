//! One object's life, from a configuration with unknowns to its removal.

use std::fmt::Write as _;

use tfplugin::client::core::{Action, Core, Current, Draw, Feature, Halt, Release, Shape, Stored};
use tfplugin::protocol::Diagnostic;
use tfplugin::server::Service;
use tfplugin::value::{Path, Value};

/// An object of another provider: the provider's address, the type, and what is stored.
pub(crate) type Source = (&'static str, &'static str, Stored);

/// What is lived through.
pub(crate) struct Subject<'a> {
    pub(crate) service: fn() -> Service,
    pub(crate) type_name: &'static str,
    pub(crate) draw: &'a dyn Fn(u64) -> Draw,
    /// Summaries of errors that are meant.
    pub(crate) refusals: &'a [&'a str],
    /// The attribute that an object is imported by.
    pub(crate) id: &'static str,
    /// Whether the provider itself knows what it made, so that an import finds all of it.
    pub(crate) keeps: bool,
    /// What of another provider becomes an object with these values: its address, its type, and what is stored.
    pub(crate) source: Option<fn(&Value) -> Source>,
}

/// How far lives came, so that a test that is always refused does not pass for one.
#[derive(Debug, Default)]
struct Count {
    lives: u64,
    valid: u64,
    created: u64,
    updated: u64,
    replaced: u64,
    imported: u64,
    identified: u64,
    moved: u64,
}

/// Leads so many lives with each release.
pub(crate) async fn lead(subject: &Subject<'_>, cases: u64) {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse().expect("a number"));
    let cases = number("TFPLUGIN_CASES").unwrap_or(cases);
    let seeds = match number("TFPLUGIN_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..cases,
    };
    let only_one = seeds.end - seeds.start == 1;
    let mut count = Count::default();
    for release in Release::all() {
        for seed in seeds.clone() {
            // Each release leads other lives.
            let mut life = Life {
                core: Core::within((subject.service)(), release),
                subject,
                draw: (subject.draw)(seed.wrapping_mul(31) + u64::from(release.minor)),
                count: &mut count,
            };
            let ended = life.live().await;
            let Life { core, .. } = life;
            let mut report = String::new();
            for breach in &core.breaches {
                writeln!(report, "{breach}").unwrap();
            }
            for diagnostic in core
                .told
                .iter()
                .filter(|told| told.detail.contains("bug in the provider"))
            {
                writeln!(report, "{}: {}", diagnostic.summary, diagnostic.detail).unwrap();
            }
            if let Err(why) = ended {
                writeln!(report, "{why}").unwrap();
            }
            assert!(report.is_empty(), "{release}, TFPLUGIN_SEED={seed}:\n{report}");
        }
    }
    assert!(
        only_one || count.valid * 3 > count.lives,
        "too few are valid: {count:?}"
    );
    assert!(
        only_one || (count.updated > 0 && count.replaced > 0 && count.identified > 0),
        "too little happens: {count:?}"
    );
    assert!(
        only_one || subject.source.is_none() || count.moved > 0,
        "nothing was moved: {count:?}"
    );
}

struct Life<'a, 's> {
    core: Core,
    subject: &'s Subject<'s>,
    draw: Draw,
    count: &'a mut Count,
}

/// Why a life went wrong beside the breaches.
type Ended = Result<(), String>;

impl Life<'_, '_> {
    async fn live(&mut self) -> Ended {
        self.count.lives += 1;
        self.core
            .ask_schemas()
            .await
            .map_err(|halt| format!("no schemas: {halt:?}"))?;
        let provider = self.core.schemas.provider.clone();
        let config = self.draw.config(&provider);
        let config = self.draw.completed(&provider, &config);
        let started = self.core.start(&config).await;
        started.map_err(|halt| format!("the provider cannot be configured: {halt:?}"))?;
        let shape = self.core.resource(self.subject.type_name).shape;

        let config = self.draw.config(&shape);
        if !self.is_valid(&shape, &config).await? {
            return Ok(());
        }
        self.count.valid += 1;
        let known = self.draw.completed(&shape, &config);
        if !self.is_valid(&shape, &known).await? {
            return Ok(());
        }
        let Some(stored) = self.change(&Current::none(), &config, &known).await? else {
            return Ok(());
        };
        let stored = self.settle(stored, &known).await?;
        self.find_again(&stored, &known).await?;

        let other = if self.draw.chance(80) {
            self.draw.changed(&shape, &config)
        } else {
            self.draw.config(&shape)
        };
        let other_known = self.draw.completed(&shape, &other);
        let mut last = stored;
        if self.is_valid(&shape, &other).await? && self.is_valid(&shape, &other_known).await? {
            let current = self.restore(&last).await?;
            match self.change(&current, &other, &other_known).await? {
                Some(stored) => last = self.settle(stored, &other_known).await?,
                None => return Ok(()),
            }
        }
        let removed = self.core.destroy(self.subject.type_name, &last).await;
        match removed {
            Ok(removed) if removed.stored.is_none() => Ok(()),
            other => Err(format!("the object was not removed: {other:?}")),
        }
    }

    /// Validates; what a release without write-only arguments cannot do is refused with the version that can.
    async fn is_valid(&mut self, shape: &Shape, config: &Value) -> Result<bool, String> {
        let answer = self.core.validate(self.subject.type_name, config).await;
        let secret = self.is_secret_to_old(shape, config);
        match answer {
            Ok(()) if secret => Err("an old release may store a write-only value".to_owned()),
            Ok(()) => Ok(true),
            Err(Halt::Refused(told)) if secret => {
                let says =
                    |told: &Diagnostic| told.detail.contains("Terraform 1.11") && told.detail.contains("OpenTofu 1.11");
                if told.iter().any(says) {
                    Ok(false)
                } else {
                    Err(format!("no version is named: {told:?}"))
                }
            }
            Err(Halt::Refused(_)) => Ok(false),
            Err(Halt::Broken) => Err("validation broke".to_owned()),
        }
    }

    /// Whether a write-only value is written for a release that would store it.
    fn is_secret_to_old(&self, shape: &Shape, config: &Value) -> bool {
        !self.core.release.has(Feature::WriteOnly) && has_write_only(shape, config)
    }

    /// Plans twice, which gives the same (protocol rule 24), and applies.
    async fn change(&mut self, prior: &Current, config: &Value, known: &Value) -> Result<Option<Stored>, String> {
        let Some(planned) = self.plan(prior, config).await? else {
            return Ok(None);
        };
        match planned.action {
            Action::Create => self.count.created += 1,
            Action::Update => self.count.updated += 1,
            Action::Replace => self.count.replaced += 1,
            Action::NoOp | Action::Delete => {}
        }
        let applied = match self.core.apply(&planned, known).await {
            Ok(applied) => applied,
            Err(Halt::Refused(told)) if self.is_meant(&told) => return Ok(None),
            Err(halt) => return Err(format!("the apply of {:?} failed: {halt:?}", planned.action)),
        };
        if !applied.errors.is_empty() {
            return if self.is_meant(&applied.errors) {
                Ok(None)
            } else {
                Err(format!("the apply told errors: {:?}", applied.errors))
            };
        }
        Ok(applied.stored)
    }

    async fn plan(
        &mut self,
        prior: &Current,
        config: &Value,
    ) -> Result<Option<tfplugin::client::core::Planned>, String> {
        let first = self.core.plan(self.subject.type_name, prior, config).await;
        let second = self.core.plan(self.subject.type_name, prior, config).await;
        if first != second {
            return Err(format!("two plans of the same differ: {first:?} {second:?}"));
        }
        match first {
            Ok(planned) => Ok(Some(planned)),
            Err(Halt::Refused(_)) => Ok(None),
            Err(Halt::Broken) => Err("a plan broke".to_owned()),
        }
    }

    /// What was applied is there, and nothing is left to do.
    async fn settle(&mut self, stored: Stored, known: &Value) -> Result<Stored, String> {
        let current = self.restore(&stored).await?;
        match self.plan(&current, known).await? {
            Some(planned) if planned.action == Action::NoOp => Ok(stored),
            Some(planned) => Err(format!(
                "the second plan is not empty, but {:?}: {}",
                planned.action,
                differences(&current.value, &planned.value)
            )),
            None => Err("the second plan was refused".to_owned()),
        }
    }

    /// What lives is found by its id and by its identity, and takes the place of another provider's object.
    async fn find_again(&mut self, stored: &Stored, known: &Value) -> Ended {
        let (type_name, release) = (self.subject.type_name, self.core.release);
        let there = self.restore(stored).await?;
        let id = match there.value.at(&Path::root().attribute(self.subject.id)) {
            Some(Value::String(id)) => id.clone(),
            other => return Err(format!("it has no id: {other:?}")),
        };
        let by_id = self.core.import(type_name, &id).await;
        let by_id = by_id.map_err(|halt| format!("the import of {id:?} failed: {halt:?}"))?;
        self.count.imported += 1;
        self.is_found(&there, &by_id, known).await?;

        if there.identity.is_some() != release.has(Feature::Identity) {
            return Err(format!("the identity is {:?}", there.identity));
        }
        let whole = there.identity.clone().unwrap_or_default();
        for wanted in [whole.clone(), self.required(whole)] {
            let found = self.core.import_by_identity(type_name, &wanted).await;
            let found = found.map_err(|halt| format!("the import of {wanted:?} failed: {halt:?}"))?;
            if found.is_some() != release.has(Feature::Identity) {
                return Err(format!("the import by identity gave {found:?}"));
            }
            let Some(found) = found else { break };
            self.count.identified += 1;
            self.is_found(&there, &found, known).await?;
        }

        let Some(source) = self.subject.source else {
            return Ok(());
        };
        let (address, source_type, source) = source(&there.value);
        let moved = self.core.move_from(address, source_type, &source, type_name).await;
        let moved = moved.map_err(|halt| format!("the move failed: {halt:?}"))?;
        if moved.is_some() != release.has(Feature::Moving) {
            return Err(format!("the move gave {moved:?}"));
        }
        let Some(moved) = moved else { return Ok(()) };
        if moved.identity != there.identity {
            return Err(format!("the moved object is {:?}", moved.identity));
        }
        let read = self.core.refresh(type_name, &moved).await;
        let read = read.map_err(|halt| format!("the moved object cannot be read: {halt:?}"))?;
        if read.private != moved.private || read.private.is_empty() {
            return Err(format!("a read made the private data {:?}", read.private));
        }
        self.count.moved += 1;
        self.is_found(&there, &read, known).await
    }

    /// The identity with only what an import needs.
    fn required(&self, mut identity: Value) -> Value {
        let shape = self
            .core
            .resource(self.subject.type_name)
            .identity
            .unwrap_or_default()
            .1;
        if let Value::Map(members) = &mut identity {
            for optional in shape.attributes.iter().filter(|attribute| !attribute.required) {
                members.insert(optional.name.clone(), Value::Null);
            }
        }
        identity
    }

    /// What was found is what there is, as far as the provider can know, and nothing is left to do.
    async fn is_found(&mut self, there: &Current, found: &Current, known: &Value) -> Ended {
        let shape = self.core.resource(self.subject.type_name).shape;
        if found.identity != there.identity {
            return Err(format!(
                "the identity {:?} was found as {:?}",
                there.identity, found.identity
            ));
        }
        let config = if self.subject.keeps {
            if !found.value.equal(&there.value, &shape.ty()) {
                return Err(format!(
                    "it was found as another: {}",
                    differences(&there.value, &found.value)
                ));
            }
            known.clone()
        } else {
            written(&shape, &found.value)
        };
        match self.core.plan(self.subject.type_name, found, &config).await {
            Ok(planned) if planned.action == Action::NoOp => Ok(()),
            other => Err(format!("the plan of what was found is not empty: {other:?}")),
        }
    }

    async fn restore(&mut self, stored: &Stored) -> Result<Current, String> {
        match self.core.restore(self.subject.type_name, stored).await {
            Ok(current) if current.value.is_null() => Err("the object is gone".to_owned()),
            Ok(current) => Ok(current),
            Err(halt) => Err(format!("the object cannot be read: {halt:?}")),
        }
    }

    fn is_meant(&self, told: &[Diagnostic]) -> bool {
        told.iter()
            .all(|told| self.subject.refusals.contains(&told.summary.as_str()))
    }
}

/// The configuration that says what an object is.
fn written(shape: &Shape, object: &Value) -> Value {
    let Value::Map(members) = object else {
        return object.clone();
    };
    let mut members = members.clone();
    for attribute in shape.attributes.iter().filter(|attribute| attribute.is_computed_only()) {
        members.insert(attribute.name.clone(), Value::Null);
    }
    Value::Map(members)
}

/// An older release sees no flag, so it is the name that tells.
fn has_write_only(shape: &Shape, config: &Value) -> bool {
    let mut found = false;
    shape.each(config, &Path::root(), &mut |attribute, value, _| {
        found |= attribute.name.ends_with("_wo") && !value.is_null();
    });
    found
}

/// The members in which two objects differ, with their values: these are no secrets.
fn differences(before: &Value, after: &Value) -> String {
    let (Value::Map(before), Value::Map(after)) = (before, after) else {
        return "no objects".to_owned();
    };
    let mut text = String::new();
    for (name, before) in before.iter().filter(|(name, before)| after.get(*name) != Some(before)) {
        writeln!(text, "{name}: {before:?} -> {:?}", after.get(name)).unwrap();
    }
    text
}
