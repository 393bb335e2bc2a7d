//! Whether core accepts a plan (protocol rules 16 to 21, 23 and 6.11's computed blocks).

use super::Violation;
use super::compare::{element, elements, member, same};
use crate::client::core::shape::{AttributeShape, BlockShape, Content, Nesting, Shape};
use crate::value::{Path, Value};

/// What is wrong with a planned object that has the type of its schema. `prior` is null for a new object, `config` and
/// `planned` are for a removal.
pub fn check(shape: &Shape, prior: &Value, config: &Value, planned: &Value) -> Vec<Violation> {
    let mut checker = Checker { found: Vec::new() };
    checker.existence(shape, prior, config, planned, &Path::root());
    checker.found
}

struct Checker {
    found: Vec<Violation>,
}

impl Checker {
    fn add(&mut self, rule: u8, path: &Path, what: &str) {
        self.found.push(Violation::new(rule, path, what));
    }

    /// An object is planned exactly where one is configured.
    fn existence(&mut self, shape: &Shape, prior: &Value, config: &Value, planned: &Value, path: &Path) {
        let rule = if path.is_root() { 21 } else { 19 };
        match (config.is_null(), planned.is_null()) {
            (true, true) => {}
            (false, true) => self.add(rule, path, "nothing is planned, but it is configured"),
            (true, false) => self.add(rule, path, "it is planned, but it is not configured"),
            (false, false) if planned.is_unknown() => self.add(rule, path, "it is planned unknown as a whole"),
            (false, false) => self.object(shape, prior, config, planned, path),
        }
    }

    fn object(&mut self, shape: &Shape, prior: &Value, config: &Value, planned: &Value, path: &Path) {
        for attribute in &shape.attributes {
            let name = &attribute.name;
            let (prior, config, planned) = (member(prior, name), member(config, name), member(planned, name));
            self.attribute(attribute, &prior, &config, &planned, &path.attribute(name));
        }
        for block in &shape.blocks {
            let name = &block.name;
            let (prior, config, planned) = (member(prior, name), member(config, name), member(planned, name));
            self.block(block, &prior, &config, &planned, &path.attribute(name));
        }
    }

    fn attribute(&mut self, attribute: &AttributeShape, prior: &Value, config: &Value, planned: &Value, path: &Path) {
        if attribute.write_only {
            if !planned.is_null() {
                self.add(23, path, "a write-only value is in the plan");
            }
            return;
        }
        let ty = attribute.ty();
        if same(planned, config, &ty) || attribute.is_computed_only() {
            return;
        }
        if config.is_null() {
            if !attribute.computed {
                let what = "a value is planned, but the configuration has none and it is not computed";
                self.add(17, path, what);
            }
            return;
        }
        if !prior.is_null() && same(planned, prior, &ty) {
            return;
        }
        if planned.is_unknown() {
            return self.add(18, path, "it is planned unknown, but the configuration has a value");
        }
        match &attribute.content {
            Content::Plain(_) => self.add(16, path, "the plan is neither the configured value nor the prior one"),
            Content::Objects(nesting, shape) => self.nested(*nesting, shape, prior, config, planned, path),
        }
    }

    /// Nested attributes, of which something is configured.
    fn nested(&mut self, nesting: Nesting, shape: &Shape, prior: &Value, config: &Value, planned: &Value, path: &Path) {
        if planned.is_null() {
            return self.add(16, path, "nothing is planned, but it is configured");
        }
        if config.is_unknown() {
            return self.add(16, path, "a value is planned, but the configuration is unknown");
        }
        let count = |value: &Value| nesting.objects(value, path).len();
        match nesting {
            Nesting::Single | Nesting::Group => self.object(shape, prior, config, planned, path),
            Nesting::List if count(planned) != count(config) => self.add(20, path, "the number of elements differs"),
            // Core trusts the provider with the content: elements of a set have no place by which to compare them.
            Nesting::Set if count(planned) > count(config) => self.add(20, path, "there are more elements"),
            Nesting::Set => {}
            Nesting::List | Nesting::Map => {
                let configs = nesting.objects(config, path);
                for (path, planned) in nesting.objects(planned, path) {
                    match configs.iter().find(|(other, _)| *other == path) {
                        Some((_, config)) => {
                            self.object(shape, &self::prior(nesting, prior, &path), config, planned, &path);
                        }
                        None => self.add(20, &path, "the element is planned, but not configured"),
                    }
                }
                self.missing(20, nesting, config, planned, path);
            }
        }
    }

    fn block(&mut self, block: &BlockShape, prior: &Value, config: &Value, planned: &Value, path: &Path) {
        if planned.is_null() && block.nesting != Nesting::Single {
            return self.add(19, path, "a collection of blocks is null, and ought to be empty");
        }
        let ty = block.nesting.of(block.shape.ty());
        if same(planned, config, &ty) && !block.shape.has_write_only() {
            return;
        }
        if config.is_unknown() {
            if !planned.is_unknown() {
                self.add(19, path, "the number of blocks is unknown and must stay so");
            }
            return;
        }
        if block.computed && config.is_null() {
            return;
        }
        if planned.is_unknown() {
            return self.add(
                19,
                path,
                "the blocks are planned unknown, but they are not in the configuration",
            );
        }
        let shape = &block.shape;
        match block.nesting {
            Nesting::Single | Nesting::Group => self.existence(shape, prior, config, planned, path),
            Nesting::List => {
                if elements(planned).len() != elements(config).len() {
                    return self.add(19, path, "the number of blocks differs from the configuration");
                }
                for (path, (planned, config)) in block
                    .nesting
                    .objects(planned, path)
                    .into_iter()
                    .zip(elements(config))
                    .map(|((path, planned), config)| (path, (planned, config)))
                {
                    self.existence(shape, &self::prior(block.nesting, prior, &path), config, planned, &path);
                }
            }
            Nesting::Map => {
                let configs = block.nesting.objects(config, path);
                for (path, planned) in block.nesting.objects(planned, path) {
                    match configs.iter().find(|(other, _)| *other == path) {
                        Some((_, config)) => {
                            self.existence(shape, &self::prior(block.nesting, prior, &path), config, planned, &path);
                        }
                        None => self.add(19, &path, "the block is planned, but not configured"),
                    }
                }
                self.missing(19, block.nesting, config, planned, path);
            }
            // Core trusts the provider with the rest: see above.
            Nesting::Set => {
                for (path, planned) in block.nesting.objects(planned, path) {
                    if planned.is_unknown() {
                        self.add(19, &path, "the block is planned unknown as a whole");
                    }
                }
            }
        }
    }

    fn missing(&mut self, rule: u8, nesting: Nesting, config: &Value, planned: &Value, path: &Path) {
        let planned = nesting.objects(planned, path);
        for (path, _) in nesting.objects(config, path) {
            if !planned.iter().any(|(other, _)| *other == path) {
                self.add(rule, &path, "the element is configured, but not planned");
            }
        }
    }
}

/// The prior object at the place of a planned one; null where there was none.
fn prior(nesting: Nesting, prior: &Value, path: &Path) -> Value {
    let found = match (nesting, path.steps().last()) {
        (Nesting::List, Some(crate::value::Step::Index(index))) => usize::try_from(*index)
            .ok()
            .and_then(|index| element(prior, index).cloned()),
        (Nesting::Map, Some(crate::value::Step::Key(key))) => match prior {
            Value::Map(members) => members.get(key).cloned(),
            _ => None,
        },
        _ => None,
    };
    found.unwrap_or_default()
}
