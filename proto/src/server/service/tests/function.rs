//! Functions: what they take, what they give, and what happens when they fail.

use tonic::Request;

use super::super::{Service, codec};
use super::offering::Offering;
use crate::protocol::provider_server::Provider as _;
use crate::protocol::{DynamicValue, call_function, get_functions, get_metadata, get_provider_schema};
use crate::schema::FunctionError;
use crate::server::{Function, check, function};
use crate::value::{Type, Value};
use crate::{Field, Parameters};

/// Joins words.
///
/// Faults of its own are asked for by the separator.
#[derive(Parameters)]
struct Join {
    /// What stands between them.
    separator: Field<String>,
    /// The words.
    #[parameter(variadic)]
    words: Vec<String>,
}

struct JoinFunction;

impl Function for JoinFunction {
    type Parameters = Join;
    type Output = Field<String>;
    const NAME: &'static str = "join";
    const DEPRECATION: Option<&'static str> = Some("use the built-in one");

    fn call(&self, arguments: Join) -> Result<Field<String>, FunctionError> {
        let separator = match &arguments.separator {
            Field::Unknown => return Ok(Field::Unknown),
            Field::Null => return Ok(Field::Null),
            Field::Known(separator) => separator.as_str(),
        };
        assert!(separator != "panic", "canary");
        if separator == "unknown" {
            return Ok(Field::Unknown);
        }
        if let Some(place) = arguments.words.iter().position(|word| word == "bad") {
            return Err(Join::WORDS.nth(place).error("This word is bad."));
        }
        if arguments.words.is_empty() {
            return Err(FunctionError::new("There is nothing to join."));
        }
        Ok(Field::Known(arguments.words.join(separator)))
    }
}

/// Anything.
#[derive(Parameters)]
struct Anything {
    /// Of any type.
    value: Value,
}

/// Gives its argument as what it is not.
struct WrongType;

impl Function for WrongType {
    type Parameters = Anything;
    type Output = Value;
    const NAME: &'static str = "wrong_type";

    fn call(&self, arguments: Anything) -> Result<Value, FunctionError> {
        match arguments.value {
            Value::Dynamic(_, value) => Ok(Value::Dynamic(Box::new(Type::Bool), value)),
            other => Ok(other),
        }
    }
}

fn service() -> Service {
    let functions = || vec![function(JoinFunction), function(WrongType)];
    let offering = Offering {
        functions: Box::new(functions),
        ..Offering::default()
    };
    offering.service()
}

/// Calls `join`: the result, or the error with the place of its argument.
async fn join(arguments: Vec<Value>) -> Result<Value, (String, Option<i64>)> {
    call("join", arguments, &Type::String, &Type::String).await
}

async fn call(name: &str, arguments: Vec<Value>, ty: &Type, result: &Type) -> Result<Value, (String, Option<i64>)> {
    let encoded = arguments.iter().map(|argument| codec::encode(argument, ty).unwrap());
    let request = call_function::Request {
        name: name.to_owned(),
        arguments: encoded.collect(),
    };
    let response = service()
        .call_function(Request::new(request))
        .await
        .unwrap()
        .into_inner();
    assert!(response.result.is_none() || response.error.is_none());
    match response.error {
        Some(error) => Err((error.text, error.function_argument)),
        None => Ok(codec::decode(response.result.as_ref(), result).unwrap()),
    }
}

#[tokio::test]
async fn a_function_is_called_without_configuration() {
    let words = ["-", "a", "b"].map(Value::from).to_vec();
    assert_eq!(join(words).await, Ok(Value::from("a-b")));
}

#[tokio::test]
async fn null_goes_where_it_is_taken() {
    assert_eq!(join(vec![Value::Null]).await, Ok(Value::Null));
    let refused = join(vec![Value::from("-"), Value::from("a"), Value::Null]).await;
    assert_eq!(
        refused,
        Err(("The argument `words` must not be null.".to_owned(), Some(2)))
    );
}

#[tokio::test]
async fn unknown_goes_where_it_is_taken_and_makes_the_result_unknown_elsewhere() {
    let taken = join(vec![Value::unknown(), Value::from("bad")]).await;
    assert_eq!(taken, Ok(Value::unknown()), "the function itself gave it");
    let withheld = join(vec![Value::from("-"), Value::from("bad"), Value::unknown()]).await;
    assert_eq!(withheld, Ok(Value::unknown()), "the function was not called");
}

