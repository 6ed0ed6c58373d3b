//! Speed and memory as ratios within one run; the table goes to `docs/benchmarks.md`. Nothing here is a test.

use std::{
    fmt::Write as _,
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Stdio},
    time::{Duration, Instant},
};

use crate::{
    islands,
    postgres::Cluster,
    shell::{Result, StepError, must, output, program, root, say},
};

const PASSWORD: &str = "demo-2023";

fn wrong(text: &str) -> StepError {
    StepError::Wrong(text.to_owned())
}

/// A server of the release build on a database of its own.
struct Server {
    child: Child,
    address: String,
    url: String,
    _folder: tempfile::TempDir,
}

/// Peak resident memory of a process in megabytes.
fn peak_memory(process: u32) -> Result<u64> {
    memory_of("VmHWM", process)
}

/// Memory of a process in megabytes, by its name in the process's status.
fn memory_of(name: &str, process: u32) -> Result<u64> {
    let path = format!("/proc/{process}/status");
    let text = fs::read_to_string(&path).map_err(|error| StepError::File(path, error))?;
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).ok_or_else(|| wrong("no memory"))?;
    line.trim().split(' ').next().and_then(|kb| kb.parse::<u64>().ok()).map(|kb| kb / 1024).ok_or_else(|| wrong("no memory"))
}

/// A verification of a whole database.
struct Verified {
    /// Versions with their lines a second.
    rate: f64,
    versions: u64,
    /// Megabytes.
    memory: u64,
}

impl Server {
    fn start(residents: usize) -> Result<Self> {
        let folder = tempfile::tempdir().map_err(|error| StepError::File("temporary folder".to_owned(), error))?;
        let url = format!("sqlite://{}", folder.path().join("bench.sqlite").display());
        let binary = root().join("target/release/itpark").display().to_string();
        let itpark = |arguments: &[&str]| {
            let mut command = program(&binary, arguments);
            command.env("ITPARK_DATABASE_URL", &url).env("ITPARK_LOG", "error");
            command
        };
        must(&mut itpark(&["demo", "--residents", &residents.to_string()]))?;
        let mut child = itpark(&["serve", "--port", "0"])
            .env("ITPARK_TRUSTED_PROXIES", "[\"127.0.0.1\"]")
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| StepError::Start(binary.clone(), error))?;
        let stdout = child.stdout.take().ok_or_else(|| wrong("no output"))?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).map_err(|error| StepError::File("output".to_owned(), error))?;
        let address = line.trim().rsplit_once("http://").ok_or_else(|| wrong("the server did not start"))?.1.to_owned();
        Ok(Self { child, address, url, _folder: folder })
    }

    fn connect(&self) -> Result<Connection> {
        let stream = TcpStream::connect(&self.address).map_err(|error| StepError::File(self.address.clone(), error))?;
        stream.set_nodelay(true).map_err(|error| StepError::File(self.address.clone(), error))?;
        Ok(Connection { reader: BufReader::new(stream), cookie: String::new() })
    }

    fn signed_in(&self, who: &str) -> Result<Connection> {
        let mut connection = self.connect()?;
        let form = format!("lang=en&email={who}@itpark.example&password={PASSWORD}");
        let head = format!(
            "POST /api/sign_in HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        );
        let (head, _) = connection.exchange(&head)?;
        let cookie = head.lines().find_map(|line| line.split_once("__Host-session=")).ok_or_else(|| wrong("cannot sign in"))?.1;
        connection.cookie = format!("Cookie: __Host-session={}\r\n", cookie.split(';').next().unwrap_or_default());
        Ok(connection)
    }

    /// Verifies the database while it is served.
    fn verify(&self) -> Result<Verified> {
        let binary = root().join("target/release/itpark").display().to_string();
        let started = Instant::now();
        let mut command = program(&binary, &["verify"]);
        command.env("ITPARK_DATABASE_URL", &self.url).env("ITPARK_LOG", "error").stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|error| StepError::Start(binary, error))?;
        let mut memory = 0;
        while child.try_wait().map_err(|error| StepError::File("verification".to_owned(), error))?.is_none() {
            // the last reading before its end
            memory = peak_memory(child.id()).unwrap_or(memory);
            std::thread::park_timeout(Duration::from_millis(10));
        }
        let seconds = started.elapsed().as_secs_f64();
        let mut said = String::new();
        child
            .stdout
            .take()
            .ok_or_else(|| wrong("no output"))?
            .read_to_string(&mut said)
            .map_err(|e| StepError::File("output".to_owned(), e))?;
        let versions = said.split(' ').next().and_then(|count| count.parse().ok()).filter(|_| said.contains(" 0 findings"));
        let versions: u32 = versions.ok_or_else(|| wrong(&said))?;
        Ok(Verified { rate: f64::from(versions) / seconds, versions: versions.into(), memory })
    }

    /// Requests per second of a path over four connections.
    fn rate(&self, path: &str, span: Duration) -> Result<f64> {
        let counts: Vec<Result<u32>> = std::thread::scope(|scope| {
            let work = || {
                let mut connection = self.connect()?;
                let (started, mut count) = (Instant::now(), 0);
                while started.elapsed() < span {
                    connection.get(path)?;
                    count += 1;
                }
                Ok(count)
            };
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(work)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err(wrong("a thread failed")))).collect()
        });
        let total: u32 = counts.into_iter().sum::<Result<u32>>()?;
        Ok(f64::from(total) / span.as_secs_f64())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.child.kill().and_then(|()| self.child.wait().map(|_| ())).is_err() {
            eprintln!("a server could not be stopped");
        }
    }
}

