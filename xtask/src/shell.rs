//! Running other programs and saying what is going on.

use std::{
    io,
    path::PathBuf,
    process::{Command, Stdio},
    sync::LazyLock,
    time::Instant,
};

use thiserror::Error;

/// A step failed.
#[derive(Debug, Error)]
pub enum StepError {
    /// A program could not be started.
    #[error("{0} cannot be started: {1}")]
    Start(String, io::Error),
    /// A program reported failure.
    #[error("{0} failed")]
    Failed(String),
    /// A file could not be read or written.
    #[error("{0}: {1}")]
    File(String, io::Error),
    /// The WebAssembly could not be packaged.
    #[error("WebAssembly: {0}")]
    Bindgen(String),
    /// Something is not as it must be.
    #[error("{0}")]
    Wrong(String),
}

/// The result of a step.
pub type Result<T = ()> = std::result::Result<T, StepError>;

/// The folder of the workspace.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Says what the next step is.
pub fn say(text: &str) {
    static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
    let seconds = BEGUN.elapsed().as_secs();
    println!("\n== {text} ({}:{:02})", seconds / 60, seconds % 60);
}

/// A program in the folder of the workspace.
pub fn program(name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(root()).stdin(Stdio::null());
    command
}

fn name_of(command: &Command) -> String {
    let arguments = command.get_args().map(|part| part.to_string_lossy().into_owned());
    std::iter::once(command.get_program().to_string_lossy().into_owned()).chain(arguments).collect::<Vec<_>>().join(" ")
}

/// Runs a program to its end; its output is shown.
pub fn must(command: &mut Command) -> Result {
    let name = name_of(command);
    let status = command.status().map_err(|error| StepError::Start(name.clone(), error))?;
    if status.success() { Ok(()) } else { Err(StepError::Failed(name)) }
}

/// Runs a program quietly and says whether it succeeded.
pub fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// What a program prints.
pub fn output(command: &mut Command) -> Result<String> {
    let name = name_of(command);
    let output = command.stderr(Stdio::inherit()).output().map_err(|error| StepError::Start(name.clone(), error))?;
    if output.status.success() { Ok(String::from_utf8_lossy(&output.stdout).into_owned()) } else { Err(StepError::Failed(name)) }
}

/// Runs a program, shows what it prints and returns it too.
pub fn shown(command: &mut Command) -> Result<(bool, String)> {
    use std::io::BufRead;
    let name = name_of(command);
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| StepError::Start(name.clone(), error))?;
    let mut text = String::new();
    if let Some(stdout) = child.stdout.take() {
        for line in io::BufReader::new(stdout).lines().map_while(std::result::Result::ok) {
            println!("{line}");
            text.push_str(&line);
            text.push('\n');
        }
    }
    let status = child.wait().map_err(|error| StepError::Start(name, error))?;
    Ok((status.success(), text))
}
