//! A throw-away `PostgreSQL` cluster: started on a free port in a temporary folder, removed at the end.

use std::{net::TcpListener, path::Path, process::Command};

use tempfile::TempDir;

use crate::{
    packages,
    shell::{Result, StepError, must, program, say},
};

const BINARIES: &str = "/usr/lib/postgresql/15/bin";

/// A running cluster; dropping it stops and removes it.
pub struct Cluster {
    folder: TempDir,
    port: u16,
}

fn command(name: &str, arguments: &[&str]) -> Command {
    let path = format!("{BINARIES}/{name}");
    match packages::ordinary_user() {
        Some(user) => {
            let mut all = vec!["-u", user, "--", path.as_str()];
            all.extend(arguments);
            program("runuser", &all)
        }
        None => program(&path, arguments),
    }
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| StepError::File("a free port".to_owned(), error))?;
    listener.local_addr().map(|address| address.port()).map_err(|error| StepError::File("a free port".to_owned(), error))
}

impl Cluster {
    /// Starts a cluster.
    pub fn start() -> Result<Self> {
        packages::ensure(&["postgresql-15"], "the tests on PostgreSQL")?;
        say("Starting a throw-away PostgreSQL cluster");
        let folder = tempfile::Builder::new()
            .prefix("itpark-postgres")
            .tempdir()
            .map_err(|error| StepError::File("temporary folder".to_owned(), error))?;
        if let Some(user) = packages::ordinary_user() {
            must(&mut program("chown", &[user, &folder.path().display().to_string()]))?;
        }
        let cluster = Self { folder, port: free_port()? };
        let data = cluster.data();
        must(
            command("initdb", &["-D", &data, "-U", "app", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"])
                .stdout(std::process::Stdio::null()),
        )?;
        let log = cluster.folder.path().join("log").display().to_string();
        let socket = cluster.folder.path().display().to_string();
        let options = format!("-p {} -k {socket} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200", cluster.port);
        must(command("pg_ctl", &["-D", &data, "-w", "-l", &log, "-o", &options, "start"]).stdout(std::process::Stdio::null()))?;
        Ok(cluster)
    }

    fn data(&self) -> String {
        Path::new(self.folder.path()).join("data").display().to_string()
    }

    /// Address of the cluster's maintenance database.
    pub fn url(&self) -> String {
        format!("postgres://app@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if must(command("pg_ctl", &["-D", &self.data(), "-m", "immediate", "stop"]).stdout(std::process::Stdio::null())).is_err() {
            eprintln!("the PostgreSQL cluster in {} could not be stopped", self.folder.path().display());
        }
    }
}
