//! What will be there.

use tfplugin::server::{Call, Plan};
use tfplugin::{Diagnostics, Field};

use super::kept::{self, kept};
use super::{Kind, ObjectResource};
use crate::resources::status::fields::Written;
use crate::resources::status::server::{self, Relation};

impl<K: Kind> ObjectResource<K> {
    pub(super) async fn plan_object(&self, call: &Call, plan: &mut Plan<Self>) -> Result<(), Diagnostics> {
        let (mut stays, mut replaced) = (false, Vec::new());
        if let Some(prior) = &plan.prior {
            let memory = &plan.private.machine;
            match server::relate(call, &plan.config, prior, &mut plan.planned, memory)? {
                // A state without a key names no object: there is none to change.
                Relation::Same if K::key(prior).is_some() => {
                    let anew = K::anew(prior, &plan.planned);
                    stays = anew.is_empty();
                    match K::remark(prior, &plan.planned) {
                        _ if !stays => K::forget(&mut plan.planned),
                        Some(remark) => call.warn(remark),
                        None => {}
                    }
                    replaced.extend(anew);
                }
                Relation::Same | Relation::Elsewhere => K::forget(&mut plan.planned),
                Relation::Other(path) => {
                    K::forget(&mut plan.planned);
                    replaced.push(path);
                }
            }
        }
        let imported = plan.prior.is_some() && replaced.is_empty();
        for path in replaced {
            plan.replace(path);
        }
        let prior = plan.prior.as_ref().filter(|_| stays);
        let secrets = &plan.private.secrets;
        plan_secrets::<K>(&plan.config, prior, secrets, &mut plan.planned);
        K::plan(prior, &mut plan.planned)?;
        kept::check::<K>(&plan.config, Some(secrets).filter(|_| imported))?;
        // What can be refused now is not refused in the midst of an apply.
        if let Some(server) = server::connected(&self.shared, &plan.planned).await {
            let key = prior.and_then(K::key);
            K::check(&server, key.as_ref(), &plan.planned).await?;
        }
        Ok(())
    }
}

fn plan_secrets<K: Kind>(
    config: &K::Model,
    prior: Option<&K::Model>,
    memory: &crate::resources::status::secrets::Fingerprints,
    planned: &mut K::Model,
) {
    let kept = prior.map_or_else(Vec::new, |prior| kept::<K>(config, prior, memory));
    let kept: Vec<&str> = kept.iter().map(|kept| kept.attribute.as_str()).collect();
    let moves = prior.is_none() && memory.found().next().is_some();
    let mut prior = prior.cloned();
    let before = prior.as_mut().and_then(K::secrets);
    let Some((shown, version)) = K::secrets(planned) else {
        return;
    };
    let raised = before.as_ref().is_some_and(|(_, before)| *before != version);
    let before = before.map(|(shown, _)| shown.clone());
    let configured = Written::of(config).secrets;
    // What comes to another server with the data is found there, or made anew without what an import found.
    *shown = if moves {
        Field::Unknown
    } else {
        memory.plan(&configured, &kept, before.as_ref(), !version.is_null(), raised)
    };
}

#[cfg(test)]
mod tests {
    use tfplugin::Field;
    use tfplugin::server::{Operation, Resource as _};

    use super::*;
    use crate::configuration::Shared;
    use crate::resources::status::object::Memory;
    use crate::resources::status::tag::{Tag, TagKind};

    fn tag(id: Field<i64>) -> Tag {
        Tag {
            endpoint: Field::Known("https://status.example.net".to_owned()),
            name: Field::Known("web".to_owned()),
            color: Field::Known("#059669".to_owned()),
            id,
            ..Tag::default()
        }
    }

    /// What is planned for the same configuration as before.
    async fn planned(prior: Tag) -> Tag {
        let config = tag(Field::Null);
        let mut plan = Plan::<ObjectResource<TagKind>>::new(config, Some(prior.clone()), prior, Memory::default());
        let resource = ObjectResource::<TagKind>::new(Shared::default());
        resource.plan(&Call::new(Operation::Plan), &mut plan).await.unwrap();
        assert!(plan.replaced().is_empty());
        plan.planned
    }

    #[tokio::test]
    async fn a_state_without_a_number_is_planned_to_get_one() {
        assert_eq!(planned(tag(Field::Null)).await, tag(Field::Unknown));
        assert_eq!(planned(tag(Field::Known(7))).await, tag(Field::Known(7)));
    }
}
