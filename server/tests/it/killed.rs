//! The server is killed during submits. What was confirmed is there afterwards, and nothing twice.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    time::Duration,
};

use services::{filings::draft::sent, verify::verify};

use crate::support::{PASSWORD, config, digest_on, revision_on};

struct Running {
    child: Option<Child>,
    address: String,
}

/// A test that fails leaves no server behind.
impl Drop for Running {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn start(url: &str) -> Running {
    let mut child = Command::new(env!("CARGO_BIN_EXE_itpark"))
        .args(["serve", "--port", "0"])
        .env("ITPARK_DATABASE_URL", url)
        .env("ITPARK_LOG", "error")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().rsplit_once("http://").unwrap_or_else(|| panic!("no address: {line}")).1.to_owned();
    Running { child: Some(child), address }
}

impl Running {
    /// The answer to a posted form; nothing if the server died.
    fn post(&self, path: &str, cookie: &str, form: &str) -> Option<String> {
        let kind = format!("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n", form.len());
        self.ask(&format!("POST {path}"), cookie, &kind, form)
    }

    fn get(&self, path: &str, cookie: &str) -> Option<String> {
        self.ask(&format!("GET {path}"), cookie, "", "")
    }

    fn ask(&self, what: &str, cookie: &str, kind: &str, body: &str) -> Option<String> {
        let mut stream = TcpStream::connect(&self.address).ok()?;
        let head = format!("Host: {}\r\nAccept: text/html\r\nCookie: {cookie}\r\nConnection: close\r\n", self.address);
        let request = format!("{what} HTTP/1.1\r\n{head}{kind}\r\n{body}");
        stream.write_all(request.as_bytes()).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        answer.contains("\r\n\r\n").then_some(answer)
    }

    fn sign_in(&self, who: &str) -> String {
        let answer = self.post("/api/sign_in", "", &format!("lang=en&email={who}@itpark.example&password={PASSWORD}")).unwrap();
        let cookie = answer.lines().find_map(|line| line.split_once("__Host-session=")).unwrap().1;
        format!("__Host-session={}", cookie.split(';').next().unwrap())
    }
}

fn confirmed(answer: Option<&str>) -> bool {
    answer.is_some_and(|answer| answer.lines().any(|line| line.to_lowercase().starts_with("location:") && line.contains("/versions/")))
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_kills_lose_and_double_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let config = config(&folder);
    let status = Command::new(env!("CARGO_BIN_EXE_itpark"))
        .args(["demo", "--residents", "60", "--quarters", "1"])
        .env("ITPARK_DATABASE_URL", &config.database_url)
        .env("ITPARK_LOG", "error")
        .status();
    assert!(status.unwrap().success());
    let scale = services::demo::Scale { residents: 60, quarters: 1, ..Default::default() };
    let resident = services::demo::world(scale).unwrap().residents[0].resident.id;
    let own = format!("lang=en&resident={resident}&quarter=2023-Q3");
    let mut server = start(&config.database_url);
    let (cookie, reviewer) = (server.sign_in("resident"), server.sign_in("reviewer"));
    let mut before_answer = 0;
    for round in 1..=50_u32 {
        let saved =
            server.post("/api/save_filing", &cookie, &format!("{own}&revision=0&step=save&form[control_total]={round}&carried[end]=1"));
        assert!(saved.unwrap().contains("saved=1"), "round {round}");
        let revision = revision_on(&server.get("/en/my/filings/2023-Q3", &cookie).unwrap());
        let digest = digest_on(&server.get("/en/my/filings/2023-Q3/check", &cookie).unwrap());
        let reply = format!("replies[0][digest]={digest}&replies[0][confirmed]=true&replies[0][reason]=test");
        let submit = format!("{own}&revision={revision}&key=round-{round}&{reply}&carried[end]=1");
        // from before the first byte is read to after the answer is sent
        let wait = Duration::from_micros(u64::from(round % 25) * 600);
        let mut child = server.child.take().unwrap();
        let killer = std::thread::spawn(move || {
            std::thread::park_timeout(wait);
            child.kill().unwrap();
            child.wait().unwrap();
        });
        let answer = server.post("/api/submit_filing", &cookie, &submit);
        killer.join().unwrap();
        before_answer += u32::from(!confirmed(answer.as_deref()));
        server = start(&config.database_url);
        // whatever happened: the same submit again ends in the same version
        let again = server.post("/api/submit_filing", &cookie, &submit);
        assert!(again.as_deref().is_some_and(|head| head.contains(&format!("/versions/{round}?"))), "round {round}: {again:?}");
        let filing = filing_of(&config.database_url, &cookie, resident).await;
        assert_eq!(filing.versions.len(), round as usize, "none lost, none twice");
        let decision = format!("lang=en&filing={}&number={round}&decision=return&reason=again&carried[end]=1", filing.id);
        assert!(server.post("/api/decide_filing", &reviewer, &decision).unwrap().contains("done=return"), "round {round}");
    }
    drop(server);
    assert!(
        (5..50).contains(&before_answer),
        "{before_answer} of 50 died before the answer: the times of the kills must fall on both sides"
    );
    let store = server::serve::open(&config).await.unwrap();
    assert_eq!(verify(&store).await.unwrap().findings, []);
}

async fn filing_of(url: &str, cookie: &str, resident: domain::ids::ResidentId) -> services::filings::versions::FilingView {
    let config = server::config::Config { database_url: url.to_owned(), ..server::config::Config::defaults() };
    let store = server::serve::open(&config).await.unwrap();
    let token = cookie.split_once('=').unwrap().1;
    let actor = services::accounts::session::caller(&store, Some(token)).await.unwrap().actor;
    let filing = sent(&store, &actor, resident, "2023-Q3".parse().unwrap()).await.unwrap();
    store.close().await.unwrap();
    filing
}
