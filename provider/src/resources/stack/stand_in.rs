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
const TEXTS: [[&str; 2]; 11] = [
    ["a.example", "b.example"],
    ["a@a.example", "b@b.example"],
    ["https://a.example/a", "https://b.example/b"],
    ["a.example/a:1", "b.example/b:2"],
    ["a", "b"],
    ["http", "tls"],
    ["ec256", "rsa2048"],
    ["origin", "no-referrer"],
    ["keep", "purge"],
    ["192.0.2.1", "192.0.2.2"],
    // As much of a certificate as a bundle has to show: a DER sequence of one byte.
    [
        "-----BEGIN CERTIFICATE-----\nMAEH\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nMAEI\n-----END CERTIFICATE-----\n",
    ],
];

/// Numbers of which every number of the configuration may be two: sizes and ports, and seconds that make years.
const NUMBERS: [i64; 4] = [2048, 3072, 31_536_000, 63_072_000];

/// A value that is not known yet, and what may stand in for it.
struct Missing {
    path: Path,
    stand_ins: Vec<Value>,
    /// Whether it can be nothing else.
    complete: bool,
}

/// The stack rendered with every stand-in; nothing where that cannot tell what depends on the missing values.
pub(super) fn renderings(stack: &Stack) -> Option<Vec<Rendered>> {
    let schema = Stack::schema();
    let ty = schema.implied_type();
    let value = configuration_file::configuration(stack).to_value();
    let missing = missing(&value, &ty, &schema)?;
    let (first, rendering) = base(&value, &ty, &missing)?;
    // One place is varied at a time, so that no stand-in hides what another one does.
    let mut renderings = vec![rendering];
    for (place, at) in missing.iter().enumerate() {
        let before = renderings.len();
        for other in at
            .stand_ins
            .iter()
            .filter(|other| Some(*other) != first.get(place).copied())
        {
            let mut chosen = first.clone();
            *chosen.get_mut(place)? = other;
            // A stand-in that the stack's rules refuse will not come out of the apply either.
            if let Ok(rendering) = render(&value, &ty, &missing, &chosen) {
                renderings.push(rendering?);
            }
        }
        if renderings.len() == before && !at.complete {
            return None;
        }
    }
    Some(renderings)
}

/// A choice of stand-ins that the stack's rules take together, with its rendering: the first ones, or the second ones, and
/// so on; left out is the last.
fn base<'a>(value: &Value, ty: &Type, missing: &'a [Missing]) -> Option<(Vec<&'a Value>, Rendered)> {
    let most = missing.iter().map(|missing| missing.stand_ins.len()).max()?;
    (0..most).find_map(|number| {
        let chosen: Vec<&Value> = missing
            .iter()
            .map(|missing| missing.stand_ins.get(number).or(missing.stand_ins.last()))
            .collect::<Option<_>>()?;
        let rendering = render(value, ty, missing, &chosen).ok()??;
        Some((chosen, rendering))
    })
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
                complete: *ty == Type::Bool,
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
    let text = |text: &str| Value::String(text.to_owned());
    let sets: Vec<Vec<Value>> = match ty {
        Type::Bool => vec![vec![Value::Bool(true), Value::Bool(false)]],
        Type::Number => vec![NUMBERS.map(|number| Value::Number(number.into())).into()],
        Type::String => TEXTS.iter().map(|pair| pair.map(text).into()).collect(),
        Type::List(element) | Type::Set(element) if **element == Type::String => {
            let lists = TEXTS
                .iter()
                .map(|pair| pair.map(|one| Value::List(vec![text(one)])).into());
            lists.collect()
        }
        _ => Vec::new(),
    };
    let mut stand_ins: Vec<Value> = sets.into_iter().find(|set| set.iter().all(fits))?;
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
    fn an_unknown_bundle_changes_what_holds_it_and_what_names_it() {
        let planned = planned(|stack| {
            let ingress = stack.ingress.as_mut().unwrap();
            ingress.acme.as_mut().unwrap().ca_bundle = Field::Unknown;
        });
        assert_eq!(
            unknown_keys(&planned.files),
            ["compose.yaml", "ingress/acme-ca.pem", "ingress/traefik.yaml"]
        );
        assert_eq!(unknown_keys(&planned.endpoints), [""; 0]);
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
    fn unknown_proxies_change_what_believes_them() {
        let planned = planned(|stack| stack.ingress.as_mut().unwrap().trusted_proxies = Field::Unknown);
        assert_eq!(
            unknown_keys(&planned.files),
            ["compose.yaml", "ingress/common.yaml", "ingress/traefik.yaml"]
        );
        assert!(planned.services.is_known());
    }

    /// Whatever is not known, alone: only a switch of a whole service may turn all of the files unknown.
    #[test]
    fn no_value_turns_everything_unknown() {
        use crate::resources::stack::tests::{everything, spread, values, with};

        let switches = ["status.enabled", "metrics.enabled"];
        for base in [spread(), everything()] {
            let mut prior = base.clone();
            plan(None, &mut prior, false).unwrap();
            for (path, _) in values() {
                let mut planned = with(&base, path, Value::unknown());
                plan(Some(&prior), &mut planned, false).unwrap();
                assert_eq!(planned.files.is_unknown(), switches.contains(&path), "{path}");
                let all = planned.services.known().into_iter().flatten();
                let images: Vec<bool> = all.map(|(_, service)| service.image.is_unknown()).collect();
                let most = if path == "registry" { images.len() } else { 1 };
                assert!(images.iter().filter(|unknown| **unknown).count() <= most, "{path}");
            }
        }
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
        assert_eq!(found, [""; 0]);
    }
}
