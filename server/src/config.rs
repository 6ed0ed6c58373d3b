//! Configuration: defaults, then a file, then `ITPARK_…` variables. Everything is checked before anything starts.

use std::{net::IpAddr, path::PathBuf};

use figment::{
    Figment,
    providers::{Env, Format, Toml},
};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The configuration cannot be used.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// A value has the wrong type, or a name is unknown.
    #[error("configuration: {0}")]
    Unreadable(Box<figment::Error>),
    /// A value is not allowed.
    #[error("configuration: {name}: {why}")]
    Wrong {
        /// Name of the setting.
        name: &'static str,
        /// What is wrong and what would be right.
        why: &'static str,
    },
}

/// Settings of an installation.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// `sqlite://PATH` or `postgres://…`.
    #[serde(serialize_with = "without_password")]
    pub database_url: String,
    /// Address to listen on.
    pub host: IpAddr,
    /// Port to listen on; 0 takes a free one.
    pub port: u16,
    /// Where the public reaches it, without a slash at the end: for addresses in feeds and catalogues.
    pub public_url: String,
    /// Password of the demonstration sign-ins.
    #[serde(serialize_with = "hidden")]
    pub demo_password: SecretString,
    /// Whether a database with demonstration accounts may be served beyond this machine.
    pub allow_public_demonstration: bool,
    /// Addresses of proxies whose X-Forwarded-For is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// File of the signed checkpoints of the audit chain; beside the database where none is named.
    pub checkpoints: Option<PathBuf>,
    /// File of the key that signs them; beside the database where none is named. It should stand where who can write the
    /// database cannot read.
    pub checkpoint_key: Option<PathBuf>,
    /// Filter of log lines, such as `info` or `info,server=debug`.
    pub log: String,
    /// Log lines as JSON.
    pub log_json: bool,
}

/// `postgres://user:[hidden]@host/database`.
fn without_password<S: serde::Serializer>(url: &str, serializer: S) -> Result<S::Ok, S::Error> {
    let hidden = url.split_once("://").and_then(|(scheme, rest)| {
        let (user, place) = rest.rsplit_once('@')?;
        let (user, _) = user.split_once(':')?;
        Some(format!("{scheme}://{user}:[hidden]@{place}"))
    });
    serializer.serialize_str(hidden.as_deref().unwrap_or(url))
}

fn hidden<S: serde::Serializer>(_: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str("[hidden]")
}

/// What applies when nothing is said.
const DEFAULTS: &str = r#"
database_url = "sqlite://data/itpark.sqlite"
host = "127.0.0.1"
port = 3000
public_url = "http://127.0.0.1:3000"
demo_password = "demo-2023"
allow_public_demonstration = false
trusted_proxies = []
log = "info"
log_json = false
"#;

impl Config {
    /// Reads `itpark.toml` (or the file of `ITPARK_CONFIG`) and the variables.
    ///
    /// # Errors
    /// See [`ConfigError`].
    pub fn load() -> Result<Self, ConfigError> {
        let named = Env::var("ITPARK_CONFIG");
        if named.as_ref().is_some_and(|file| !std::path::Path::new(file).is_file()) {
            return Err(ConfigError::Wrong { name: "ITPARK_CONFIG", why: "names no file" });
        }
        let file = named.unwrap_or_else(|| "itpark.toml".to_owned());
        Self::from(&Figment::from(Toml::string(DEFAULTS)).merge(Toml::file(file)).merge(Env::prefixed("ITPARK_").ignore(&["config"])))
    }

    /// What applies when nothing is said.
    ///
    /// # Panics
    /// Never: a test reads them.
    pub fn defaults() -> Self {
        Self::from(&Figment::from(Toml::string(DEFAULTS))).expect("the defaults are valid")
    }

    fn from(figment: &Figment) -> Result<Self, ConfigError> {
        let config: Self = figment.extract().map_err(|error| ConfigError::Unreadable(Box::new(error)))?;
        let wrong = |name, why| Err(ConfigError::Wrong { name, why });
        if !["sqlite://", "postgres://", "postgresql://"].iter().any(|scheme| config.database_url.starts_with(scheme)) {
            return wrong("database_url", "must begin with sqlite:// or postgres://");
        }
        let origin = config.public_url.parse::<axum::http::Uri>().ok().filter(|url| url.host().is_some() && url.query().is_none());
        if origin.is_none_or(|url| !matches!(url.scheme_str(), Some("http" | "https"))) || config.public_url.ends_with('/') {
            return wrong("public_url", "must be http:// or https:// with a host, without a slash at the end");
        }
        if config.log.parse::<tracing_subscriber::EnvFilter>().is_err() {
            return wrong("log", "is not a filter such as info or info,server=debug");
        }
        Ok(config)
    }

    /// The same configuration on another port.
    #[must_use]
    pub fn with_port(self, port: Option<u16>) -> Self {
        Self { port: port.unwrap_or(self.port), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(toml: &str) -> Result<Config, ConfigError> {
        Config::from(&Figment::from(Toml::string(DEFAULTS)).merge(Toml::string(toml)))
    }

    #[test]
    fn the_defaults_are_valid_and_secrets_are_not_printed() {
        let config = with("").unwrap();
        assert_eq!(config.port, 3000);
        assert!(!format!("{config:?}").contains("demo-2023"));
    }

    #[test]
    fn wrong_values_are_named() {
        for (toml, name) in [
            ("port = \"many\"", "port"),
            ("colour = \"blue\"", "colour"),
            ("database_url = \"mysql://x\"", "database_url"),
            ("host = \"everywhere\"", "host"),
            ("log = \"=,=\"", "log"),
            ("public_url = \"example.org\"", "public_url"),
            ("public_url = \"https://example.org/\"", "public_url"),
            ("public_url = \"ftp://example.org\"", "public_url"),
        ] {
            let error = with(toml).unwrap_err().to_string();
            assert!(error.contains(name), "{toml}: {error}");
        }
    }
}