/// A kept-alive connection.
struct Connection {
    reader: BufReader<TcpStream>,
    cookie: String,
}

impl Connection {
    fn get(&mut self, path: &str) -> Result<Vec<u8>> {
        // as a browser asks
        let (head, body) = self.exchange(&format!("GET {path} HTTP/1.1\r\nHost: a\r\nAccept-Encoding: br\r\n{}\r\n", self.cookie))?;
        if head.starts_with("HTTP/1.1 200") { Ok(body) } else { Err(wrong(&format!("{path}: {head}"))) }
    }

    fn exchange(&mut self, request: &str) -> Result<(String, Vec<u8>)> {
        let failed = |error| StepError::File("connection".to_owned(), error);
        self.reader.get_mut().write_all(request.as_bytes()).map_err(failed)?;
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if self.reader.read_line(&mut head).map_err(failed)? == 0 {
                return Err(wrong("the connection was closed"));
            }
        }
        let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
        let body = match length {
            Some(length) => self.read(length)?,
            None => self.chunks()?,
        };
        Ok((head, body))
    }

    fn read(&mut self, length: usize) -> Result<Vec<u8>> {
        let mut body = vec![0; length];
        self.reader.read_exact(&mut body).map_err(|error| StepError::File("connection".to_owned(), error))?;
        Ok(body)
    }

    /// A body in chunks, each with its length in hexadecimal before it.
    fn chunks(&mut self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let mut line = String::new();
            self.reader.read_line(&mut line).map_err(|error| StepError::File("connection".to_owned(), error))?;
            let length = usize::from_str_radix(line.trim(), 16).map_err(|_| wrong("no length"))?;
            let chunk = self.read(length + 2)?;
            body.extend_from_slice(&chunk[..length]);
            if length == 0 {
                return Ok(body);
            }
        }
    }

    /// Median time of a page in microseconds.
    fn median(&mut self, path: &str) -> Result<u128> {
        let mut times = Vec::new();
        for _ in 0..101 {
            let started = Instant::now();
            self.get(path)?;
            times.push(started.elapsed().as_micros());
        }
        times.sort_unstable();
        Ok(times[times.len() / 2])
    }
}

/// Addresses of the list of filings: the whole, the queue, those behind a figure, by place, one resident.
const LISTS: [&str; 6] = [
    "/en/office/filings",
    "/en/office/filings?state=submitted&sort=exports",
    "/en/office/filings?state=accepted&sort=services",
    "/en/office/filings?state=accepted&quarter=2023-Q2&span=year&sort=exports",
    "/en/office/filings?state=accepted&quarter=2023-Q2&span=year&region=UZ-SA&basis=activity",
    "/en/office/filings?q=zarafshon",
];

/// The median of each list of filings, microseconds.
fn lists(server: &Server) -> Result<Vec<u128>> {
    let mut reviewer = server.signed_in("reviewer")?;
    LISTS.iter().map(|path| reviewer.median(path)).collect()
}

fn build() -> Result {
    must(&mut program("cargo", &["build", "--release", "-p", "server"]))
}

/// A part of the benchmarks: its name, its heading in the document, and what measures it.
type Part = (&'static str, &'static str, fn() -> Result<String>);

