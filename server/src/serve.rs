//! Opening the database and serving.

use std::{net::SocketAddr, sync::Arc};

use services::{Store, installation, jobs::Worker, store::connect_options};

use crate::{
    assets,
    checkpoint::Files,
    clock::{OffsetClock, SystemClock, SystemEntropy},
    config::Config,
    error::CommandError,
    jobs,
    router::router,
};

/// Brings the schema up to date, over one connection of its own.
///
/// # Errors
/// When the database cannot be reached or a step fails.
pub async fn migrate(config: &Config) -> Result<(), CommandError> {
    if let Some(path) = config.database_url.strip_prefix("sqlite://") {
        let path = path.split('?').next().unwrap_or(path);
        if let Some(folder) = std::path::Path::new(path).parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|error| CommandError::File(folder.display().to_string(), error))?;
        }
    }
    let db = sea_orm::Database::connect(connect_options(&config.database_url, 1)).await?;
    migrations::up(&db).await?;
    db.close().await?;
    Ok(())
}

/// Opens the migrated database with the right clock: the system's, or the demonstration's own.
///
/// # Errors
/// When the database cannot be reached.
pub async fn open(config: &Config) -> Result<Store, CommandError> {
    let store = Store::connect(&config.database_url, Arc::new(SystemClock), Arc::new(SystemEntropy)).await?;
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
    tokio::spawn(jobs::keep(store.clone(), worker, checkpoints.clone()));
    let app = router(store.clone(), &config, demonstration).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, app).with_graceful_shutdown(stopped()).await.map_err(CommandError::Listen)?;
    jobs::end(&store, &checkpoints).await;
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
