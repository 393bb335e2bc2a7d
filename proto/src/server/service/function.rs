//! Functions (protocol rule 38).

use super::{Service, codec};
use crate::diagnostics::Diagnostic;
use crate::protocol::call_function::{Request, Response};
use crate::protocol::{self, DynamicValue, get_functions};
use crate::schema::{Argument, FunctionError, ParameterList, Signature};
use crate::server::{DynamicFunction, Operation, guard};
use crate::value::Value;

/// A function with its signature.
pub(super) struct Known {
    pub(super) signature: Signature,
    handler: Box<dyn DynamicFunction>,
}

impl Known {
    pub(super) fn new(handler: Box<dyn DynamicFunction>) -> Self {
        Self {
            signature: handler.signature(),
            handler,
        }
    }
}

pub(super) fn functions(service: &Service) -> get_functions::Response {
    get_functions::Response {
        functions: service
            .functions
            .iter()
            .map(|(name, one)| (name.clone(), (&one.signature).into()))
            .collect(),
        ..get_functions::Response::default()
    }
}

pub(super) fn call(service: &Service, request: &Request) -> Response {
    match answer(service, request) {
        Ok(result) => Response {
            result: Some(result),
            error: None,
        },
        Err(error) => Response {
            result: None,
            error: Some(message(error)),
        },
    }
}

/// The error in the protocol's form.
pub(super) fn message(error: FunctionError) -> protocol::FunctionError {
    protocol::FunctionError {
        text: error.text,
        function_argument: error.argument.and_then(|Argument(place)| i64::try_from(place).ok()),
    }
}

/// The error for what went wrong outside the function's own code.
pub(super) fn broken(diagnostic: &Diagnostic) -> FunctionError {
    FunctionError::new(format!("{}: {}", diagnostic.summary, diagnostic.detail))
}

fn answer(service: &Service, request: &Request) -> Result<DynamicValue, FunctionError> {
    let name = &request.name;
    let Known { signature, handler } = service.functions.get(name).ok_or_else(|| {
        FunctionError::new(format!(
            "This provider has no function `{name}`; another version of it may have."
        ))
    })?;
    let arguments = arguments(name, &signature.parameters, &request.arguments)?;
    let unknown = |(place, argument): (usize, &Value)| {
        let taken = signature.parameters.at(place).is_some_and(|one| one.allows_unknown);
        !taken && !argument.is_wholly_known()
    };
    let result = if arguments.iter().enumerate().any(unknown) {
        Value::unknown()
    } else {
        let call = service.call(Operation::Call, name, None);
        guard::run_plain(&call, || handler.call(&arguments)).map_err(|panic| broken(&panic))??
    };
    check(name, signature, &arguments, &result)?;
    codec::encode(&result, &signature.result).map_err(|fault| broken(&fault))
}

/// Reads the arguments and holds them against the parameters, as core has done before.
fn arguments(name: &str, list: &ParameterList, sent: &[DynamicValue]) -> Result<Vec<Value>, FunctionError> {
    let fewest = list.positional.len();
    if sent.len() < fewest {
        let count = sent.len();
        return Err(FunctionError::new(format!(
            "The function `{name}` takes {fewest} arguments, but {count} were given."
        )));
    }
    let read = |(place, sent): (usize, &DynamicValue)| {
        let at = Argument(place);
        let parameter = list
            .at(place)
            .ok_or_else(|| at.error(format!("The function `{name}` takes no more than {fewest} arguments.")))?;
        let value = codec::decode(Some(sent), &parameter.ty).map_err(|fault| at.error(fault.detail))?;
        if value.is_null() && !parameter.allows_null {
            return Err(at.error(format!("The argument `{}` must not be null.", parameter.name)));
        }
        Ok(value)
    };
    sent.iter().enumerate().map(read).collect()
}

/// Refuses a result that core would refuse, or that would differ between plan and apply.
fn check(name: &str, signature: &Signature, arguments: &[Value], result: &Value) -> Result<(), FunctionError> {
    let refuse = |what: &str| {
        Err(FunctionError::new(format!(
            "The function `{name}` gave an invalid result: {what} (protocol rule 38). This is a bug in the provider, not \
             in your configuration: please report it."
        )))
    };
    if let Err((path, fault)) = result.conforms(&signature.result) {
        let place = if path.is_root() {
            String::new()
        } else {
            format!("`{path}`: ")
        };
        return refuse(&format!("{place}{fault}"));
    }
    if !result.is_wholly_known() && arguments.iter().all(Value::is_wholly_known) {
        return refuse("it is unknown, although every argument is known");
    }
    Ok(())
}
