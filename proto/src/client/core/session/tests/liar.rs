//! A provider that answers what it was told to, right or wrong.

use tonic::{Request, Response, Status};

use crate::client::core::{Core, Release, Stored};
use crate::protocol::provider_server::Provider;
use crate::protocol::resource_identity_schema::IdentityAttribute;
use crate::protocol::schema::{Attribute, Block};
use crate::protocol::{
    DynamicValue, ResourceIdentityData, ResourceIdentitySchema, Schema, ServerCapabilities, get_provider_schema,
    get_resource_identity_schemas, import_resource_state, move_resource_state, read_resource,
};
use crate::value::{Type, Value};

/// What it answers. A read finds what it is asked about, or nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct Liar {
    pub(super) imported: import_resource_state::Response,
    pub(super) moved: move_resource_state::Response,
    pub(super) gone: bool,
    /// What a read answers in place of the identity that was sent.
    pub(super) other_identity: Option<ResourceIdentityData>,
}

impl Liar {
    /// A core of that release that has asked for the schemas.
    pub(super) async fn core(self, release: Release) -> Core {
        let mut core = Core::within(self, release).deferring();
        core.ask_schemas().await.unwrap();
        assert_eq!(core.breaches, []);
        core
    }
}

pub(super) fn object_type() -> Type {
    Type::object([("name", Type::String), ("word_wo", Type::String)])
}

fn identity_type() -> Type {
    Type::object([("name", Type::String), ("zone", Type::String)])
}

pub(super) fn sent(value: &Value, ty: &Type) -> DynamicValue {
    DynamicValue::encoded(value, ty).unwrap()
}

/// The answer of an object.
pub(super) fn object(name: Value, word: Value) -> DynamicValue {
    sent(&Value::map([("name", name), ("word_wo", word)]), &object_type())
}

/// The answer of an identity.
pub(super) fn identity(name: Value, zone: Value) -> ResourceIdentityData {
    ResourceIdentityData {
        identity_data: Some(sent(&Value::map([("name", name), ("zone", zone)]), &identity_type())),
    }
}

/// An object of another provider.
pub(super) fn source() -> Stored {
    Stored {
        version: 3,
        attributes: br#"{"title":"a"}"#.as_slice().into(),
        private: b"theirs".as_slice().into(),
        identity: Some((7, br#"{"title":"a"}"#.as_slice().into())),
        tainted: false,
    }
}

fn schema() -> get_provider_schema::Response {
    let attribute = |name: &str, write_only| Attribute {
        name: name.to_owned(),
        r#type: Type::String.to_json().into(),
        optional: true,
        write_only,
        ..Attribute::default()
    };
    let thing = Schema {
        version: 0,
        block: Some(Block {
            attributes: vec![attribute("name", false), attribute("word_wo", true)],
            ..Block::default()
        }),
    };
    get_provider_schema::Response {
        provider: Some(Schema::default()),
        resource_schemas: [("liar_thing".to_owned(), thing)].into(),
        server_capabilities: Some(ServerCapabilities {
            move_resource_state: true,
            ..ServerCapabilities::default()
        }),
        ..get_provider_schema::Response::default()
    }
}

fn identity_schema() -> ResourceIdentitySchema {
    let attribute = |name: &str, required| IdentityAttribute {
        name: name.to_owned(),
        r#type: Type::String.to_json().into(),
        required_for_import: required,
        optional_for_import: !required,
        ..IdentityAttribute::default()
    };
    ResourceIdentitySchema {
        version: 0,
        identity_attributes: vec![attribute("name", true), attribute("zone", false)],
    }
}

#[tonic::async_trait]
impl Provider for Liar {
    async fn get_provider_schema(
        &self,
        _: Request<get_provider_schema::Request>,
    ) -> Result<Response<get_provider_schema::Response>, Status> {
        Ok(Response::new(schema()))
    }

    async fn get_resource_identity_schemas(
        &self,
        _: Request<get_resource_identity_schemas::Request>,
    ) -> Result<Response<get_resource_identity_schemas::Response>, Status> {
        Ok(Response::new(get_resource_identity_schemas::Response {
            identity_schemas: [("liar_thing".to_owned(), identity_schema())].into(),
            ..Default::default()
        }))
    }

    async fn read_resource(
        &self,
        request: Request<read_resource::Request>,
    ) -> Result<Response<read_resource::Response>, Status> {
        let request = request.into_inner();
        let nothing = sent(&Value::Null, &object_type());
        Ok(Response::new(read_resource::Response {
            new_state: if self.gone {
                Some(nothing)
            } else {
                request.current_state
            },
            private: request.private,
            new_identity: self.other_identity.clone().or(request.current_identity),
            ..read_resource::Response::default()
        }))
    }

    async fn import_resource_state(
        &self,
        _: Request<import_resource_state::Request>,
    ) -> Result<Response<import_resource_state::Response>, Status> {
        Ok(Response::new(self.imported.clone()))
    }

    async fn move_resource_state(
        &self,
        request: Request<move_resource_state::Request>,
    ) -> Result<Response<move_resource_state::Response>, Status> {
        let request = request.into_inner();
        assert_eq!(request.source_private.as_ref(), b"theirs");
        assert_eq!(request.source_schema_version, 3);
        Ok(Response::new(self.moved.clone()))
    }
}
