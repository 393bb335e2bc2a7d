//! Finding objects that exist (protocol rule 39).

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::Stream;
use futures_util::future::BoxFuture;
use tokio::sync::mpsc;
use tonic::Status;
use tonic::codegen::BoxStream;

use super::entity::{Entity, Managed};
use super::{Service, codec, identity, message};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::protocol::ResourceIdentityData;
use crate::protocol::list_resource::{Event, Request};
use crate::server::list::Event as Told;
use crate::server::rules::propose::with_defaults;
use crate::server::rules::{Violation, unknown, write_only};
use crate::server::{Call, DynamicListResource, Found, Operation, Sink};
use crate::value::{Path, Value};

/// How many objects a list resource may be ahead of core.
const AHEAD: usize = 1;

pub(super) fn list(service: &Service, request: &Request) -> BoxStream<Event> {
    match prepare(service, request) {
        Ok(listing) => Box::pin(listing),
        Err(diagnostics) => Box::pin(futures_util::stream::iter([Ok(failed(diagnostics))])),
    }
}

fn failed(diagnostics: Diagnostics) -> Event {
    Event {
        diagnostic: message::diagnostics(diagnostics),
        ..Event::default()
    }
}

fn prepare(service: &Service, request: &Request) -> Result<Running, Diagnostics> {
    let list = service.lister(&request.type_name)?.clone();
    service.resource(&request.type_name)?;
    let resource = service.resources[&request.type_name].clone();
    let block = &list.schema.block;
    let config = codec::decode(request.config.as_ref(), &list.ty)?;
    if unknown::in_blocks(block, &config) || !config.is_wholly_known() {
        let detail = "The configuration of the list depends on something that is not known.";
        return Err(Diagnostic::error("List configuration is not known", detail).into());
    }
    let config = with_defaults(block, config);
    let timeout = list.handler.timeouts().limit_for(Operation::List, Some(&config));
    let call = service.call(Operation::List, &request.type_name, timeout);
    let limit = u64::try_from(request.limit).ok().filter(|limit| *limit > 0);
    let (sender, told) = mpsc::channel(AHEAD);
    let sink = Sink::new(sender, request.include_resource_object, limit);
    Ok(Running {
        resource,
        subject: request.type_name.clone(),
        told,
        work: Some(Box::pin(work(list, call, config, sink))),
        rest: None,
    })
}

/// Runs the handler; what it says at its end.
async fn work(list: Arc<Entity<dyn DynamicListResource>>, call: Call, config: Value, sink: Sink) -> Diagnostics {
    let ended = list.handler.list(&call, config, sink).await;
    let mut rest = call.take_warnings();
    rest.extend(ended.err().unwrap_or_default());
    rest
}

/// A list that goes on as far as core takes what is found: the handler runs only while core asks for the next event, and
/// is dropped with the stream when core goes away.
struct Running {
    resource: Arc<Managed>,
    subject: String,
    told: mpsc::Receiver<Told>,
    /// The handler, until it or the list has ended.
    work: Option<BoxFuture<'static, Diagnostics>>,
    /// What the handler said at its end; the last event.
    rest: Option<Diagnostics>,
}

impl Stream for Running {
    type Item = Result<Event, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(work) = &mut self.work
            && let Poll::Ready(last) = work.as_mut().poll(context)
        {
            self.work = None;
            self.rest = Some(last).filter(|last| !last.is_empty());
        }
        match self.told.poll_recv(context) {
            Poll::Ready(Some(told)) => Poll::Ready(Some(Ok(self.event(told)))),
            Poll::Ready(None) => Poll::Ready(self.rest.take().map(|last| Ok(failed(last)))),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl Running {
    fn event(&mut self, told: Told) -> Event {
        let checked = match told {
            Told::Warning(warning) => return failed(warning.into()),
            Told::Found(found) => self.checked(found),
        };
        checked.unwrap_or_else(|diagnostics| {
            // Core stops at the first error, so there is nothing more to find.
            self.work = None;
            self.rest = None;
            self.told.close();
            while self.told.try_recv().is_ok() {}
            failed(diagnostics)
        })
    }

    fn checked(&self, found: Found) -> Result<Event, Diagnostics> {
        let refuse = |violations: Vec<Violation>| -> Diagnostics {
            violations
                .into_iter()
                .map(|violation| violation.diagnostic("Provider listed an invalid object", &self.subject))
                .collect()
        };
        let Some(declared) = &self.resource.identity else {
            let what = "there is no identity";
            return Err(refuse(vec![Violation::new(39, &Path::root(), what)]));
        };
        identity::check_listed(declared, &found.identity, &self.subject)?;
        let ty = &self.resource.ty;
        let object = match found.object {
            None => None,
            Some(object) => {
                if let Err((path, fault)) = object.conforms(ty) {
                    return Err(refuse(vec![Violation::new(10, &path, fault)]));
                }
                let block = &self.resource.schema.block;
                let object = write_only::removed(block, unknown::with_block_collections(block, object));
                let unknown = unknown::paths(&object, ty);
                if !unknown.is_empty() {
                    let violations = unknown
                        .iter()
                        .map(|path| Violation::new(39, path, "it is unknown, but it was found"));
                    return Err(refuse(violations.collect()));
                }
                Some(codec::encode(&object, ty)?)
            }
        };
        Ok(Event {
            identity: Some(ResourceIdentityData {
                identity_data: Some(codec::encode(&found.identity, &declared.ty)?),
            }),
            display_name: found.display_name,
            resource_object: object,
            ..Event::default()
        })
    }
}
