//! The few methods that are measured, in both major versions of the protocol.
//!
//! Published providers of the peers speak version 5, Terraform and OpenTofu speak both. The messages of these methods
//! have the same fields under the same numbers in both, but for what a schema consists of; only the service and two methods
//! are called otherwise.

use std::marker::PhantomData;

use http::uri::PathAndQuery;
use prost::Message;
use prost::bytes::Buf as _;
use tfplugin::{
    client::Plugin,
    protocol::{apply_resource_change, configure_provider, get_provider_schema, plan_resource_change},
    wire::MESSAGE_LIMIT,
};
use tonic::{
    Request, Status,
    client::Grpc,
    codec::{Codec, DecodeBuf, Decoder},
    transport::Channel,
};
use tonic_prost::{ProstCodec, ProstEncoder};

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

    /// How many bytes the schema has. It is not taken apart: its numbers differ between the versions.
    pub(super) async fn schema(&self) -> Result<usize> {
        let method = if self.version == 5 {
            "GetSchema"
        } else {
            "GetProviderSchema"
        };
        let question = get_provider_schema::Request::default();
        self.call_with(method, question, LengthCodec(PhantomData)).await
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
        Question: Message + 'static,
        Answer: Message + Default + 'static,
    {
        self.call_with(method, question, ProstCodec::default()).await
    }

    async fn call_with<C>(&self, method: &str, question: C::Encode, codec: C) -> Result<C::Decode>
    where
        C: Codec,
        C::Encode: Sync + 'static,
        C::Decode: Sync + 'static,
    {
        let path = PathAndQuery::try_from(format!("/tfplugin{}.Provider/{method}", self.version))?;
        let mut client = Grpc::new(self.channel.clone())
            .max_decoding_message_size(MESSAGE_LIMIT)
            .max_encoding_message_size(MESSAGE_LIMIT);
        client.ready().await?;
        Ok(client.unary(Request::new(question), path, codec).await?.into_inner())
    }
}

/// Asks in a message and takes no more of the answer than its length.
struct LengthCodec<Question>(PhantomData<fn(Question)>);

impl<Question: Message + 'static> Codec for LengthCodec<Question> {
    type Encode = Question;
    type Decode = usize;
    type Encoder = ProstEncoder<Question>;
    type Decoder = Length;

    fn encoder(&mut self) -> Self::Encoder {
        ProstEncoder::default()
    }

    fn decoder(&mut self) -> Self::Decoder {
        Length
    }
}

struct Length;

impl Decoder for Length {
    type Item = usize;
    type Error = Status;

    fn decode(&mut self, answer: &mut DecodeBuf<'_>) -> std::result::Result<Option<usize>, Status> {
        let length = answer.remaining();
        answer.advance(length);
        Ok(Some(length))
    }
}
