//! The server is killed during submits. What was confirmed is there afterwards, and nothing twice.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    time::Duration,
};

use services::{ServiceError, filings::draft::sent, verify::verify};

use crate::support::{PASSWORD, config, digest_on, revision_on};

struct Running {
    child: Option<Child>,
    address: String,
}

/// When the server is killed.
enum Killed {
    /// While it waits for the last byte of the form.
    Before,
    /// At some moment from then on.
    Meanwhile(Duration),
    /// When the answer has been read.
    After,
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
        self.ask(&self.posted(path, cookie, form))
    }

    fn get(&self, path: &str, cookie: &str) -> Option<String> {
        self.ask(&self.request(&format!("GET {path}"), cookie, "", ""))
    }

    fn request(&self, what: &str, cookie: &str, kind: &str, body: &str) -> String {
        let head = format!("Host: {}\r\nAccept: text/html\r\nCookie: {cookie}\r\nConnection: close\r\n", self.address);
        format!("{what} HTTP/1.1\r\n{head}{kind}\r\n{body}")
    }

    fn posted(&self, path: &str, cookie: &str, form: &str) -> String {
        let kind = format!("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n", form.len());
        self.request(&format!("POST {path}"), cookie, &kind, form)
    }

    fn ask(&self, request: &str) -> Option<String> {
        let mut stream = TcpStream::connect(&self.address).ok()?;
        stream.write_all(request.as_bytes()).ok()?;
        answered(stream)
    }

    /// Posts a form and kills the server; whether the form was confirmed.
    fn post_and_kill(mut self, path: &str, cookie: &str, form: &str, killed: &Killed) -> bool {
        let mut child = self.child.take().unwrap();
        let mut stop = move || {
            child.kill().unwrap();
            child.wait().unwrap();
        };
        match *killed {
            Killed::Before => {
                let mut stream = TcpStream::connect(&self.address).unwrap();
                let request = self.posted(path, cookie, form);
                stream.write_all(&request.as_bytes()[..request.len() - 1]).unwrap();
                stop();
                confirmed(answered(stream).as_deref())
            }
            Killed::Meanwhile(wait) => {
                let stopping = std::thread::spawn(move || {
                    std::thread::park_timeout(wait);
                    stop();
                });
                let answer = self.post(path, cookie, form);
                stopping.join().unwrap();
                confirmed(answer.as_deref())
            }
            Killed::After => {
                let answer = self.post(path, cookie, form);
                stop();
                confirmed(answer.as_deref())
            }
        }
    }

    fn sign_in(&self, who: &str) -> String {
        let answer = self.post("/api/sign_in", "", &format!("lang=en&email={who}@itpark.example&password={PASSWORD}")).unwrap();
        let cookie = answer.lines().find_map(|line| line.split_once("__Host-session=")).unwrap().1;
        format!("__Host-session={}", cookie.split(';').next().unwrap())
    }
}

/// What is read until the connection ends, if it is an answer.
fn answered(mut stream: TcpStream) -> Option<String> {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.contains("\r\n\r\n").then_some(answer)
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
    let scale = demonstration::Scale { residents: 60, quarters: 1, ..Default::default() };
    let resident = demonstration::world(scale).unwrap().founding.residents[0].resident.id;
    let own = format!("lang=en&resident={resident}&quarter=2023-Q3");
    let mut server = start(&config.database_url);
    let (cookie, reviewer) = (server.sign_in("resident"), server.sign_in("reviewer"));
    for round in 1..=50_u32 {
        let saved =
            server.post("/api/save_filing", &cookie, &format!("{own}&revision=0&step=save&form[control_total]={round}&carried[end]=1"));
        assert!(saved.unwrap().contains("saved=1"), "round {round}");
        let revision = revision_on(&server.get("/en/my/filings/2023-Q3", &cookie).unwrap());
        let digest = digest_on(&server.get("/en/my/filings/2023-Q3/check", &cookie).unwrap());
        let reply = format!("replies[0][digest]={digest}&replies[0][confirmed]=true&replies[0][reason]=test");
        let submit = format!("{own}&revision={revision}&key=round-{round}&{reply}&carried[end]=1");
        let killed = match round % 5 {
            0 => Killed::Before,
            1 => Killed::After,
            _ => Killed::Meanwhile(Duration::from_micros(u64::from(round % 25) * 600)),
        };
        let was_confirmed = server.post_and_kill("/api/submit_filing", &cookie, &submit, &killed);
        server = start(&config.database_url);
        let there = filing_of(&config.database_url, &cookie, resident).await.map_or(0, |filing| filing.versions.len());
        let (without, with) = (round as usize - 1, round as usize);
        match killed {
            Killed::Before => assert_eq!((was_confirmed, there), (false, without), "round {round}: never wholly sent"),
            Killed::After => assert_eq!((was_confirmed, there), (true, with), "round {round}: confirmed and killed"),
            Killed::Meanwhile(_) => {
                assert!(there == with || there == without && !was_confirmed, "round {round}: {there} versions, confirmed: {was_confirmed}");
            }
        }
        // whatever happened: the same submit again ends in the same version
        let again = server.post("/api/submit_filing", &cookie, &submit);
        assert!(again.as_deref().is_some_and(|head| head.contains(&format!("/versions/{round}?"))), "round {round}: {again:?}");
        let filing = filing_of(&config.database_url, &cookie, resident).await.unwrap();
        assert_eq!(filing.versions.len(), round as usize, "none lost, none twice");
        let decision = format!("lang=en&filing={}&number={round}&decision=return&reason=again&carried[end]=1", filing.id);
        assert!(server.post("/api/decide_filing", &reviewer, &decision).unwrap().contains("done=return"), "round {round}");
    }
    drop(server);
    let store = server::serve::open(&config).await.unwrap();
    assert_eq!(verify(&store).await.unwrap().findings, []);
}

/// What was sent of the quarter, if anything was.
async fn filing_of(url: &str, cookie: &str, resident: domain::ids::ResidentId) -> Option<services::filings::versions::FilingView> {
    let config = server::config::Config { database_url: url.to_owned(), ..server::config::Config::defaults() };
    let store = server::serve::open(&config).await.unwrap();
    let token = cookie.split_once('=').unwrap().1;
    let actor = services::accounts::session::caller(&store, Some(token)).await.unwrap().actor;
    let filing = match sent(&store, &actor, resident, "2023-Q3".parse().unwrap()).await {
        Err(ServiceError::NotFound) => None,
        found => Some(found.unwrap()),
    };
    store.close().await.unwrap();
    filing
}
