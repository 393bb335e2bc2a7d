//! Networks of testbeds: one /24 each out of 172.31.0.0/16, reachable from the machine by address.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::process::Command;

use serde::{Deserialize, Serialize};

use super::cache::{Cache, read_file};
use super::command::{as_root, output_with_input, run};
use super::engine::Engine;
use super::error::{Result, TestbedError};

/// A network 172.31.N.0/24.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Subnet(u8);

impl Subnet {
    /// The address with this last number.
    pub fn address(self, last: u8) -> Ipv4Addr {
        Ipv4Addr::new(172, 31, self.0, last)
    }

    /// Whether the address is one of this network's.
    pub fn contains(self, address: Ipv4Addr) -> bool {
        address.octets()[..3] == [172, 31, self.0]
    }

    /// The network of this address, when it is one that a testbed can have.
    pub fn of(address: Ipv4Addr) -> Option<Self> {
        let [172, 31, third, _] = address.octets() else {
            return None;
        };
        Some(Self(third))
    }
}

impl std::fmt::Display for Subnet {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}/24", self.address(0))
    }
}

/// Makes a network in the engine for the first free subnet. `labels` are `key=value`.
pub(super) fn create(engine: &Engine, cache: &Cache, name: &str, labels: &[String]) -> Result<Subnet> {
    // The lock holds until the engine knows the network: then the next process sees it as taken.
    let _allocator = cache.lock("subnets")?;
    let mut taken = subnets_of_engine(engine)?;
    taken.extend(subnets_of_routes(&read_file(std::path::Path::new("/proc/net/route"))?));
    let subnet = lowest_free(&taken).ok_or_else(|| TestbedError::Machine {
        problem: "all networks 172.31.1.0/24 to 172.31.255.0/24 are in use".into(),
        remedy: "`cargo testbed prune` removes what crashed tests left".into(),
    })?;
    let mut create = vec!["network".into(), "create".into(), "--subnet".into(), subnet.to_string()];
    create.extend(["--gateway".into(), subnet.address(1).to_string()]);
    for label in labels {
        create.extend(["--label".into(), label.clone()]);
    }
    create.push(name.into());
    engine.run(create)?;
    allow(subnet)?;
    Ok(subnet)
}

/// The subnet of the network of that name, if the engine has it.
pub(super) fn find(engine: &Engine, name: &str) -> Result<Option<Subnet>> {
    let filter = format!("name=^{name}$");
    if engine
        .run(["network", "ls", "--quiet", "--filter", &filter])?
        .trim()
        .is_empty()
    {
        return Ok(None);
    }
    let format = "{{range .IPAM.Config}}{{.Gateway}}{{end}}";
    let gateway = engine.run(["network", "inspect", "--format", format, name])?;
    Ok(gateway.trim().parse().ok().and_then(Subnet::of))
}

/// Lets a network reach the outside, and answers come back. Rules that are there already are left.
pub(super) fn allow(subnet: Subnet) -> Result<()> {
    run(as_root("sysctl").args(["-q", "-w", "net.ipv4.ip_forward=1"]))?;
    for rule in rules(subnet) {
        if !output_with_input(&mut rule.command("-C"), &[])?.status.success() {
            run(&mut rule.command("-I"))?;
        }
    }
    Ok(())
}

/// Removes the rules of a network.
pub(super) fn forbid(subnet: Subnet) -> Result<()> {
    for rule in rules(subnet) {
        // The rule may be gone already: then there is nothing to do.
        output_with_input(&mut rule.command("-D"), &[])?;
    }
    Ok(())
}

/// A rule of the machine's packet filter.
struct Rule {
    table: &'static str,
    chain: &'static str,
    matches: Vec<String>,
}

impl Rule {
    /// The call of `iptables` that does `action` (`-C` looks, `-I` adds, `-D` removes) with this rule.
    fn command(&self, action: &str) -> Command {
        let mut command = as_root("iptables");
        // `-w`: wait for the lock of another iptables, for instance another testbed's.
        command
            .args(["-w", "-t", self.table, action, self.chain])
            .args(&self.matches);
        command
    }
}

/// The rules that let a network reach the outside.
fn rules(subnet: Subnet) -> [Rule; 3] {
    let net = subnet.to_string();
    let rule = |table, chain, matches: &[&str], target: &str| {
        let comment = ["-m", "comment", "--comment", "quickfra-testbed", "-j", target];
        Rule {
            table,
            chain,
            matches: matches.iter().chain(&comment).map(ToString::to_string).collect(),
        }
    };
    [
        rule("nat", "POSTROUTING", &["-s", &net, "!", "-d", &net], "MASQUERADE"),
        rule("filter", "FORWARD", &["-s", &net], "ACCEPT"),
        rule("filter", "FORWARD", &["-d", &net], "ACCEPT"),
    ]
}

