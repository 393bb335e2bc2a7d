//! The adapter of managed resources.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::restore::{Original, aligned, restore};
use super::{ApplyAnswer, ApplyRequest, DynamicIdentity, DynamicResource, PlanAnswer, PlanRequest, ReadAnswer};
use crate::diagnostics::Diagnostics;
use crate::schema::{Identity as _, Model, Schema};
use crate::server::guard::{self, Outcome};
use crate::server::{Call, Change, Current, ImportBy, MoveFrom, Plan, Resource, Timeouts, Upgrade, private};
use crate::value::{Path, Value};

/// Makes a resource ready for [`crate::server::Provider::resources`].
pub fn resource<R: Resource>(resource: R) -> Box<dyn DynamicResource> {
    Box::new(Typed(resource))
}

struct Typed<R>(R);

/// A value with its model and the model's own form of it.
struct Decoded<M> {
    value: Value,
    model: M,
    echo: Value,
}

impl<M: Model> Decoded<M> {
    fn new(value: Value) -> Result<Self, Diagnostics> {
        let model = M::from_value(&value, &Path::root())?;
        let echo = model.to_value();
        let value = aligned(value, &echo);
        Ok(Self { value, model, echo })
    }

    fn optional(value: Option<Value>) -> Result<Option<Self>, Diagnostics> {
        value.map(Self::new).transpose()
    }

    fn original(&self) -> Original<'_> {
        Original {
            value: &self.value,
            echo: &self.echo,
        }
    }
}

impl<R: Resource> DynamicResource for Typed<R> {
    fn name(&self) -> &'static str {
        R::NAME
    }

    fn schema(&self) -> Schema {
        Schema {
            version: R::VERSION,
            block: R::Model::schema(),
        }
    }

    fn timeouts(&self) -> Timeouts {
        R::timeouts()
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        match R::Model::from_value(config, &Path::root()) {
            Ok(config) => {
                let mut diagnostics = Diagnostics::new();
                self.0.validate(&config, &mut diagnostics);
                diagnostics
            }
            Err(diagnostics) => diagnostics,
        }
    }

    fn plan<'a>(&'a self, call: &'a Call, request: PlanRequest) -> BoxFuture<'a, Result<PlanAnswer, Diagnostics>> {
        async move {
            let config = R::Model::from_value(&request.config, &Path::root())?;
            let prior = Decoded::<R::Model>::optional(request.prior)?;
            let planned = Decoded::<R::Model>::new(request.planned)?;
            let private = private::decode(&request.private)?;
            let prior_model = prior.as_ref().map(|prior| prior.model.clone());
            let mut plan = Plan::<R>::new(config, prior_model, planned.model.clone(), private);
            plan.earlier = request.earlier.as_deref().map(private::decode).transpose()?;
            guard::run(call, self.0.plan(call, &mut plan)).await.into_result()?;
            let originals = [Some(planned.original()), prior.as_ref().map(Decoded::original)];
            let originals: Vec<Original<'_>> = originals.into_iter().flatten().collect();
            Ok(PlanAnswer {
                planned: restore(plan.planned.to_value(), &originals),
                private: private::encode(&plan.private)?,
                replace: plan.replace,
            })
        }
        .boxed()
    }

    fn plan_destroy<'a>(&'a self, call: &'a Call, prior: Value) -> BoxFuture<'a, Result<(), Diagnostics>> {
        async move {
            let prior = R::Model::from_value(&prior, &Path::root())?;
            guard::run(call, self.0.plan_destroy(call, &prior)).await.into_result()
        }
        .boxed()
    }

    fn apply<'a>(&'a self, call: &'a Call, request: ApplyRequest) -> BoxFuture<'a, ApplyAnswer> {
        async move {
            let (prior, stored) = (request.prior.clone(), request.private.clone());
            match self.change(call, request).await {
                Ok(answer) => answer,
                // Nothing has been done yet: what was there is still there.
                Err(diagnostics) => ApplyAnswer {
                    state: prior,
                    broken: false,
                    private: stored,
                    diagnostics,
                },
            }
        }
        .boxed()
    }

    fn read<'a>(
        &'a self,
        call: &'a Call,
        state: Value,
        private: &'a [u8],
    ) -> BoxFuture<'a, Result<ReadAnswer, Diagnostics>> {
        async move {
            let before = Decoded::<R::Model>::new(state)?;
            let private = private::decode(private)?;
            let mut current = Current::<R> {
                state: Some(before.model.clone()),
                private,
            };
            guard::run(call, self.0.read(call, &mut current)).await.into_result()?;
            let state = current
                .state
                .map(|state| restore(state.to_value(), &[before.original()]));
            Ok(ReadAnswer {
                state,
                private: private::encode(&current.private)?,
            })
        }
        .boxed()
    }

    fn import<'a>(&'a self, call: &'a Call, by: ImportBy<'a, Value>) -> BoxFuture<'a, Result<ReadAnswer, Diagnostics>> {
        async move {
            let by = match by {
                ImportBy::Id(id) => ImportBy::Id(id),
                ImportBy::Identity(identity) => ImportBy::Identity(R::Identity::from_value(&identity, &Path::root())?),
            };
            let imported = guard::run(call, self.0.import(call, by)).await.into_result()?;
            Ok(ReadAnswer {
                state: Some(imported.state.to_value()),
                private: private::encode(&imported.private)?,
            })
        }
        .boxed()
    }

    fn identity(&self) -> Option<DynamicIdentity> {
        DynamicIdentity::of::<R>()
    }

    fn upgrades(&self) -> Vec<Upgrade> {
        R::upgrades()
    }

    fn moves(&self) -> Vec<MoveFrom> {
        R::moves()
    }

    fn generate(&self, state: &Value, config: Value) -> Result<Value, Diagnostics> {
        let state = R::Model::from_value(state, &Path::root())?;
        let before = Decoded::<R::Model>::new(config)?;
        let mut mended = before.model.clone();
        R::generate(&state, &mut mended);
        Ok(restore(mended.to_value(), &[before.original()]))
    }
}

