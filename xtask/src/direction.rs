//! The crates depend on each other in one direction, and the domain on nothing that knows a web or a database.

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::shell::{output, program};

    /// Names of everything that a crate depends on, at whatever depth.
    fn dependencies(package: &str, features: &[&str]) -> BTreeSet<String> {
        let mut arguments = vec!["tree", "--locked", "--offline", "-p", package, "-e", "normal", "--prefix", "none", "--format", "{p}"];
        arguments.extend(features);
        let text = output(&mut program("cargo", &arguments)).unwrap();
        text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
    }

    fn assert_without(package: &str, features: &[&str], forbidden: &[&str]) {
        let found = dependencies(package, features);
        assert!(found.contains(package), "{package} was looked up");
        let wrong: Vec<_> = forbidden.iter().filter(|name| found.contains(**name)).collect();
        assert!(wrong.is_empty(), "{package} must not depend on {wrong:?}");
    }

    #[test]
    fn domain_knows_no_web_no_database_and_no_runtime() {
        let forbidden = [
            "axum",
            "hyper",
            "leptos",
            "tokio",
            "sea-orm",
            "sqlx",
            "rand",
            "getrandom",
            "charts",
            "services",
            "app",
            "server",
            "migrations",
        ];
        assert_without("domain", &[], &forbidden);
    }

    #[test]
    fn disclosure_control_knows_nothing_of_filings() {
        let forbidden = ["domain", "chrono", "axum", "leptos", "tokio", "sea-orm", "rand", "getrandom", "services", "app", "server"];
        assert_without("disclosure", &[], &forbidden);
    }

    #[test]
    fn nothing_points_back() {
        assert_without("disclosure", &[], &["charts", "migrations"]);
        assert_without("charts", &[], &["services", "app", "server", "migrations", "sea-orm", "leptos"]);
        assert_without("formats", &[], &["services", "app", "server", "migrations", "charts", "disclosure", "sea-orm", "leptos"]);
        assert_without("services", &[], &["app", "server", "migrations", "demonstration", "charts", "formats", "leptos", "axum"]);
        assert_without("demonstration", &[], &["app", "server", "migrations", "charts", "leptos", "axum"]);
        assert_without("migrations", &[], &["domain", "services", "app", "server", "charts"]);
        assert_without("app", &[], &["server", "migrations", "demonstration"]);
    }

    #[test]
    fn what_runs_in_the_browser_has_no_server_in_it() {
        let forbidden = ["services", "charts", "sea-orm", "tokio", "plotters", "leptos_i18n", "axum", "argon2"];
        assert_without("app", &["--no-default-features", "--features", "hydrate", "--target", "wasm32-unknown-unknown"], &forbidden);
    }
}
