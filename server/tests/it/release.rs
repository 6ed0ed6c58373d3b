//! Releases by the real binary, on a small demonstration.

use std::{
    fs,
    process::{Command, Output},
};

use tempfile::TempDir;

use crate::support::filled;

struct Desk(TempDir);

impl Desk {
    fn itpark(&self, arguments: &[&str]) -> Output {
        let database = format!("sqlite://{}", self.0.path().join("itpark.sqlite").display());
        let mut command = Command::new(env!("CARGO_BIN_EXE_itpark"));
        command.args(arguments).current_dir(self.0.path()).env("ITPARK_DATABASE_URL", database).env("ITPARK_LOG", "off");
        command.output().unwrap()
    }

    /// A step of a statistician: the exit code, and what was said.
    fn release(&self, who: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
        let person = format!("{who}@itpark.example");
        let output = self.itpark(&[&["release", "--as", person.as_str()], arguments].concat());
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    }

    fn done(&self, who: &str, arguments: &[&str]) -> String {
        let (code, said, errors) = self.release(who, arguments);
        assert_eq!(code, Some(0), "{arguments:?}: {errors}");
        said
    }

    fn refused(&self, who: &str, arguments: &[&str]) -> String {
        let (code, _, errors) = self.release(who, arguments);
        assert_eq!(code, Some(2), "{arguments:?}");
        errors.trim().to_owned()
    }
}

/// The third quarter is prepared anew, and another looks at it.
fn prepared_and_looked_at(desk: &Desk) {
    let (one, other) = ("statistician", "statistician-2");
    desk.done(other, &["discard", "2023-Q3", "--reason", "too few have filed"]);
    let refused = desk.refused(one, &["prepare", "2023-Q3", "--seconds", "1"]);
    assert!(refused.starts_with("itpark: 2023-Q3 is not complete: "), "{refused}");
    desk.done(one, &["prepare", "2023-Q3", "--seconds", "1", "--provisional", "asked for by parliament"]);
    assert_eq!(desk.refused(one, &["approve", "2023-Q3"]), "itpark: who prepared a release does not approve it");
    let said = desk.done(other, &["preview", "2023-Q3", "--out", "preview"]);
    assert!(said.contains(" figures, "), "{said}");
    let figures = fs::read_to_string(desk.0.path().join("preview/figures.csv")).unwrap();
    let lines: Vec<&str> = figures.lines().collect();
    assert_eq!(lines[0], "period,measure,dimension,member,unit,value,status");
    assert!(lines.iter().any(|line| line.starts_with("2023-Q3,exports,,,USD,") && line.ends_with(",p")), "the country is told");
    let preview = |name: &str| fs::read_to_string(desk.0.path().join("preview").join(name)).unwrap();
    assert!(preview("certificate.json").contains(r#""verdict":"safe""#));
    assert!(preview("regions.csv").contains("2023-Q3,2023-Q3,UZ,registered,exports,USD,"));
    preview("waiting.txt");
    let changes = preview("changes.csv");
    assert!(changes.lines().any(|line| line.starts_with("new,regions,2023-Q3 UZ registered exports,,")), "{changes}");
    assert!(!changes.contains("no longer told"), "{changes}");
    assert!(preview("hidden.csv").lines().any(|line| line.ends_with(",publication plan")));
    let causes = preview("causes.csv");
    assert!(causes.starts_with("quarter,cause,filings,exports_usd,services_uzs\n"), "{causes}");
    // what is confidential has no value
    let confidential: Vec<&&str> = lines.iter().filter(|line| line.ends_with(",c")).collect();
    assert!(!confidential.is_empty() && confidential.iter().all(|line| line.ends_with(",,c")), "{confidential:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quarter_is_released_by_two_statisticians() {
    let desk = Desk(tempfile::tempdir().unwrap());
    fs::write(desk.0.path().join("itpark.sqlite"), filled().await.1).unwrap();
    let (one, other) = ("statistician", "statistician-2");
    assert_eq!(desk.refused("nobody", &["list"]), "itpark: nobody has the address nobody@itpark.example");
    for step in ["list", "publish"] {
        assert_eq!(desk.refused("reviewer", &[step]), "itpark: not allowed");
    }
    // two quarters are public, and the third waits to be approved
    let listed = desk.done(one, &["list"]);
    let stands: Vec<&str> = listed.lines().map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!(stands, ["2023-Q1 published", "2023-Q2 published", "2023-Q3 candidate"]);
    assert_eq!(desk.refused(one, &["prepare", "2023-Q3"]), "itpark: a release of 2023-Q3 is under way");
    desk.done(one, &["propose", "2023", "--out", "plan.json"]);
    assert_eq!(desk.refused(one, &["decide", "plan.json"]), "itpark: a release follows the plan of 2023 already");
    prepared_and_looked_at(&desk);
    desk.done(other, &["approve", "2023-Q3", "--at", "2024-02-28T09:00:00+05:00"]);
    assert_eq!(desk.done(one, &["publish"]), "0 published\n");
    desk.done(one, &["hold", "2023-Q3"]);
    let said = desk.done(other, &["approve", "2023-Q3"]);
    assert!(said.starts_with("2023-Q3 published"), "{said}");
    assert_eq!(desk.done(one, &["publish"]), "0 published\n");
    assert_eq!(desk.refused(one, &["discard", "2023-Q3", "--reason", "x"]), "itpark: a published release takes no step discard");
    desk.done(one, &["withdraw", "2023-Q3", "--reason", "a filing was counted twice"]);
    let listed = desk.done(one, &["list"]);
    assert!(
        listed.trim().ends_with(": a filing was counted twice")
            && listed.contains("2023-Q3 discarded")
            && listed.contains("2023-Q3 withdrawn"),
        "{listed}"
    );
    assert_eq!(desk.refused(one, &["hold", "2022-Q1"]), "itpark: there is no release 2022-Q1 that was not given up");
    let exported = desk.itpark(&["release", "export", "--to", "site"]);
    assert!(exported.status.success() && desk.0.path().join("site/uz/releases/2023-Q3/index.html").is_file());
    let nobody = desk.itpark(&["release", "list"]);
    assert_eq!(String::from_utf8_lossy(&nobody.stderr).trim(), "itpark: who acts? --as ADDRESS");
    let verified = desk.itpark(&["verify"]);
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
}
