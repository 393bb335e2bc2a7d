//! What will be there.

use tfplugin::Diagnostics;
use tfplugin::server::{Call, Plan};

use super::{Kind, ObjectResource};
use crate::resources::status::fields::Written;
use crate::resources::status::server::{self, Relation};

impl<K: Kind> ObjectResource<K> {
    pub(super) async fn plan_object(&self, call: &Call, plan: &mut Plan<Self>) -> Result<(), Diagnostics> {
        let mut stays = false;
        if let Some(prior) = &plan.prior {
            let memory = &plan.private.machine;
            match server::relate(call, &plan.config, prior, &mut plan.planned, memory)? {
                Relation::Same => stays = true,
                Relation::Elsewhere => K::forget(&mut plan.planned),
                Relation::Other(path) => {
                    plan.replace(path);
                    K::forget(&mut plan.planned);
                }
            }
        }
        let prior = plan.prior.as_ref().filter(|_| stays);
        plan_secrets::<K>(&plan.config, prior, &plan.private.secrets, &mut plan.planned);
        K::plan(prior, &mut plan.planned)?;
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
    let mut prior = prior.cloned();
    let before = prior.as_mut().and_then(K::secrets);
    let Some((shown, version)) = K::secrets(planned) else {
        return;
    };
    let raised = before.as_ref().is_some_and(|(_, before)| *before != version);
    let before = before.map(|(shown, _)| shown.clone());
    let configured = Written::of(config).secrets;
    *shown = memory.plan(&configured, before.as_ref(), !version.is_null(), raised);
}
