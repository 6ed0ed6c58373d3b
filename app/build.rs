//! Generates the translations; a key that is missing in one language fails the build.

#[cfg(feature = "ssr")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    use leptos_i18n_build::{Config, ParseOptions, TranslationsInfos};

    println!("cargo::rerun-if-changed=build.rs");
    let options = ParseOptions::new().interpolate_display(true);
    let mut config = Config::new("uz")?.add_locale("ru")?.add_locale("en")?.parse_options(options);
    // a file a subject: the default language has them all
    println!("cargo::rerun-if-changed=locales/uz");
    for file in std::fs::read_dir("locales/uz")? {
        let name = file?.path().file_stem().unwrap_or_default().to_string_lossy().into_owned();
        config = config.add_namespace(&name)?;
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
