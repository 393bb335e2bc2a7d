//! Whether core would accept a plan (protocol rules 16 to 20 and 23).

use super::Violation;
use super::elements::{Nesting, objects};
use crate::schema::{Attribute, AttributeKind, Block, NestedBlock};
use crate::value::{Path, Value};

/// What is wrong with a planned object that has the type of its schema. `prior` of `None` is a new object.
pub(in crate::server) fn check(
    block: &Block,
    prior: Option<&Value>,
    config: &Value,
    planned: &Value,
) -> Vec<Violation> {
    let mut checker = Checker { found: Vec::new() };
    checker.object(block, prior, config, planned, &Path::root());
    checker.found
}

struct Checker {
    found: Vec<Violation>,
}

/// One member of the objects that are compared.
fn member<'a>(object: &'a Value, name: &str) -> &'a Value {
    match object {
        Value::Map(members) => members.get(name).unwrap_or(&Value::Null),
        _ => &Value::Null,
    }
}

impl Checker {
    fn add(&mut self, rule: u8, path: &Path, what: &str) {
        self.found.push(Violation::new(rule, path, what));
    }

    fn object(&mut self, block: &Block, prior: Option<&Value>, config: &Value, planned: &Value, path: &Path) {
        for attribute in &block.attributes {
            let name = &attribute.name;
            let prior = prior.map_or(&Value::Null, |prior| member(prior, name));
            self.attribute(
                attribute,
                prior,
                member(config, name),
                member(planned, name),
                &path.attribute(name),
            );
        }
        for nested in &block.blocks {
            let name = &nested.name;
            let prior = prior.map_or(&Value::Null, |prior| member(prior, name));
            self.block(
                nested,
                prior,
                member(config, name),
                member(planned, name),
                &path.attribute(name),
            );
        }
    }

    fn attribute(&mut self, attribute: &Attribute, prior: &Value, config: &Value, planned: &Value, path: &Path) {
        if attribute.write_only {
            if !planned.is_null() {
                self.add(23, path, "a write-only value is in the plan");
            }
            return;
        }
        let ty = attribute.implied_type();
        if planned.equal(config, &ty) {
            return;
        }
        if config.is_null() {
            if !attribute.mode.is_computed() {
                self.add(
                    17,
                    path,
                    "a value is planned, but the configuration has none and it is not computed",
                );
            }
            return;
        }
        if !prior.is_null() && planned.equal(prior, &ty) {
            return;
        }
        if planned.is_unknown() {
            self.add(18, path, "it is planned unknown, but the configuration has a value");
            return;
        }
        match &attribute.kind {
            AttributeKind::Nested(nested) if !config.is_unknown() && !planned.is_null() => {
                self.objects(nested.nesting.into(), &nested.block, prior, config, planned, path, 20);
            }
            _ => self.add(
                16,
                path,
                "the planned value is neither the configured nor the prior one",
            ),
        }
    }

    fn block(&mut self, nested: &NestedBlock, prior: &Value, config: &Value, planned: &Value, path: &Path) {
        match (config, planned) {
            (Value::Null, Value::Null) => {}
            (Value::Null, _) => self.add(19, path, "a block is planned that is not in the configuration"),
            (_, Value::Null) => self.add(19, path, "a block of the configuration is missing in the plan"),
            (Value::Unknown(_), planned) if planned.is_unknown() => {}
            (Value::Unknown(_), _) => self.add(19, path, "the number of blocks is unknown and must stay so"),
            (_, Value::Unknown(_)) => self.add(19, path, "a block of the configuration is planned unknown"),
            _ => self.objects(nested.nesting.into(), &nested.block, prior, config, planned, path, 19),
        }
    }

    /// Compares the objects of a block or nested attribute; `rule` is the one about their number.
    #[expect(
        clippy::too_many_arguments,
        reason = "three objects of one schema, their place and the rule"
    )]
    fn objects(
        &mut self,
        nesting: Nesting,
        block: &Block,
        prior: &Value,
        config: &Value,
        planned: &Value,
        path: &Path,
        rule: u8,
    ) {
        if nesting == Nesting::Set {
            return self.set(block, prior, config, planned, path, rule);
        }
        let (configs, plans) = (objects(nesting, config, path), objects(nesting, planned, path));
        let places = |objects: &[(&Value, Path)]| objects.iter().map(|(_, path)| path.clone()).collect::<Vec<_>>();
        if places(&configs) != places(&plans) {
            return self.add(
                rule,
                path,
                "the plan has another number of elements or other keys than the configuration",
            );
        }
        let priors = objects(nesting, prior, path);
        for ((config, path), (planned, _)) in configs.into_iter().zip(plans) {
            if planned.is_unknown() && !config.is_unknown() {
                self.add(
                    18,
                    &path,
                    "the whole element is planned unknown, but the configuration has it",
                );
                continue;
            }
            let prior = priors.iter().find(|(_, place)| *place == path).map(|(prior, _)| *prior);
            self.object(block, prior.filter(|prior| !prior.is_null()), config, planned, &path);
        }
    }

    /// The elements of a set have no place: each configured one needs a planned one that could be it, and the other
    /// way round.
    fn set(&mut self, block: &Block, prior: &Value, config: &Value, planned: &Value, path: &Path, rule: u8) {
        let (Value::List(configs), Value::List(plans)) = (config, planned) else {
            return self.add(
                rule,
                path,
                "the plan has another number of elements than the configuration",
            );
        };
        if configs.len() != plans.len() {
            return self.add(
                rule,
                path,
                "the plan has another number of elements than the configuration",
            );
        }
        let priors: Vec<Option<&Value>> = match prior {
            Value::List(priors) => priors.iter().map(Some).chain([None]).collect(),
            _ => vec![None],
        };
        let fits = |config: &Value, planned: &Value| {
            priors
                .iter()
                .any(|prior| check(block, *prior, config, planned).is_empty())
        };
        let all = configs
            .iter()
            .all(|config| plans.iter().any(|planned| fits(config, planned)))
            && plans
                .iter()
                .all(|planned| configs.iter().any(|config| fits(config, planned)));
        if !all {
            self.add(
                rule,
                path,
                "an element of the planned set does not fit the configuration",
            );
        }
    }
}