/// In the order of the document.
const PARTS: [Part; 4] = [
    ("public", "What the public gets", public),
    ("office", "Office and ledger", office),
    ("disclosure", "Disclosure control", disclosure),
    ("releases", "Release after release", releases),
];

const INTRODUCTION: &str = "# Benchmarks\nEach part is of one run of `cargo xtask bench`, or `cargo xtask bench PART` (release build, 2 cores, server and clients on the same machine).\nWhat counts are the ratios: both sides are measured in the same run.\n";

/// Measures these parts, or all, and writes them into the document; the others stay as they are.
pub fn bench(names: &[String]) -> Result {
    if let Some(strange) = names.iter().find(|name| !PARTS.iter().any(|(known, ..)| known == name)) {
        return Err(wrong(&format!("no part is called {strange}: {}", PARTS.map(|(name, ..)| name).join(", "))));
    }
    islands::build(false)?;
    say("Building the release");
    build()?;
    let path = root().join("docs/benchmarks.md");
    let failed = |error| StepError::File(path.display().to_string(), error);
    let before = fs::read_to_string(&path).map_err(failed)?;
    let kept = |heading: &str| before.split("\n## ").find_map(|part| part.strip_prefix(heading)?.strip_prefix('\n')).map(str::to_owned);
    let mut bodies = PARTS.map(|(_, heading, _)| kept(heading).unwrap_or_default());
    for (n, (name, _, measure)) in PARTS.into_iter().enumerate() {
        if !names.is_empty() && !names.iter().any(|of| of == name) {
            continue;
        }
        bodies[n] = measure()?;
        println!("\n{}", bodies[n]);
        // what was measured is kept if a later part fails
        let parts = PARTS.iter().zip(&bodies).map(|((_, heading, _), body)| format!("\n## {heading}\n{}\n", body.trim_end()));
        fs::write(&path, format!("{INTRODUCTION}{}", parts.collect::<String>())).map_err(failed)?;
    }
    Ok(())
}

/// Time of protection beside that of the attack, and weight beside the proven lower bound, for tables of several sizes.
fn disclosure() -> Result<String> {
    say("Measuring disclosure control");
    let text = output(&mut program("cargo", &["run", "--release", "--quiet", "-p", "disclosure", "--example", "scale"]))?;
    let mut table = "Invented tables (`disclosure/examples/scale`), one core. \"Regions\": 14 regions and the country by quarter, half-year, nine\nmonths and year, for exports alone or for exports and services with the numbers of contributors: one connected system of up to\n105 cells a year and measure, and one of 15 a period for the counts; \"published\": the instance of `disclosure/tests/data/sdc`;\n\"one grid\" and \"one cube\": all combinations with all totals, all connected. Protection includes the attack that checks it. Effort is\nwhat `--seconds` asks for. The gap is how far the hidden weight is above a bound below which no safe pattern exists; the aims: 60 s and\n10% for 40 quarters, 5 minutes for 20,000 cells in two dimensions and for 5,000 in three.\n\n| table | dimensions | cells | sensitive | hidden | effort | protect | attack alone | memory | weight hidden | proven bound | gap |\n|---|---|---|---|---|---|---|---|---|---|---|---|\n".to_owned();
    for line in text.lines() {
        let fields: Vec<&str> = line.split(';').collect();
        let [name, dimensions, cells, effort, protect, attack, sensitive, hidden, weight, bound, memory] = fields[..] else {
            return Err(wrong("no figures"));
        };
        let number = |text: &str| text.parse::<f64>().map_err(|_| wrong("no figures"));
        let gap = 100.0 * (1.0 - number(bound)? / number(weight)?);
        writeln!(
            table,
            "| {name} | {dimensions} | {cells} | {sensitive} | {hidden} | {effort} s | {protect} s | {attack} s | {memory} MB | {weight} | {bound} | {gap:.2}% |"
        )
        .map_err(|_| wrong("no table"))?;
    }
    Ok(table)
}

