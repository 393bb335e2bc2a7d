//! What can be told of a stack while some of its values are known only after the apply: pure.
//!
//! It is rendered with stand-ins in their places, each time with another one: what is the same every time does not depend
//! on the values that are missing, and all else may change.

use tfplugin::schema::{Attribute, Block, Mode};
use tfplugin::value::{Path, Step, Type, Value};
use tfplugin::{Diagnostics, Model};

use super::configuration_file;
use super::model::Stack;
use super::plan::rendered;
use crate::render::Rendered;

/// Pairs of texts that each attribute's own rules judge: the first pair that they take stands in.
const TEXTS: [[&str; 2]; 9] = [
    ["a.example", "b.example"],
    ["a@a.example", "b@b.example"],
    ["https://a.example/a", "https://b.example/b"],
    ["a.example/a:1", "b.example/b:2"],
    ["a", "b"],
    ["http", "tls"],
    ["ec256", "rsa2048"],
    ["origin", "no-referrer"],
    ["keep", "purge"],
];

/// Two numbers that every number of the configuration may be.
const NUMBERS: [i64; 2] = [2048, 3072];

/// A value that is not known yet, and what may stand in for it.
struct Missing {
    path: Path,
    stand_ins: Vec<Value>,
}

/// The stack rendered with every stand-in, at least twice; nothing where that cannot tell what depends on the missing
/// values.
pub(super) fn renderings(stack: &Stack) -> Option<Vec<Rendered>> {
    let schema = Stack::schema();
    let ty = schema.implied_type();
    let value = configuration_file::configuration(stack).to_value();
    let missing = missing(&value, &ty, &schema)?;
    let first: Vec<&Value> = missing
        .iter()
        .map(|missing| missing.stand_ins.first())
        .collect::<Option<_>>()?;
    // One place is varied at a time, so that no stand-in hides what another one does.
    let mut renderings = vec![render(&value, &ty, &missing, &first).ok()??];
    for (place, at) in missing.iter().enumerate() {
        let before = renderings.len();
        for other in at.stand_ins.iter().skip(1) {
            let mut chosen = first.clone();
            *chosen.get_mut(place)? = other;
            // A stand-in that the stack's rules refuse will not come out of the apply either.
            if let Ok(rendering) = render(&value, &ty, &missing, &chosen) {
                renderings.push(rendering?);
            }
        }
        if renderings.len() == before {
            return None;
        }
    }
    Some(renderings)
}

fn missing(value: &Value, ty: &Type, schema: &Block) -> Option<Vec<Missing>> {
    let mut found = Vec::new();
    let walked = value.walk(ty, &mut |path, ty, part| {
        if part.is_unknown() {
            let attribute = attribute(schema, path).ok_or(())?;
            let stand_ins = stand_ins(attribute, path, ty).ok_or(())?;
            found.push(Missing {
                path: path.clone(),
                stand_ins,
            });
        }
        Ok::<_, ()>(!part.is_unknown())
    });
    walked.ok().map(|()| found)
}

/// The attribute at a path through blocks.
fn attribute<'a>(schema: &'a Block, path: &Path) -> Option<&'a Attribute> {
    let (last, blocks) = path.steps().split_last()?;
    let mut block = schema;
    for step in blocks {
        let Step::Attribute(name) = step else { return None };
        block = &block.find_block(name)?.block;
    }
    let Step::Attribute(name) = last else { return None };
    block.find_attribute(name)
}

fn stand_ins(attribute: &Attribute, path: &Path, ty: &Type) -> Option<Vec<Value>> {
    let fits = |value: &Value| {
        attribute
            .validators
            .iter()
            .all(|check| check.apply(value, path).is_none())
    };
    let pairs: Vec<[Value; 2]> = match ty {
        Type::Bool => vec![[Value::Bool(true), Value::Bool(false)]],
        Type::Number => vec![NUMBERS.map(|number| Value::Number(number.into()))],
        Type::String => TEXTS.map(|pair| pair.map(|text| Value::String(text.to_owned()))).into(),
        _ => Vec::new(),
    };
    let mut stand_ins: Vec<Value> = pairs.into_iter().find(|pair| pair.iter().all(fits))?.into();
    if attribute.mode != Mode::Required {
        stand_ins.push(Value::Null);
    }
    Some(stand_ins)
}

