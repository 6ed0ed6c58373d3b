//! What the product is built of: licences that allow it, no crate in more versions than must be, none that is not used.

#[cfg(test)]
mod tests {
    use std::{
        collections::{BTreeMap, BTreeSet},
        fs,
        path::Path,
    };

    use serde_json::Value;

    use crate::shell::{output, program};

    /// Licences under which a binary may be given away with no more than a notice. `Unicode-3.0` is that of its tables,
    /// `CDLA-Permissive-2.0` that of a list of certificate authorities.
    const ALLOWED: [&str; 13] = [
        "0BSD",
        "Apache-2.0",
        "Apache-2.0 WITH LLVM-exception",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "BSL-1.0",
        "CC0-1.0",
        "CDLA-Permissive-2.0",
        "ISC",
        "MIT",
        "Unicode-3.0",
        "Unlicense",
        "Zlib",
    ];

    /// Crates that others bring in several versions. A new one is looked at before it is entered here.
    const SEVERAL_VERSIONS: [&str; 33] = [
        "atoi",
        "base64",
        "block-buffer",
        "convert_case",
        "cpufeatures",
        "crypto-common",
        "digest",
        "foldhash",
        "getrandom",
        "hashbrown",
        "heck",
        "miniz_oxide",
        "num-bigint",
        "ordered-float",
        "proc-macro2-diagnostics",
        "rand",
        "rand_chacha",
        "rand_core",
        "serde_spanned",
        "sha1",
        "sha2",
        "syn",
        "thiserror",
        "thiserror-impl",
        "toml",
        "toml_datetime",
        "toml_edit",
        "tower-http",
        "unicode-width",
        "wasm-encoder",
        "wasmparser",
        "winnow",
        "zip",
    ];

    fn packages() -> Vec<Value> {
        let arguments = ["metadata", "--format-version", "1", "--locked", "--filter-platform", "x86_64-unknown-linux-gnu"];
        let metadata: Value = serde_json::from_str(&output(&mut program("cargo", &arguments)).unwrap()).unwrap();
        let used: BTreeSet<&str> = metadata["resolve"]["nodes"].as_array().unwrap().iter().filter_map(|node| node["id"].as_str()).collect();
        let packages = metadata["packages"].as_array().unwrap().iter();
        packages.filter(|package| package["id"].as_str().is_some_and(|id| used.contains(id))).cloned().collect()
    }

    /// Whether an expression of SPDX can be met with licences that are allowed: every part joined by AND, one of those joined
    /// by OR. Older ones write a stroke for OR.
    fn is_allowed(expression: &str) -> bool {
        let expression = expression.replace(" / ", " OR ").replace('/', " OR ");
        expression.split(" AND ").all(|part| {
            let part = part.trim_matches(|c| matches!(c, '(' | ')' | ' '));
            part.split(" OR ").any(|licence| ALLOWED.contains(&licence.trim_matches(|c| matches!(c, '(' | ')' | ' '))))
        })
    }

    #[test]
    fn licences_are_read() {
        for expression in ["MIT", "MIT/Apache-2.0", "(MIT OR GPL-3.0) AND Unicode-3.0", "GPL-3.0 OR Zlib"] {
            assert!(is_allowed(expression), "{expression}");
        }
        for expression in ["GPL-3.0", "MIT AND GPL-3.0", "LicenseRef-x", ""] {
            assert!(!is_allowed(expression), "{expression}");
        }
    }

    #[test]
    fn every_licence_allows_the_product() {
        let packages = packages();
        assert!(packages.len() > 300);
        for package in packages {
            let licence = package["license"].as_str().unwrap_or_default();
            assert!(is_allowed(licence), "{}: {licence:?}", package["name"]);
        }
    }

    #[test]
    fn no_crate_comes_in_more_versions_than_is_known() {
        let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for package in packages() {
            versions.entry(package["name"].as_str().unwrap().to_owned()).or_default().insert(package["version"].to_string());
        }
        let several: Vec<&str> = versions.iter().filter(|(_, versions)| versions.len() > 1).map(|(name, _)| name.as_str()).collect();
        assert_eq!(several, SEVERAL_VERSIONS);
    }

    fn sources(folder: &Path, text: &mut String) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                sources(&path, text);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                *text += &fs::read_to_string(&path).unwrap();
            }
        }
    }

    #[test]
    fn every_dependency_is_used() {
        for package in packages().iter().filter(|package| package["source"].is_null()) {
            let folder = Path::new(package["manifest_path"].as_str().unwrap()).parent().unwrap();
            let mut text = fs::read_to_string(folder.join("build.rs")).unwrap_or_default();
            for part in ["src", "tests", "examples"] {
                sources(&folder.join(part), &mut text);
            }
            for dependency in package["dependencies"].as_array().unwrap() {
                let name = dependency["rename"].as_str().or(dependency["name"].as_str()).unwrap().replace('-', "_");
                let is_used = text.contains(&format!("{name}::")) || text.contains(&format!("use {name}"));
                assert!(is_used, "{} does not use {name}", package["name"]);
            }
        }
    }
}