/// Subnets of the networks that the engine has.
fn subnets_of_engine(engine: &Engine) -> Result<BTreeSet<Subnet>> {
    let ids = engine.run(["network", "ls", "--quiet", "--no-trunc"])?;
    if ids.trim().is_empty() {
        return Ok(BTreeSet::new());
    }
    let format = "{{range .IPAM.Config}}{{.Subnet}} {{end}}";
    let mut inspect = vec!["network", "inspect", "--format", format];
    inspect.extend(ids.split_whitespace());
    let subnets = engine.run(inspect)?;
    Ok(subnets
        .split_whitespace()
        .filter_map(|subnet| Subnet::of(subnet.split('/').next()?.parse().ok()?))
        .collect())
}

/// Subnets that the machine already has a way to, from the text of `/proc/net/route`. The default route is not one.
fn subnets_of_routes(routes: &str) -> BTreeSet<Subnet> {
    let parse = |hexadecimal: &str| u32::from_str_radix(hexadecimal, 16).ok().map(u32::swap_bytes);
    let mut taken = BTreeSet::new();
    for line in routes.lines().skip(1) {
        let fields: Vec<_> = line.split_whitespace().collect();
        let (Some(destination), Some(mask)) = (
            fields.get(1).copied().and_then(parse),
            fields.get(7).copied().and_then(parse),
        ) else {
            continue;
        };
        if mask == 0 {
            continue;
        }
        taken.extend((0..=255).map(Subnet).filter(|subnet| {
            let net = u32::from(subnet.address(0));
            let wider = mask & 0xffff_ff00;
            net & wider == destination & wider
        }));
    }
    taken
}

/// The first subnet that is not taken.
fn lowest_free(taken: &BTreeSet<Subnet>) -> Option<Subnet> {
    (1..=255).map(Subnet).find(|subnet| !taken.contains(subnet))
}

/// The first address of the network from the given last number on that is not taken.
pub(super) fn lowest_free_address(subnet: Subnet, taken: &BTreeSet<Ipv4Addr>, first: u8) -> Option<Ipv4Addr> {
    (first..=254)
        .map(|last| subnet.address(last))
        .find(|address| !taken.contains(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `/proc/net/route` prints it on a little-endian machine.
    fn routes(lines: &[(&str, &str)]) -> String {
        let lines = lines
            .iter()
            .map(|(destination, mask)| format!("eth0 {destination} 00000000 0001 0 0 0 {mask} 0 0 0"));
        let heading = "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT".to_owned();
        std::iter::once(heading).chain(lines).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_route_takes_every_subnet_it_covers() {
        // default, 172.31.16.0/20, 10.0.0.0/8
        let taken = subnets_of_routes(&routes(&[
            ("00000000", "00000000"),
            ("00101FAC", "00F0FFFF"),
            ("0000000A", "000000FF"),
        ]));
        assert_eq!(taken, (16..32).map(Subnet).collect());
    }

    #[test]
    fn a_route_to_a_part_of_a_subnet_takes_it() {
        // 172.31.5.128/25
        assert_eq!(
            subnets_of_routes(&routes(&[("80051FAC", "80FFFFFF")])),
            BTreeSet::from([Subnet(5)])
        );
    }

    #[test]
    fn the_first_free_subnet_is_taken() {
        assert_eq!(lowest_free(&BTreeSet::new()), Some(Subnet(1)));
        assert_eq!(
            lowest_free(&BTreeSet::from([Subnet(1), Subnet(2), Subnet(4)])),
            Some(Subnet(3))
        );
        assert_eq!(lowest_free(&(0..=255).map(Subnet).collect()), None);
    }

    #[test]
    fn the_first_free_address_is_taken() {
        let subnet = Subnet(7);
        let taken = BTreeSet::from([subnet.address(20), subnet.address(22)]);
        assert_eq!(lowest_free_address(subnet, &taken, 20), Some(subnet.address(21)));
        assert_eq!(
            lowest_free_address(subnet, &(20..=254).map(|last| subnet.address(last)).collect(), 20),
            None
        );
    }

    #[test]
    fn a_subnet_knows_its_addresses() {
        assert_eq!(Subnet(9).to_string(), "172.31.9.0/24");
        assert!(Subnet(9).contains(Ipv4Addr::new(172, 31, 9, 44)));
        assert!(!Subnet(9).contains(Ipv4Addr::new(172, 31, 8, 44)));
        assert_eq!(Subnet::of(Ipv4Addr::new(172, 30, 9, 44)), None);
    }
}
