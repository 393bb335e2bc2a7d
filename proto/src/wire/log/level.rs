//! How much to log: the variables of Terraform and of its Go SDK.

use tracing_subscriber::filter::LevelFilter;

/// Level of everything core and its plugins log.
const EVERYTHING: &str = "TF_LOG";

/// Level of all providers. With `_<NAME>` after it: of one provider.
const PROVIDERS: &str = "TF_LOG_PROVIDER";

/// The last part of a source address: `quickfra` of `registry.terraform.io/quickfra/quickfra`.
pub fn provider_name(address: &str) -> &str {
    address.rsplit('/').next().unwrap_or(address)
}

/// The level for the provider with the source address `address`, from the variables that `lookup` finds.
///
/// The most particular variable that is set counts: `TF_LOG_PROVIDER_<NAME>`, then `TF_LOG_PROVIDER`, then `TF_LOG`.
/// Without any nothing is logged, since core would throw it away. A value that is no level means everything, as in core
/// (`TF_LOG=JSON` among them).
pub fn level_from_environment(address: &str, lookup: impl Fn(&str) -> Option<String>) -> LevelFilter {
    let own = format!(
        "{PROVIDERS}_{}",
        provider_name(address).to_uppercase().replace('-', "_")
    );
    [own.as_str(), PROVIDERS, EVERYTHING]
        .into_iter()
        .filter_map(lookup)
        .find(|value| !value.is_empty())
        .map_or(LevelFilter::OFF, |value| level(&value))
}

fn level(value: &str) -> LevelFilter {
    match value.to_uppercase().as_str() {
        "OFF" => LevelFilter::OFF,
        "ERROR" => LevelFilter::ERROR,
        "WARN" => LevelFilter::WARN,
        "INFO" => LevelFilter::INFO,
        "DEBUG" => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(pairs: &[(&str, &str)]) -> LevelFilter {
        level_from_environment("registry.terraform.io/a/my-cloud", |name| {
            pairs.iter().find(|pair| pair.0 == name).map(|pair| pair.1.to_owned())
        })
    }

    #[test]
    fn silent_by_default() {
        assert_eq!(chosen(&[]), LevelFilter::OFF);
        assert_eq!(chosen(&[("TF_LOG", "")]), LevelFilter::OFF);
        assert_eq!(chosen(&[("TF_LOG_PROVIDER_OTHER", "trace")]), LevelFilter::OFF);
    }

    #[test]
    fn the_most_particular_variable_counts() {
        let all = [
            ("TF_LOG", "trace"),
            ("TF_LOG_PROVIDER", "info"),
            ("TF_LOG_PROVIDER_MY_CLOUD", "error"),
        ];
        assert_eq!(chosen(&all), LevelFilter::ERROR);
        assert_eq!(chosen(&all[..2]), LevelFilter::INFO);
        assert_eq!(chosen(&all[..1]), LevelFilter::TRACE);
        assert_eq!(
            chosen(&[("TF_LOG", "trace"), ("TF_LOG_PROVIDER", "off")]),
            LevelFilter::OFF
        );
    }

    #[test]
    fn unknown_levels_mean_everything() {
        assert_eq!(chosen(&[("TF_LOG", "JSON")]), LevelFilter::TRACE);
        assert_eq!(chosen(&[("TF_LOG", "1")]), LevelFilter::TRACE);
        assert_eq!(chosen(&[("TF_LOG", "Warn")]), LevelFilter::WARN);
    }
}
