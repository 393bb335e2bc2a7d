//! The few methods that are measured, in both major versions of the protocol.
//!
//! Published providers of the peers speak version 5, Terraform and OpenTofu speak both. The messages of these methods
//! have the same fields under the same numbers in both; only the service and two methods are called otherwise.

use http::uri::PathAndQuery;
use tfplugin::{
    client::Plugin,
    protocol::{apply_resource_change, configure_provider, get_provider_schema, plan_resource_change},
    wire::MESSAGE_LIMIT,
};
use tonic::{Request, client::Grpc, transport::Channel};
use tonic_prost::ProstCodec;

use crate::Result;

/// A connection to a provider.
#[derive(Debug, Clone)]
pub(super) struct Methods {
    channel: Channel,
    version: u32,
}

impl Methods {
    pub(super) async fn of(plugin: &Plugin) -> Result<Self> {
        Ok(Self {
            channel: plugin.channel().await?,
            version: plugin.handshake.protocol_version,
        })
    }

    pub(super) async fn schema(&self) -> Result<get_provider_schema::Response> {
        let method = if self.version == 5 {
            "GetSchema"
        } else {
            "GetProviderSchema"
        };
        self.call(method, get_provider_schema::Request::default()).await
    }

    pub(super) async fn configure(&self, request: configure_provider::Request) -> Result<configure_provider::Response> {
        let method = if self.version == 5 {
            "Configure"
        } else {
            "ConfigureProvider"
        };
        self.call(method, request).await
    }

    pub(super) async fn plan(&self, request: plan_resource_change::Request) -> Result<plan_resource_change::Response> {
        self.call("PlanResourceChange", request).await
    }

    pub(super) async fn apply(
        &self,
        request: apply_resource_change::Request,
    ) -> Result<apply_resource_change::Response> {
        self.call("ApplyResourceChange", request).await
    }

    async fn call<Question, Answer>(&self, method: &str, question: Question) -> Result<Answer>
    where
        Question: prost::Message + 'static,
        Answer: prost::Message + Default + 'static,
    {
        let path = PathAndQuery::try_from(format!("/tfplugin{}.Provider/{method}", self.version))?;
        let mut client = Grpc::new(self.channel.clone())
            .max_decoding_message_size(MESSAGE_LIMIT)
            .max_encoding_message_size(MESSAGE_LIMIT);
        client.ready().await?;
        let codec = ProstCodec::<Question, Answer>::default();
        Ok(client.unary(Request::new(question), path, codec).await?.into_inner())
    }
}