/// Years of releases of invented parks: what had to be hidden, and what the last release takes.
fn releases() -> Result<String> {
    say("Measuring disclosure control release after release");
    let text = output(&mut program("cargo", &["run", "--release", "--quiet", "-p", "disclosure", "--example", "releases"]))?;
    let mut table = "Invented parks (`disclosure/examples/releases`): exports by region of registration and of activity, 20 destinations and 8 categories, services\nby both regions, people, numbers of exporters; residents join (3% a quarter), leave, move, file late (5%) and amend (3%). Each release is planned, bound by all\nbefore it, and attacked with all of them. Value and cells are of the regional tables by quarter, cells those with three contributors or more; the median of the\nparks, and the least in brackets. Revised figures are those published of those that the policy asks for. The aims: nothing open, every total, 95% of the value, half of the cells.\n\n| residents | releases | parks | releases with something open | without a total | value shown | of what is not sensitive by itself | cells shown | revised figures | open to two together, cells | slowest |\n|---|---|---|---|---|---|---|---|---|---|---|\n".to_owned();
    let mut at_once =
        "\n| last release with all before it in one problem | cells | time, aim 60 s | memory, aim 500 MB |\n|---|---|---|---|\n"
            .to_owned();
    for line in text.lines() {
        let fields: Vec<&str> = line.split(';').collect();
        let written = match fields[..] {
            ["last", residents, releases, cells, seconds, megabytes] => {
                writeln!(at_once, "| {residents} residents, release {releases} | {cells} | {seconds} s | {megabytes} MB |")
            }
            [
                residents,
                releases,
                parks,
                open,
                totals,
                share,
                least,
                showable,
                least_showable,
                cells,
                least_cells,
                revised,
                pairs,
                slowest,
            ] => {
                writeln!(
                    table,
                    "| {residents} | {releases} | {parks} | {open} | {totals} | {share}% ({least}%) | {showable}% ({least_showable}%) | {cells}% ({least_cells}%) | {revised}% | {pairs} | {slowest} s |"
                )
            }
            _ => return Err(wrong("no figures")),
        };
        written.map_err(|_| wrong("no table"))?;
    }
    Ok(table + &at_once)
}

/// Writes a second: submissions and acceptances beside their rows, submissions while drafts are saved beside submissions alone.
fn writes() -> Result<String> {
    say("Measuring writes");
    let cluster = Cluster::start()?;
    let mut command = program("cargo", &["run", "--release", "--quiet", "-p", "services", "--example", "writes"]);
    let text = output(command.env("TEST_POSTGRES", cluster.url()))?;
    let mut rows = String::new();
    for line in text.lines() {
        let fields: Vec<&str> = line.split(';').collect();
        let [what, measured, reference, against, aim] = fields[..] else { return Err(wrong("no figures")) };
        let number = |text: &str| text.parse::<f64>().map_err(|_| wrong("no figures"));
        let ratio = number(measured)? / number(against)?;
        println!("{what}: {ratio:.2}");
        writeln!(rows, "| {what} | {measured} | {reference}: {against} | {ratio:.2} | {aim} |").map_err(|_| wrong("no table"))?;
    }
    Ok(rows)
}

/// What the public gets, and the same bytes as files.
const AS_FILES: [(&str, &str); 2] = [("/en", "home.html"), ("/api/v1/releases/2023-Q2/regions.csv", "regions.csv")];

/// How many different parts of a dataset are asked for.
const QUESTIONS: usize = 10_000;

/// The address of a part of a dataset: of each number another.
fn question(mut n: usize) -> String {
    let mut next = |of: &[&str]| {
        let (one, rest) = (of[n % of.len()].to_owned(), n / of.len());
        n = rest;
        one
    };
    let regions = ["UZ", "UZ-TK", "UZ-SA", "UZ-AN", "UZ-BU", "UZ-NW", "UZ-XO", "UZ-FA"];
    let (one, other) = (next(&regions), next(&regions));
    let measure = next(&["exports", "services", "people", "residents", "exporters"]);
    let period = next(&["2022-Q1", "2022-Q3", "2022-Q4", "2023-Q1", "2023-Q2"]);
    let format = next(&["csv", "json", "xlsx", "px", "parquet"]);
    let lang = next(&["uz", "ru", "en"]);
    format!(
        "/api/v1/datasets/regions.{format}?lang={lang}&region={one}&region={other}&region=UZ-QR&measure={measure}&period={period}&period=2022-Q2"
    )
}

