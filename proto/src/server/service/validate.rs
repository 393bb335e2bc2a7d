//! Offline checks of configurations.

use super::{Service, capabilities, codec, message};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::protocol::{
    DynamicValue, validate_data_resource_config, validate_list_resource_config, validate_provider_config,
    validate_resource_config,
};
use crate::schema::Block;
use crate::server::rules::{unknown, validate, write_only};
use crate::value::{Path, Type, Value};

pub(super) fn provider(
    service: &Service,
    request: &validate_provider_config::Request,
) -> validate_provider_config::Response {
    let provider = &service.provider;
    let found = check(
        request.config.as_ref(),
        &provider.ty,
        &provider.schema.block,
        |config| provider.handler.validate(config),
    );
    validate_provider_config::Response {
        diagnostics: message::diagnostics(found),
    }
}

pub(super) fn resource(
    service: &Service,
    request: &validate_resource_config::Request,
) -> validate_resource_config::Response {
    let allowed = capabilities(request.client_capabilities.as_ref()).write_only_attributes;
    let found = match service.resource(&request.type_name) {
        Ok(resource) => {
            let block = &resource.schema.block;
            let mut found = check(request.config.as_ref(), &resource.ty, block, |config| {
                resource.handler.validate(config)
            });
            // Also where the handler cannot be asked: what is written is written.
            if !allowed && let Ok(config) = codec::decode(request.config.as_ref(), &resource.ty) {
                found.extend(write_only::refused(block, &config));
            }
            found
        }
        Err(diagnostic) => diagnostic.into(),
    };
    validate_resource_config::Response {
        diagnostics: message::diagnostics(found),
    }
}

pub(super) fn data_source(
    service: &Service,
    request: &validate_data_resource_config::Request,
) -> validate_data_resource_config::Response {
    let found = match service.data_source(&request.type_name) {
        Ok(data) => check(request.config.as_ref(), &data.ty, &data.schema.block, |config| {
            data.handler.validate(config)
        }),
        Err(diagnostic) => diagnostic.into(),
    };
    validate_data_resource_config::Response {
        diagnostics: message::diagnostics(found),
    }
}

pub(super) fn list_resource(
    service: &Service,
    request: &validate_list_resource_config::Request,
) -> validate_list_resource_config::Response {
    let found = match service.lister(&request.type_name) {
        Ok(list) => check(request.config.as_ref(), &list.ty, &list.schema.block, |config| {
            list.handler.validate(config)
        }),
        Err(diagnostic) => diagnostic.into(),
    };
    validate_list_resource_config::Response {
        diagnostics: message::diagnostics(found),
    }
}

/// The schema's own checks, then the handler's. A configuration with an unknown number of blocks, which no model can
/// hold, is not shown to the handler (protocol rule 41).
pub(super) fn check(
    config: Option<&DynamicValue>,
    ty: &Type,
    block: &Block,
    handler: impl FnOnce(&Value) -> Diagnostics,
) -> Diagnostics {
    let config = match codec::decode_object(config, ty) {
        Ok(Some(config)) => config,
        Ok(None) => return Diagnostics::new(),
        Err(diagnostic) => return diagnostic.into(),
    };
    let mut found = validate::validate(block, &config);
    if !unknown::in_blocks(block, &config) {
        // What the schema's checks refuse, a handler's often refuse again: one error for each value says it all.
        let told: Vec<Path> = found.iter().filter_map(|refusal| refusal.path.clone()).collect();
        let again = |refusal: &Diagnostic| {
            let path = refusal.path.as_ref();
            path.is_some_and(|path| told.iter().any(|refused| path.starts_with(refused)))
        };
        found.extend(handler(&config).into_iter().filter(|refusal| !again(refusal)));
    }
    found
}
