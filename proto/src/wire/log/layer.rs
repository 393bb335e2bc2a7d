//! From events and spans of `tracing` to lines.

use std::fmt;
use std::io::Write;

use time::OffsetDateTime;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::line::{Line, Value};

/// Name of the field that `tracing` puts the message into.
const MESSAGE: &str = "message";

/// Writes each event as one line to what `writer` gives, in one piece.
///
/// A failure to write is ignored: there is no place left to tell it.
#[derive(Debug)]
pub struct HclogLayer<F> {
    writer: F,
}

impl<F> HclogLayer<F> {
    /// For a function such as `std::io::stderr`.
    pub fn new(writer: F) -> Self {
        Self { writer }
    }
}

impl<S, F, W> Layer<S> for HclogLayer<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    F: Fn() -> W + 'static,
    W: Write,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut own = Fields::default();
        event.record(&mut own);
        let metadata = event.metadata();
        let mut line = Line::new(
            *metadata.level(),
            &own.message,
            metadata.target(),
            OffsetDateTime::now_utc(),
        );
        for span in context
            .event_scope(event)
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .iter()
            .rev()
        {
            if let Some(fields) = span.extensions().get::<Fields>() {
                fields.write(&mut line);
            }
        }
        own.write(&mut line);
        let _ = (self.writer)().write_all(line.finish().as_bytes());
    }
}

/// The fields of an event or span.
#[derive(Debug, Default)]
struct Fields {
    message: String,
    rest: Vec<(&'static str, Value)>,
}

impl Fields {
    fn write(&self, line: &mut Line) {
        for (name, value) in &self.rest {
            line.field(name, value);
        }
    }

    fn set(&mut self, field: &Field, value: Value) {
        match value {
            Value::Text(text) | Value::Literal(text) if field.name() == MESSAGE => self.message = text,
            value => {
                self.rest.retain(|(name, _)| *name != field.name());
                self.rest.push((field.name(), value));
            }
        }
    }

    fn literal(&mut self, field: &Field, value: &impl ToString) {
        self.set(field, Value::Literal(value.to_string()));
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        if value.is_finite() {
            self.literal(field, &value);
        } else {
            self.set(field, Value::Text(value.to_string()));
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.literal(field, &value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.literal(field, &value);
    }

    fn record_i128(&mut self, field: &Field, value: i128) {
        self.literal(field, &value);
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        self.literal(field, &value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.literal(field, &value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field, Value::Text(value.to_owned()));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        let mut text = value.to_string();
        let mut cause = value.source();
        while let Some(error) = cause {
            text = format!("{text}: {error}");
            cause = error.source();
        }
        self.set(field, Value::Text(text));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.set(field, Value::Text(format!("{value:?}")));
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    #[derive(Clone, Default)]
    struct Buffer(Arc<Mutex<Vec<u8>>>);

    impl Write for Buffer {
        fn write(&mut self, data: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(data);
            Ok(data.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(statements: impl FnOnce()) -> Vec<serde_json::Value> {
        let buffer = Buffer::default();
        let writer = buffer.clone();
        let subscriber = tracing_subscriber::registry().with(HclogLayer::new(move || writer.clone()));
        tracing::subscriber::with_default(subscriber, statements);
        let bytes = buffer.0.lock().unwrap().clone();
        String::from_utf8(bytes)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    #[test]
    fn values_keep_their_kind() {
        let lines = logged(|| {
            tracing::info!(text = "a", number = 1, share = 0.5, nan = f64::NAN, yes = true, debug = ?[1], "hello {}", 1);
        });
        let line = &lines[0];
        assert_eq!(line["@message"], "hello 1");
        assert_eq!(line["@level"], "info");
        assert_eq!(line["@module"], "tfplugin.wire.log.layer.tests");
        assert_eq!(line["text"], "a");
        assert_eq!(line["number"], 1);
        assert_eq!(line["share"], 0.5);
        assert_eq!(line["nan"], "NaN");
        assert_eq!(line["yes"], true);
        assert_eq!(line["debug"], "[1]");
    }

    #[test]
    fn a_message_is_a_string_whatever_it_was() {
        let lines = logged(|| {
            tracing::info!(message = 5);
            tracing::info!(only = "a field");
        });
        assert_eq!(lines[0]["@message"], "5");
        assert_eq!(lines[1]["@message"], "");
    }

    #[test]
    fn spans_lend_their_fields_and_the_event_has_the_last_word() {
        let lines = logged(|| {
            let outer = tracing::info_span!("call", method = "Read", resource = tracing::field::Empty);
            let _outer = outer.enter();
            outer.record("resource", "a");
            outer.record("resource", "b");
            let _inner = tracing::info_span!("inner", method = "Inner").entered();
            tracing::warn!(step = 1, "in both");
            tracing::warn!(method = "Own", "own");
        });
        assert_eq!(lines[0]["method"], "Inner");
        assert_eq!(lines[0]["resource"], "b");
        assert_eq!(lines[0]["step"], 1);
        assert_eq!(lines[1]["method"], "Own");
    }

    #[test]
    fn an_error_comes_with_its_causes() {
        let error = io::Error::other(std::num::ParseIntError::clone(&"x".parse::<u8>().unwrap_err()));
        let lines = logged(|| tracing::error!(error = &error as &(dyn std::error::Error + 'static), "failed"));
        assert!(lines[0]["error"].as_str().unwrap().contains("invalid digit"));
    }
}