impl<R: Resource> Typed<R> {
    /// Runs the handler that the change needs. `Err` means that no handler has run.
    async fn change(&self, call: &Call, request: ApplyRequest) -> Result<ApplyAnswer, Diagnostics> {
        let config = Decoded::<R::Model>::optional(request.config)?.map(|config| config.model);
        let prior = Decoded::<R::Model>::optional(request.prior)?;
        let planned = Decoded::<R::Model>::optional(request.planned)?;
        let stored = private::decode(&request.private)?;
        let model = |decoded: &Option<Decoded<R::Model>>| decoded.as_ref().map(|decoded| decoded.model.clone());
        let mut change = Change::<R>::new(config, model(&prior), model(&planned), stored);
        let outcome = match (&planned, &prior) {
            (None, _) => guard::run(call, self.0.delete(call, &mut change)).await,
            (Some(_), None) => guard::run(call, self.0.create(call, &mut change)).await,
            (Some(_), Some(_)) => guard::run(call, self.0.update(call, &mut change)).await,
        };
        let mut diagnostics = Diagnostics::new();
        let broken = match outcome {
            Outcome::Returned(Ok(())) => {
                if planned.is_none() {
                    change.state = None;
                }
                false
            }
            Outcome::Returned(Err(errors)) => {
                diagnostics.extend(errors);
                false
            }
            Outcome::Broken(diagnostic) => {
                diagnostics.push(diagnostic);
                true
            }
        };
        let originals: Vec<Original<'_>> = [&planned, &prior]
            .into_iter()
            .flatten()
            .map(Decoded::original)
            .collect();
        let state = change.state.map(|state| restore(state.to_value(), &originals));
        let private = private::encode(&change.private).unwrap_or_else(|diagnostic| {
            diagnostics.push(diagnostic);
            request.private
        });
        Ok(ApplyAnswer {
            state,
            broken,
            private,
            diagnostics,
        })
    }
}
