//! Opening the database and serving.

use std::{fs::File, net::SocketAddr, path::Path, sync::Arc};

use services::{Store, installation, jobs::Worker, store::connect_options};

use crate::{
    assets,
    checkpoint::Files,
    clock::{OffsetClock, SystemClock, SystemEntropy},
    config::Config,
    error::CommandError,
    jobs,
    open::Library,
    router::router,
};

/// Brings the schema up to date, over one connection of its own.
///
/// # Errors
/// When the database cannot be reached or a step fails.
pub async fn migrate(config: &Config) -> Result<(), CommandError> {
    // two servers that start at once: SQLite has no lock that lasts longer than a transaction
    let _one_at_a_time = database_file(config).map(locked).transpose()?;
    let db = sea_orm::Database::connect(connect_options(&config.database_url, 1)).await?;
    migrations::up(&db).await?;
    db.close().await?;
    Ok(())
}

/// The file of an `SQLite` database.
fn database_file(config: &Config) -> Option<&Path> {
    let path = config.database_url.strip_prefix("sqlite://")?;
    Some(Path::new(path.split('?').next().unwrap_or(path)))
}

/// Waits until nobody else migrates the file; others wait while it is held.
fn locked(database: &Path) -> Result<File, CommandError> {
    let failed = |error| CommandError::File(database.display().to_string(), error);
    if let Some(folder) = database.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut name = database.as_os_str().to_owned();
    name.push("-migrating");
    let file = File::create(name).map_err(failed)?;
    file.lock().map_err(failed)?;
    Ok(file)
}

/// Opens a database that is there, with the clock of the machine.
///
/// # Errors
/// When it cannot be reached; a file that is not there is not made.
pub async fn connect(config: &Config) -> Result<Store, CommandError> {
    if let Some(file) = database_file(config).filter(|file| !file.exists()) {
        return Err(CommandError::NoDatabase(file.display().to_string()));
    }
    Ok(Store::connect(&config.database_url, Arc::new(SystemClock), Arc::new(SystemEntropy)).await?)
}

/// Opens the migrated database with the right clock: the system's, or the demonstration's own.
///
/// # Errors
/// When the database cannot be reached.
pub async fn open(config: &Config) -> Result<Store, CommandError> {
    let store = connect(config).await?;
    match installation::demonstration(&store).await? {
        None => Ok(store),
        Some(stands_at) => {
            // time flows on where it was left, so that nothing happens before what has happened
            let last = store.last_instant().await?.unwrap_or(stands_at);
            Ok(store.with_clock(Arc::new(OffsetClock::starting_at(last.max(stands_at)))))
        }
    }
}

/// Serves until the process is told to stop; requests under way are finished.
///
/// # Errors
/// When the database or the port cannot be used, or a demonstration would be served to others.
pub async fn serve(config: Config) -> Result<(), CommandError> {
    migrate(&config).await?;
    let store = open(&config).await?;
    installation::prepare(&store).await?;
    let demonstration = installation::demonstration(&store).await?.is_some();
    if demonstration && !config.host.is_loopback() && !config.allow_public_demonstration {
        return Err(CommandError::PublicDemonstration);
    }
    if !assets::has_islands() {
        tracing::warn!("built without WebAssembly: forms work, but live totals and autosave are missing");
    }
    let (worker, checkpoints) = (Worker::begin(&store).await?, Files::of(&config));
    // who comes at once finds the quarters open
    jobs::pass(&store, worker, &checkpoints).await;
    let listener = tokio::net::TcpListener::bind((config.host, config.port)).await.map_err(CommandError::Listen)?;
    let address = listener.local_addr().map_err(CommandError::Listen)?;
    println!("itpark: serving on http://{address}");
    let working = tokio::spawn(jobs::keep(store.clone(), worker, checkpoints.clone()));
    let library = Library::new(store.clone());
    // filing goes on, whatever is wrong with what is published
    library.look().await;
    let reading = tokio::spawn(library.clone().keep());
    let app = router(store.clone(), &config, demonstration, library).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, app).with_graceful_shutdown(stopped()).await.map_err(CommandError::Listen)?;
    working.abort();
    reading.abort();
    jobs::end(&store, worker, &checkpoints).await;
    Ok(())
}

/// Waits for an interrupt or a request to terminate.
async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = interrupt => {}
        () = terminate => {}
    }
    tracing::info!("stopping");
}
