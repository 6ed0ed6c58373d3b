//! An upgrade of the program changes nothing that was published.
//!
//! `releases-12.db.gz` is the database of a program with twelve migrations: `itpark demo --residents 60 --quarters 3 --as-of
//! 2023-12-20`, with three releases. `releases-12.sha256` are the answers that program gave. A program that cannot answer them any
//! more would break what was promised for ever: the files are never written again.

use std::{io::Read, path::Path, sync::Arc};

use app::{lang::Lang, statistics::FORMATS};
use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use domain::datasets::DatasetId;
use server::{
    clock::{OffsetClock, SystemEntropy},
    open::Library,
    router::router,
    serve::migrate,
};
use services::{Store, verify::verify};
use sha2::{Digest, Sha256};
use tower::ServiceExt;

use crate::support::{App, config};

fn kept(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)).unwrap()
}

/// Every whole dataset as of days around each release, and every file of each release.
fn addresses() -> Vec<String> {
    let mut all = Vec::new();
    for id in DatasetId::ALL {
        for format in &FORMATS {
            for lang in if format.in_languages { &Lang::ALL[..] } else { &[Lang::En] } {
                for day in ["2023-05-29", "2023-08-27", "2023-08-28", "2023-11-28", "2023-12-19"] {
                    all.push(format!("/api/v1/datasets/{id}.{}?lang={}&asOf={day}", format.ending, lang.code()));
                }
                for release in ["2023-Q1", "2023-Q2", "2023-Q3"] {
                    all.push(format!("/api/v1/releases/{release}/{}", format.file(*id, *lang)));
                }
            }
        }
    }
    all
}

async fn upgraded() -> App {
    let folder = tempfile::tempdir().unwrap();
    let config = config(&folder);
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(kept("releases-12.db.gz").as_slice()).read_to_end(&mut bytes).unwrap();
    std::fs::write(folder.path().join("test.sqlite"), bytes).unwrap();
    migrate(&config).await.unwrap();
    let clock = Arc::new(OffsetClock::starting_at("2023-12-20T05:00:00Z".parse().unwrap()));
    let store = Store::connect(&config.database_url, clock, Arc::new(SystemEntropy)).await.unwrap();
    let library = Library::new(store.clone());
    library.refresh().await.unwrap();
    App { router: router(store.clone(), &config, true, library.clone()), store, library, folder }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_before_an_upgrade_is_answered_after_it() {
    let app = upgraded().await;
    let mut lines = Vec::new();
    for address in addresses() {
        let request = Request::get(&address).body(Body::empty()).unwrap();
        let response = app.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{address}");
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        lines.push(format!("{}  {address}\n", hex::encode(Sha256::digest(&bytes))));
    }
    let answers = lines.concat();
    let before = String::from_utf8(kept("releases-12.sha256")).unwrap();
    for (now, then) in answers.lines().zip(before.lines()) {
        assert_eq!(now, then);
    }
    assert_eq!(answers.lines().count(), before.lines().count());
    assert_eq!(verify(&app.store).await.unwrap().findings, [], "records of before are read as they are");
}