/// Public pages and files beside the same bytes as files, and memory after ten thousand different questions.
fn open_statistics(server: &Server) -> Result<String> {
    let span = Duration::from_secs(4);
    let middle = |values: &mut Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values[1]
    };
    let mut rows = String::new();
    for (path, name) in AS_FILES {
        let as_file = format!("/pkg/{name}");
        server.rate(path, Duration::from_secs(1))?;
        let (mut kept, mut file) = (Vec::new(), Vec::new());
        for _ in 0..3 {
            kept.push(server.rate(path, span)?);
            file.push(server.rate(&as_file, span)?);
        }
        let (kept, file) = (middle(&mut kept), middle(&mut file));
        let ratio = kept / file;
        println!("{path}: {ratio:.2}");
        writeln!(rows, "| `{path}`, requests a second | {kept:.0} | the same bytes as a file: {file:.0} | {ratio:.2} | at least 0.9 |")
            .map_err(|_| wrong("no table"))?;
    }
    let before = memory_of("VmRSS", server.child.id())?;
    let mut connection = server.connect()?;
    for n in 0..QUESTIONS {
        // every question is another one, and after five hundred another client asks
        connection.cookie = format!("X-Forwarded-For: 10.0.{}.1\r\n", n / 500);
        connection.get(&question(n))?;
    }
    let after = memory_of("VmRSS", server.child.id())?;
    writeln!(rows, "| memory after {QUESTIONS} different parts of a dataset | {after} MB | before: {before} MB | | bounded |")
        .map_err(|_| wrong("no table"))?;
    Ok(rows)
}

/// The public's pages and files beside the same bytes as files of the same server.
fn public() -> Result<String> {
    say("Measuring what the public gets against files");
    let folder = root().join("target/site/pkg");
    let server = Server::start(240)?;
    let mut files = Vec::new();
    for (path, name) in AS_FILES {
        let bytes = server.connect()?.get(path)?;
        // the plain one only has to be there: nobody asks for it
        for name in [name.to_owned(), format!("{name}.br")] {
            let file = folder.join(name);
            fs::create_dir_all(&folder)
                .and_then(|()| fs::write(&file, &bytes))
                .map_err(|error| StepError::File(file.display().to_string(), error))?;
            files.push(file);
        }
    }
    drop(server);
    // the server has its files in itself
    let measured = build().and_then(|()| open_statistics(&Server::start(240)?));
    for file in &files {
        fs::remove_file(file).map_err(|error| StepError::File(file.display().to_string(), error))?;
    }
    Ok(format!("{HEAD}{}", measured?))
}

const HEAD: &str = "| what | measured | reference | ratio | aim |\n|---|---|---|---|---|\n";

fn office() -> Result<String> {
    // what takes no time to prepare first: a fault in it is known at once
    let write_rows = writes()?;
    let small = Server::start(240)?;
    let office = small.signed_in("statistician")?.median("/en/office")?;
    say("Measuring with 100 times the filings");
    let large = Server::start(24_000)?;
    large.rate("/en", Duration::from_secs(1))?;
    let office_large = large.signed_in("statistician")?.median("/en/office")?;
    let (lists_small, lists_large) = (lists(&small)?, lists(&large)?);
    let memory = peak_memory(small.child.id())?.max(peak_memory(large.child.id())?);
    say("Measuring verifications");
    let (verified, verified_large) = (small.verify()?, large.verify()?);
    drop((small, large));
    let ratio_office =
        f64::from(u32::try_from(office_large).unwrap_or(u32::MAX)) / f64::from(u32::try_from(office.max(1)).unwrap_or(u32::MAX));
    let mut list_rows = String::new();
    for ((path, small), large) in LISTS.iter().zip(lists_small).zip(lists_large) {
        let ratio = f64::from(u32::try_from(large).unwrap_or(u32::MAX)) / f64::from(u32::try_from(small.max(1)).unwrap_or(u32::MAX));
        let path = path.replace("/en/office/", "");
        writeln!(
            list_rows,
            "| `{path}`, median with 100 times the filings | {large} µs | with the demonstration's: {small} µs | {ratio:.2} | |"
        )
        .map_err(|_| wrong("no table"))?;
    }
    Ok(format!(
        "{HEAD}\
         | national office page, median with 100 times the filings | {office_large} µs | with the demonstration's: {office} µs | {ratio_office:.2} | at most 1.2 |\n\
         {list_rows}\
         {write_rows}\
         | verification, versions a second with {} of them | {:.0} | with {}: {:.0} | {:.2} | |\n\
         | verification, peak memory with {} versions | {} MB | with {}: {} MB | | bounded |\n\
         | peak memory of a server | {memory} MB | | | at most 150 MB |\n",
        verified_large.versions,
        verified_large.rate,
        verified.versions,
        verified.rate,
        verified_large.rate / verified.rate,
        verified_large.versions,
        verified_large.memory,
        verified.versions,
        verified.memory,
    ))
}
