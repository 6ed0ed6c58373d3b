//! Signed checkpoints: a chain that was cut or written again is found, and so is a checkpoint that somebody else signed.

use std::process::Command;

use axum::http::StatusCode;
use sea_orm::ConnectionTrait;
use server::checkpoint::{CheckpointError, Files};
use services::verify::{What, verify};

use crate::support::{App, config};

/// Takes the last event away as if it had never been, with the records that it tells of.
async fn cut(app: &App) {
    let last = "(SELECT seq FROM audit_head)";
    for change in [
        format!("DELETE FROM audit_record WHERE seq = {last}"),
        format!("DELETE FROM audit_event WHERE seq = {last}"),
        "UPDATE audit_head SET seq = seq - 1, hash = (SELECT hash FROM audit_event ORDER BY seq DESC LIMIT 1)".to_owned(),
    ] {
        app.by_hand().await.execute_unprepared(&change).await.unwrap();
    }
}

/// Something happens that writes no record, so that nothing else tells of it.
async fn happens(app: &App) {
    let rates = services::reference::rates::read_published("[]").unwrap();
    services::reference::rates::import(&app.store, rates, "nothing", false).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_that_was_cut_or_written_again_is_found() {
    let (app, folder) = (App::start().await, tempfile::tempdir().unwrap());
    // beside the database, where nothing else is said
    let files = Files::of(&config(&app.folder));
    assert_eq!(app.get("/checkpoints.txt", "").await.0, StatusCode::NOT_FOUND);
    happens(&app).await;
    let (first, lost) = files.write(&app.store).await.unwrap();
    assert!(first.is_some() && lost.is_empty());
    assert_eq!(files.write(&app.store).await.unwrap().0, None, "nothing has happened since");
    happens(&app).await;
    assert!(files.write(&app.store).await.unwrap().0.is_some());
    assert_eq!(files.hold(&app.store, &files.checkpoints, None).await.unwrap(), (2, vec![]));
    let (status, _, published) = app.get("/checkpoints.txt", "").await;
    assert_eq!((status, published), (StatusCode::OK, std::fs::read_to_string(&files.checkpoints).unwrap()));

    // cut with its head: the chain itself is whole, the checkpoint is not in it
    cut(&app).await;
    assert_eq!(verify(&app.store).await.unwrap().findings, []);
    let (read, findings) = files.hold(&app.store, &files.checkpoints, None).await.unwrap();
    assert!(read == 2 && matches!(&findings[..], [finding] if finding.what == What::Checkpoint), "{findings:?}");
    // written on as if nothing were: nothing more is signed, however often it is tried
    happens(&app).await;
    let signed = std::fs::read_to_string(&files.checkpoints).unwrap();
    for _ in 0..3 {
        let (written, lost) = files.write(&app.store).await.unwrap();
        assert!(written.is_none() && matches!(&lost[..], [finding] if finding.what == What::Checkpoint), "{lost:?}");
    }
    assert_eq!(std::fs::read_to_string(&files.checkpoints).unwrap(), signed);

    // whoever holds them needs no secret, and makes none
    let auditor = Files { key: folder.path().join("nobodys.key"), ..files.clone() };
    assert!(matches!(auditor.hold(&app.store, &files.checkpoints, None).await, Err(CheckpointError::NoKey)));
    let public = hex::decode(signed.lines().next().unwrap().split(' ').nth(3).unwrap()).unwrap();
    let (_, findings) = auditor.hold(&app.store, &files.checkpoints, Some(&public)).await.unwrap();
    assert!(matches!(&findings[..], [finding] if finding.what == What::Checkpoint), "{findings:?}");
    assert!(!auditor.key.exists());

    // signed by another key, or not what was signed
    let other = Files { checkpoints: folder.path().join("other.txt"), key: folder.path().join("other.key") };
    other.write(&app.store).await.unwrap();
    let (_, findings) = other.hold(&app.store, &files.checkpoints, None).await.unwrap();
    assert!(findings.len() == 2 && findings.iter().all(|finding| finding.what == What::Signature), "{findings:?}");
    let text = std::fs::read_to_string(&files.checkpoints).unwrap();
    let (seq, rest) = text.split_once(' ').unwrap();
    std::fs::write(&files.checkpoints, format!("{seq}0 {rest}")).unwrap();
    let (_, findings) = files.hold(&app.store, &files.checkpoints, None).await.unwrap();
    assert!(findings.iter().any(|finding| finding.what == What::Signature), "{findings:?}");
    std::fs::write(&files.checkpoints, "7 no checkpoint\n").unwrap();
    assert!(matches!(files.hold(&app.store, &files.checkpoints, None).await, Err(CheckpointError::Line(_, 1))));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn the_key_is_its_owners_alone_and_what_is_no_key_is_said() {
    use std::os::unix::fs::PermissionsExt;

    let (app, folder) = (App::start().await, tempfile::tempdir().unwrap());
    let files = Files { checkpoints: folder.path().join("new/checkpoints.txt"), key: folder.path().join("new/checkpoint.key") };
    files.write(&app.store).await.unwrap();
    assert_eq!(std::fs::metadata(&files.key).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::write(&files.key, "no key").unwrap();
    happens(&app).await;
    assert!(matches!(files.write(&app.store).await, Err(CheckpointError::Key(_))));
}

/// Runs `itpark` on a database: its exit code, and all it says.
fn itpark(app: &App, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_itpark"));
    command.args(arguments).env("ITPARK_DATABASE_URL", config(&app.folder).database_url).env("ITPARK_LOG", "error");
    let output = command.output().unwrap();
    (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_commands_say_what_they_found_and_what_they_cannot_read() {
    let app = App::start().await;
    happens(&app).await;
    let file = Files::of(&config(&app.folder)).checkpoints.display().to_string();
    assert_eq!(itpark(&app, &["checkpoint"]).0, Some(0));
    let (code, said) = itpark(&app, &["verify", "--checkpoint", &file]);
    assert!(code == Some(0) && said.starts_with("1 checkpoints held against the chain\n") && said.contains(" 0 findings"), "{said}");
    cut(&app).await;
    let (code, said) = itpark(&app, &["checkpoint"]);
    assert!(code == Some(1) && said.starts_with("nothing is signed: ") && said.contains("(should be as event "), "{said}");

    app.by_hand().await.execute_unprepared("UPDATE filing_version SET late = NOT late").await.unwrap();
    let (code, said) = itpark(&app, &["verify"]);
    assert!(code == Some(1) && said.contains("  version is not late or in time as its obligation says: filing_version/"), "{said}");
    assert!(said.lines().skip(1).all(|line| line.contains(" (should be as event ")), "{said}");

    for key in ["zz", "abcd"] {
        let (code, said) = itpark(&app, &["verify", "--checkpoint", &file, "--public-key", key]);
        assert!(code == Some(2) && said.contains(&format!("{key}: not a public key")), "{said}");
    }
    std::fs::write(&file, "").unwrap();
    let (code, said) = itpark(&app, &["verify", "--checkpoint", &file]);
    assert!(code == Some(2) && said.contains("no checkpoint in it"), "{said}");
    std::fs::remove_file(app.folder.path().join("test.sqlite")).unwrap();
    let (code, said) = itpark(&app, &["verify"]);
    assert!(code == Some(2) && said.contains("no such database"), "{said}");
}
