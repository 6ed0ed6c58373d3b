//! Packages of the system. What is needed is said before it is installed.

use std::{io::IsTerminal, process::Stdio};

use crate::shell::{Result, StepError, must, output, program, say, succeeds};

fn is_root() -> bool {
    output(&mut program("id", &["-u"])).is_ok_and(|id| id.trim() == "0")
}

/// A program with the rights of root, if they can be had: sudo asks for its password where somebody can answer.
fn as_root(arguments: &[&str]) -> Option<std::process::Command> {
    if is_root() {
        return Some(program(arguments[0], &arguments[1..]));
    }
    let asks_nobody = succeeds(&mut program("sudo", &["-n", "true"]));
    let mut sudo = program("sudo", arguments);
    sudo.stdin(Stdio::inherit());
    (asks_nobody || (std::io::stdin().is_terminal() && succeeds(&mut program("sudo", &["--version"])))).then_some(sudo)
}

fn is_installed(package: &str) -> bool {
    output(&mut program("dpkg-query", &["-W", "-f=${Status}", package])).is_ok_and(|status| status.ends_with("install ok installed"))
}

/// Installs what is missing of `packages`, saying what for.
pub fn ensure(packages: &[&str], what_for: &str) -> Result {
    let missing: Vec<&str> = packages.iter().copied().filter(|package| !is_installed(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    say(&format!("Installing for {what_for}: {}", missing.join(", ")));
    let cannot = || StepError::Wrong(format!("needs root or sudo to install {}", missing.join(", ")));
    must(&mut as_root(&["apt-get", "update", "-q"]).ok_or_else(cannot)?)?;
    let mut arguments = vec!["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-q", "--no-install-recommends"];
    arguments.extend(&missing);
    must(&mut as_root(&arguments).ok_or_else(cannot)?)
}

/// Runs a program as root.
pub fn must_as_root(arguments: &[&str]) -> Result {
    let mut command = as_root(arguments).ok_or_else(|| StepError::Wrong(format!("needs root or sudo for {}", arguments.join(" "))))?;
    must(&mut command)
}

/// The user as whom a database server may run: not root, which it refuses.
pub fn ordinary_user() -> Option<&'static str> {
    is_root().then_some("postgres")
}
