//! The smallest useful provider: one resource that keeps a moment.
//!
//! It offers what `time_static` of hashicorp/time 0.14 offers, with the same schema, so that the two can be measured
//! beside each other: `cargo benchmarks` does.

use std::collections::BTreeMap;
use std::process::ExitCode;

use tfplugin::server::{
    Call, Change, Current, DynamicResource, ImportBy, Imported, Plan, Provider, Resource, resource,
};
use tfplugin::wire::Options;
use tfplugin::{Diagnostic, Diagnostics, Field, Model};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A moment that stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Model)]
struct Moment {
    /// Values whose change asks for a new moment.
    #[attribute(optional, replace)]
    triggers: Field<BTreeMap<String, String>>,
    /// The moment, as RFC 3339 writes it. The time of the creation where it is left out.
    #[attribute(optional, computed, keep, replace, validate = moment)]
    rfc3339: Field<String>,
    /// Year of the moment.
    #[attribute(computed, keep)]
    year: Field<i64>,
    /// Month of the moment, from 1 to 12.
    #[attribute(computed, keep)]
    month: Field<i64>,
    /// Day of the moment's month.
    #[attribute(computed, keep)]
    day: Field<i64>,
    /// Hour of the moment.
    #[attribute(computed, keep)]
    hour: Field<i64>,
    /// Minute of the moment.
    #[attribute(computed, keep)]
    minute: Field<i64>,
    /// Second of the moment.
    #[attribute(computed, keep)]
    second: Field<i64>,
    /// Seconds since 1970.
    #[attribute(computed, keep)]
    unix: Field<i64>,
    /// The moment again.
    #[attribute(computed, keep)]
    id: Field<String>,
}

#[expect(clippy::ptr_arg, reason = "a validator is given what the attribute holds")]
fn moment(text: &String) -> Result<(), String> {
    match OffsetDateTime::parse(text, &Rfc3339) {
        Ok(_) => Ok(()),
        Err(error) => Err(format!(
            "it is no moment of RFC 3339, such as 2020-02-12T06:36:13Z: {error}"
        )),
    }
}

impl Moment {
    /// Fills in what follows from the moment.
    fn settle(&mut self, moment: OffsetDateTime, written: &str) {
        self.rfc3339 = Field::Known(written.to_owned());
        self.id = Field::Known(written.to_owned());
        self.year = Field::Known(moment.year().into());
        self.month = Field::Known(u8::from(moment.month()).into());
        self.day = Field::Known(moment.day().into());
        self.hour = Field::Known(moment.hour().into());
        self.minute = Field::Known(moment.minute().into());
        self.second = Field::Known(moment.second().into());
        self.unix = Field::Known(moment.unix_timestamp());
    }

    /// Fills it in from `written`, where that is a moment.
    fn settle_from(&mut self, written: &str) -> Result<(), Diagnostics> {
        let moment = OffsetDateTime::parse(written, &Rfc3339)
            .map_err(|error| Diagnostic::error("Not a moment of RFC 3339", format!("{written:?}: {error}.")))?;
        self.settle(moment, written);
        Ok(())
    }
}

struct ClockStatic;

impl Resource for ClockStatic {
    type Model = Moment;
    type Identity = ();
    type Private = ();
    const NAME: &'static str = "clock_static";

    async fn plan(&self, _: &Call, plan: &mut Plan<Self>) -> Result<(), Diagnostics> {
        match plan.planned.rfc3339.known().cloned() {
            Some(written) if plan.is_create() => plan.planned.settle_from(&written),
            _ => Ok(()),
        }
    }

    async fn create(&self, _: &Call, change: &mut Change<Self>) -> Result<(), Diagnostics> {
        let Some(mut made) = change.planned.clone() else {
            return Ok(());
        };
        let written = match made.rfc3339.known() {
            Some(written) => written.clone(),
            None => now()?,
        };
        made.settle_from(&written)?;
        change.state = Some(made);
        Ok(())
    }

    async fn update(&self, _: &Call, change: &mut Change<Self>) -> Result<(), Diagnostics> {
        change.state.clone_from(&change.planned);
        Ok(())
    }

    async fn delete(&self, _: &Call, _: &mut Change<Self>) -> Result<(), Diagnostics> {
        Ok(())
    }

    async fn read(&self, _: &Call, _: &mut Current<Self>) -> Result<(), Diagnostics> {
        Ok(())
    }

    async fn import(&self, _: &Call, by: ImportBy<'_, ()>) -> Result<Imported<Self>, Diagnostics> {
        let mut state = Moment::default();
        if let ImportBy::Id(id) = by {
            state.settle_from(id)?;
        }
        Ok(Imported { state, private: () })
    }
}

/// This moment, in whole seconds.
fn now() -> Result<String, Diagnostics> {
    let now = OffsetDateTime::now_utc();
    let whole = now.replace_nanosecond(0).unwrap_or(now);
    whole
        .format(&Rfc3339)
        .map_err(|error| Diagnostic::error("The clock cannot be read", error.to_string()).into())
}

struct Clock;

impl Provider for Clock {
    type Config = ();
    const NAME: &'static str = "clock";

    fn resources(&self) -> Vec<Box<dyn DynamicResource>> {
        vec![resource(ClockStatic)]
    }
}

fn main() -> ExitCode {
    tfplugin::serve(Clock, Options::from_environment("registry.terraform.io/example/clock"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn core_accepts_the_schemas() {
        assert_eq!(tfplugin::server::check(&Clock), []);
    }

    #[test]
    fn a_moment_is_taken_apart() {
        let mut found = Moment::default();
        found.settle_from("2020-02-12T06:36:13Z").unwrap();
        assert_eq!(found.month, Field::Known(2));
        assert_eq!(found.unix, Field::Known(1_581_489_373));
        assert!(found.settle_from("yesterday").is_err());
    }
}
