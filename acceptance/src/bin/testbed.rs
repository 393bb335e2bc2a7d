//! `cargo testbed`: disposable hosts by hand.
#![expect(clippy::print_stdout, reason = "standard output is for results")]

use std::collections::VecDeque;
use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use acceptance::prerequisites;
use acceptance::testbed::{Cache, HostOptions, Owner, Relay, Testbed, User};
use acceptance::tools;

const HELP: &str = "Disposable hosts with the services around them.

cargo testbed up [--engine] [--user NAME | --plain-user NAME] [--password TEXT] [--in ID]
                                    make a testbed with a host, or another host in the testbed ID
cargo testbed down ID               remove a testbed with its hosts
cargo testbed status                list what there is
cargo testbed prune [--all]         remove what crashed tests left; --all: every testbed, and end the engine
cargo testbed relay --to ADDRESS:PORT --delay 25ms [--port PORT]
                                    a port on 127.0.0.1 to a far-away host, until it is interrupted
cargo testbed prerequisites         install what the machine lacks
cargo testbed tofu                  print the path of the real tofu, built first when it is missing
";

fn main() -> ExitCode {
    match command(std::env::args().skip(1).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            let mut source = error.source();
            while let Some(cause) = source {
                eprintln!("  because: {cause}");
                source = cause.source();
            }
            ExitCode::FAILURE
        }
    }
}

fn command(arguments: VecDeque<String>) -> Result<(), Box<dyn Error>> {
    let mut arguments = Arguments(arguments);
    let Some(command) = arguments.0.pop_front() else {
        print!("{HELP}");
        return Ok(());
    };
    let cache = Cache::of_user()?;
    match command.as_str() {
        "up" => {
            let options = HostOptions {
                engine: arguments.flag("--engine"),
                user: match (arguments.value("--user")?, arguments.value("--plain-user")?) {
                    (Some(name), _) if name != "root" => User::Sudo(name),
                    (None, Some(name)) => User::Plain(name),
                    _ => User::Root,
                },
                password: arguments.value("--password")?,
                owner: Some(Owner::Nobody),
                ..HostOptions::default()
            };
            let testbed = arguments.value("--in")?;
            arguments.end()?;
            up(&cache, testbed, options)
        }
        "down" => {
            let id = arguments
                .0
                .pop_front()
                .ok_or("which one? `cargo testbed status` lists them")?;
            arguments.end()?;
            Ok(Testbed::remove(&cache, &id)?)
        }
        "status" => {
            arguments.end()?;
            status(&cache)
        }
        "prune" => {
            let all = arguments.flag("--all");
            arguments.end()?;
            for name in Testbed::prune(&cache, all)? {
                println!("removed {name}");
            }
            Ok(())
        }
        "relay" => {
            let target = arguments
                .value("--to")?
                .ok_or("--to ADDRESS:PORT is missing")?
                .parse()?;
            let delay = milliseconds(
                &arguments
                    .value("--delay")?
                    .ok_or("--delay is missing, for instance 25ms")?,
            )?;
            let port = arguments.value("--port")?.map(|port| port.parse()).transpose()?;
            arguments.end()?;
            let relay = Relay::start(target, delay, port)?;
            println!("{}", relay.address());
            loop {
                std::thread::park();
            }
        }
        "prerequisites" => Ok(prerequisites::ensure()?),
        "tofu" => {
            prerequisites::ensure()?;
            println!("{}", tools::tofu(&cache)?.display());
            Ok(())
        }
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        other => Err(format!("`{other}` is not a command\n\n{HELP}").into()),
    }
}

fn up(cache: &Cache, testbed: Option<String>, options: HostOptions) -> Result<(), Box<dyn Error>> {
    prerequisites::ensure()?;
    let testbed = match testbed {
        Some(id) => Testbed::attach(cache, &id)?,
        None => Testbed::create(cache, &Owner::Nobody)?,
    };
    let host = testbed.host(options)?;
    let (key, address, user) = (host.key_file(), host.address(), host.user().name());
    println!("testbed    {}", testbed.id());
    println!("address    {address}");
    println!("user       {user}");
    println!("key file   {}", key.display());
    println!("host key   {}", host.host_key());
    println!(
        "log in     ssh -i {} -o StrictHostKeyChecking=accept-new {user}@{address}",
        key.display()
    );
    println!("remove     cargo testbed down {}", testbed.id());
    host.keep();
    Ok(())
}

fn status(cache: &Cache) -> Result<(), Box<dyn Error>> {
    for container in Testbed::status(cache)? {
        let address = container.address.map(|address| address.to_string()).unwrap_or_default();
        let owner = if container.owner.is_gone() {
            "(its owner has ended)"
        } else {
            ""
        };
        println!(
            "{:<12} {:<22} {address:<16} {} {owner}",
            container.testbed, container.name, container.state
        );
    }
    Ok(())
}

/// A time such as `25ms`.
fn milliseconds(text: &str) -> Result<Duration, Box<dyn Error>> {
    let number = text
        .strip_suffix("ms")
        .ok_or_else(|| format!("`{text}` is not a time in milliseconds, such as 25ms"))?;
    Ok(Duration::from_millis(number.parse()?))
}

/// What follows the command on the command line. Taking an option removes it, so that what is left at the end is a mistake.
struct Arguments(VecDeque<String>);

impl Arguments {
    fn flag(&mut self, name: &str) -> bool {
        let position = self.0.iter().position(|argument| argument == name);
        position.and_then(|position| self.0.remove(position)).is_some()
    }

    fn value(&mut self, name: &str) -> Result<Option<String>, Box<dyn Error>> {
        let Some(position) = self.0.iter().position(|argument| argument == name) else {
            return Ok(None);
        };
        self.0.remove(position);
        Ok(Some(
            self.0.remove(position).ok_or_else(|| format!("{name} needs a value"))?,
        ))
    }

    fn end(&self) -> Result<(), Box<dyn Error>> {
        match self.0.front() {
            None => Ok(()),
            Some(argument) => Err(format!("`{argument}` is not an option here\n\n{HELP}").into()),
        }
    }
}