#[tokio::test]
async fn an_error_names_the_argument() {
    let place = join(["-", "a", "bad"].map(Value::from).to_vec()).await;
    assert_eq!(place, Err(("This word is bad.".to_owned(), Some(2))));
    let whole = join(vec![Value::from("-")]).await;
    assert_eq!(whole, Err(("There is nothing to join.".to_owned(), None)));
}

#[tokio::test]
async fn the_number_of_arguments_is_checked() {
    let (text, place) = join(Vec::new()).await.unwrap_err();
    assert!(
        text.contains("takes 1 arguments, but 0 were given") && place.is_none(),
        "{text}"
    );
    let text = || Value::Dynamic(Box::new(Type::String), Box::new(Value::from("a")));
    let two = vec![text(), text()];
    let (text, place) = call("wrong_type", two, &Type::Dynamic, &Type::Dynamic)
        .await
        .unwrap_err();
    assert!(text.contains("no more than 1") && place == Some(1), "{text}");
}

#[tokio::test]
async fn an_argument_that_cannot_be_read_is_an_error_at_its_place() {
    let request = call_function::Request {
        name: "join".to_owned(),
        arguments: vec![DynamicValue {
            msgpack: vec![0xc1].into(),
            ..DynamicValue::default()
        }],
    };
    let response = service()
        .call_function(Request::new(request))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(response.error.unwrap().function_argument, Some(0));
}

#[tokio::test]
async fn rule_38_a_result_is_known_where_the_arguments_are() {
    let (text, place) = join(vec![Value::from("unknown")]).await.unwrap_err();
    assert!(
        text.contains("although every argument is known (protocol rule 38)") && place.is_none(),
        "{text}"
    );
}

#[tokio::test]
async fn rule_38_a_result_has_its_type() {
    let argument = Value::Dynamic(Box::new(Type::String), Box::new(Value::from("canary")));
    let (text, _) = call("wrong_type", vec![argument], &Type::Dynamic, &Type::Dynamic)
        .await
        .unwrap_err();
    assert!(
        text.contains("expected bool, found a string (protocol rule 38)"),
        "{text}"
    );
}

#[tokio::test]
async fn a_panic_is_an_error_that_does_not_tell_its_text() {
    let (text, _) = join(vec![Value::from("panic")]).await.unwrap_err();
    assert!(text.contains("panicked at") && text.contains("`join`"), "{text}");
    assert!(!text.contains("canary"), "{text}");
}

#[tokio::test]
async fn an_unknown_name_is_an_error() {
    let (text, _) = call("split", Vec::new(), &Type::String, &Type::String)
        .await
        .unwrap_err();
    assert!(text.contains("no function `split`"), "{text}");
}

#[tokio::test]
async fn a_signature_is_told_everywhere() {
    let service = service();
    let told = service
        .get_functions(Request::new(get_functions::Request {}))
        .await
        .unwrap()
        .into_inner();
    let schema = service
        .get_provider_schema(Request::new(get_provider_schema::Request {}))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(told.functions, schema.functions);
    let join = &told.functions["join"];
    assert_eq!(join.summary, "Joins words.");
    assert!(join.description.ends_with("by the separator."));
    assert_eq!(join.deprecation_message, "use the built-in one");
    assert_eq!(join.r#return.as_ref().unwrap().r#type.as_ref(), br#""string""#);
    let separator = &join.parameters[0];
    assert!(separator.allow_null_value && separator.allow_unknown_values && separator.name == "separator");
    let words = join.variadic_parameter.as_ref().unwrap();
    assert!(!words.allow_null_value && !words.allow_unknown_values && words.description == "The words.");
    let metadata = service
        .get_metadata(Request::new(get_metadata::Request {}))
        .await
        .unwrap()
        .into_inner();
    let names: Vec<String> = metadata.functions.into_iter().map(|one| one.name).collect();
    assert_eq!(names, ["join", "wrong_type"]);
}

#[test]
fn rule_8_a_faulty_function_is_found_by_a_test() {
    struct Faulty;
    impl Function for Faulty {
        type Parameters = Anything;
        type Output = String;
        const NAME: &'static str = "Faulty";

        fn call(&self, _: Anything) -> Result<String, FunctionError> {
            Ok(String::new())
        }
    }
    let offering = Offering {
        functions: Box::new(|| vec![function(Faulty), function(Faulty)]),
        ..Offering::default()
    };
    let faults: Vec<String> = check(&offering).iter().map(ToString::to_string).collect();
    assert!(
        faults[0].contains("Faulty") && faults[0].contains("(protocol rule 8)"),
        "{faults:?}"
    );
    assert!(faults.iter().any(|fault| fault.contains("occurs twice")), "{faults:?}");
}
