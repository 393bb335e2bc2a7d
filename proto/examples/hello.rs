//! A provider on half a page: `data "hello_greeting" "you" { name = "you" }` has the text "Hello, you!".
use std::process::ExitCode;
use tfplugin::server::{Call, DataSource, DynamicDataSource, Provider, data_source};
use tfplugin::{Diagnostics, Field, Model, wire::Options};

/// A greeting.
#[derive(Clone, Model)]
struct Greeting {
    /// Who is greeted.
    #[attribute(required)]
    name: Field<String>,
    /// What is said.
    #[attribute(computed)]
    text: Field<String>,
}

struct Greetings;
impl DataSource for Greetings {
    type Model = Greeting;
    const NAME: &'static str = "hello_greeting";
    async fn read(&self, _: &Call, mut greeting: Greeting) -> Result<Greeting, Diagnostics> {
        greeting.text = greeting.name.clone().map(|name| format!("Hello, {name}!"));
        Ok(greeting)
    }
}

pub(crate) struct Hello;
impl Provider for Hello {
    type Config = ();
    const NAME: &'static str = "hello";
    fn data_sources(&self) -> Vec<Box<dyn DynamicDataSource>> {
        vec![data_source(Greetings)]
    }
}

fn main() -> ExitCode {
    tfplugin::serve(Hello, Options::from_environment("registry.terraform.io/example/hello"))
}
