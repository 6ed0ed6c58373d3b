//! Generates the translations; a key that is missing in one language fails the build.

/// The language that has every text.
#[cfg(feature = "ssr")]
const DEFAULT: &str = "uz";

/// The names of what is in a folder, without endings.
#[cfg(feature = "ssr")]
fn names(folder: &str) -> std::io::Result<Vec<String>> {
    let name = |entry: std::io::Result<std::fs::DirEntry>| Ok(entry?.path().file_stem().unwrap_or_default().to_string_lossy().into_owned());
    let mut names = std::fs::read_dir(folder)?.map(name).collect::<std::io::Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}

#[cfg(feature = "ssr")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    use leptos_i18n_build::{Config, ParseOptions, TranslationsInfos};

    println!("cargo::rerun-if-changed=build.rs");
    let options = ParseOptions::new().interpolate_display(true);
    let mut config = Config::new(DEFAULT)?.parse_options(options);
    // a folder a language, in it a file a subject: the default language has them all
    println!("cargo::rerun-if-changed=locales");
    for language in names("locales")?.into_iter().filter(|name| name != DEFAULT) {
        config = config.add_locale(&language)?;
    }
    for subject in names(&format!("locales/{DEFAULT}"))? {
        config = config.add_namespace(&subject)?;
    }
    let translations = TranslationsInfos::parse(config)?;
    translations.emit_diagnostics();
    translations.rerun_if_locales_changed();
    let folder = std::path::PathBuf::from(std::env::var("OUT_DIR")?).join("i18n");
    translations.generate_i18n_module(folder)?;
    Ok(())
}

#[cfg(not(feature = "ssr"))]
fn main() {}