fn render(value: &Value, ty: &Type, missing: &[Missing], chosen: &[&Value]) -> Result<Option<Rendered>, Diagnostics> {
    let replaced = value.clone().transform(ty, &mut |path, _, part| {
        let stand_in = missing.iter().zip(chosen).find(|(missing, _)| missing.path == *path);
        Ok::<_, Diagnostics>(stand_in.map_or(part, |(_, stand_in)| (*stand_in).clone()))
    })?;
    rendered(&Stack::from_value(&replaced, &Path::root())?)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use tfplugin::Field;
    use tfplugin::schema::AttributeKind;

    use super::*;
    use crate::resources::stack::model::{Acme, Ingress, Metrics, RateLimit, Status};
    use crate::resources::stack::plan::plan;

    fn stack(change: impl FnOnce(&mut Stack)) -> Stack {
        let mut stack = Stack {
            name: Field::from("platform".to_owned()),
            domain: Field::from("example.com".to_owned()),
            on_destroy: Field::from("keep".to_owned()),
            ingress: Some(Ingress {
                acme: Some(Acme {
                    email: Field::from("ops@example.com".to_owned()),
                    ..Acme::default()
                }),
                rate_limit: Some(RateLimit::default()),
                ..Ingress::default()
            }),
            status: Some(Status::default()),
            metrics: Some(Metrics::default()),
            ..Stack::default()
        };
        change(&mut stack);
        stack
    }

    /// What a plan says of a stack that exists and whose configuration turns into that of `change`.
    fn planned(change: impl FnOnce(&mut Stack)) -> Stack {
        let mut prior = stack(|_| {});
        plan(None, &mut prior, false).unwrap();
        let mut planned = stack(change);
        plan(Some(&prior), &mut planned, false).unwrap();
        planned
    }

    fn unknown_keys<T>(map: &Field<BTreeMap<String, Field<T>>>) -> Vec<&str> {
        let entries = map.known().unwrap().iter();
        let unknown = entries.filter(|(_, value)| value.is_unknown());
        unknown.map(|(key, _)| key.as_str()).collect()
    }

    #[test]
    fn an_unknown_number_changes_the_file_that_holds_it() {
        let planned = planned(|stack| {
            let limit = stack.ingress.as_mut().unwrap().rate_limit.as_mut().unwrap();
            limit.burst = Field::Unknown;
        });
        assert_eq!(unknown_keys(&planned.files), ["ingress/common.yaml"]);
        assert_eq!(unknown_keys(&planned.endpoints), [""; 0]);
        assert!(planned.release.is_unknown());
        assert!(
            planned
                .services
                .known()
                .unwrap()
                .values()
                .all(|service| service.image.is_known())
        );
    }

    #[test]
    fn an_unknown_domain_leaves_the_names_of_the_endpoints() {
        let planned = planned(|stack| stack.domain = Field::Unknown);
        assert_eq!(unknown_keys(&planned.endpoints), ["status"]);
        assert_eq!(unknown_keys(&planned.files), ["ingress/route-status.yaml"]);
    }

    #[test]
    fn an_unknown_image_is_that_of_one_service() {
        let planned = planned(|stack| stack.status.as_mut().unwrap().image = Field::Unknown);
        assert_eq!(unknown_keys(&planned.files), ["compose.yaml"]);
        let services = planned.services.known().unwrap();
        let unknown = services.iter().filter(|(_, service)| service.image.is_unknown());
        assert_eq!(unknown.map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["status"]);
        assert!(services["status"].state.is_known());
    }

    #[test]
    fn an_unknown_switch_may_add_and_take_away() {
        let planned = planned(|stack| stack.metrics.as_mut().unwrap().enabled = Field::Unknown);
        assert!(planned.services.is_unknown());
        assert!(planned.files.is_unknown());
        assert_eq!(unknown_keys(&planned.endpoints), [""; 0]);
    }

    #[test]
    fn two_unknown_values_hide_nothing_of_each_other() {
        let planned = planned(|stack| {
            stack.domain = Field::Unknown;
            let limit = stack.ingress.as_mut().unwrap().rate_limit.as_mut().unwrap();
            limit.enabled = Field::Unknown;
            limit.average = Field::Unknown;
        });
        assert_eq!(
            unknown_keys(&planned.files),
            ["ingress/common.yaml", "ingress/route-status.yaml"]
        );
    }

    #[test]
    fn what_has_no_stand_in_makes_everything_unknown() {
        let planned = planned(|stack| stack.ingress.as_mut().unwrap().trusted_proxies = Field::Unknown);
        assert!(planned.files.is_unknown());
        assert!(planned.services.is_unknown());
        assert!(planned.endpoints.is_unknown());
    }

    /// An attribute whose rules take none of the texts would make every plan with it unknown as a whole.
    #[test]
    fn every_value_of_the_configuration_has_stand_ins() {
        fn without(block: &Block, path: &Path, found: &mut Vec<String>) {
            for attribute in &block.attributes {
                let path = path.attribute(&attribute.name);
                if let AttributeKind::Plain(ty) = &attribute.kind
                    && attribute.mode.is_configurable()
                    && stand_ins(attribute, &path, ty).is_none()
                {
                    found.push(path.to_string());
                }
            }
            for nested in block.blocks.iter().filter(|nested| nested.name != "timeouts") {
                without(&nested.block, &path.attribute(&nested.name), found);
            }
        }
        let mut found = Vec::new();
        without(&Stack::schema(), &Path::root(), &mut found);
        assert_eq!(found, ["ingress.trusted_proxies", "ingress.acme.ca_bundle"]);
    }
}
