//! The adapter of functions.

use crate::schema::{FunctionError, Leaf, Parameters, Signature};
use crate::server::Function;
use crate::value::Value;

/// A function of any parameters; made with [`function()`].
pub trait DynamicFunction: Send + Sync {
    /// Its name, without the provider's.
    fn name(&self) -> &'static str;
    /// What it takes and gives.
    fn signature(&self) -> Signature;
    /// Gives the result. The arguments are as many as the signature says.
    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError>;
}

/// Makes a function ready for [`crate::server::Provider::functions`].
pub fn function<F: Function>(function: F) -> Box<dyn DynamicFunction> {
    Box::new(Typed(function))
}

struct Typed<F>(F);

impl<F: Function> DynamicFunction for Typed<F> {
    fn name(&self) -> &'static str {
        F::NAME
    }

    fn signature(&self) -> Signature {
        Signature {
            deprecation: F::DEPRECATION.map(str::to_owned),
            ..Signature::new::<F::Output>(F::Parameters::list())
        }
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError> {
        let arguments = F::Parameters::from_values(arguments)?;
        self.0.call(arguments).map(|result| result.encode())
    }
}
