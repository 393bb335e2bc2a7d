use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpStream},
    path::{Path, PathBuf},
    time::Duration,
};

use acceptance::testbed::{HostOptions, Owner, Testbed};
use serde::{Deserialize, Serialize};

use crate::{
    error::QuickstartError,
    place::{Place, Record},
};

/// Domain of the services. Names below `test` are reserved for tests (RFC 2606) and known to the testbed's DNS alone.
pub(crate) const DOMAIN: &str = "quickstart.test";

/// Host names of the services that have one.
const NAMES: &[&str] = &["status.quickstart.test"];

/// How long the machine may take to accept a connection.
const ANSWER: Duration = Duration::from_secs(5);

/// The disposable machine, and what stands around it: all that the example's variables ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Machine {
    pub(crate) name: String,
    pub(crate) address: Ipv4Addr,
    pub(crate) host_key: String,
    pub(crate) key_file: PathBuf,
    pub(crate) acme_directory: String,
    /// Certificate, as PEM, that vouches for the directory's HTTPS.
    pub(crate) authority: String,
    pub(crate) registry: String,
}

impl Machine {
    /// What a person does next.
    pub(crate) fn how_to_look(&self, root: &Path) -> String {
        let Self { address, .. } = self;
        let name = NAMES.first().copied().unwrap_or(DOMAIN);
        format!(
            "\n== done: a bare machine became a platform\n\
             status page   https://{name}\n\
             \n\
             With curl:\n  \
               curl --cacert {root} --resolve {name}:443:{address} --location --include https://{name}/\n\
             In a browser on this machine: add the line `{address} {name}` to /etc/hosts, open https://{name},\n\
             and accept the certificate, or trust {root} (it belongs to a test authority).\n\
             On the machine itself:\n  \
               ssh -i {key} -o StrictHostKeyChecking=no root@{address}\n\
             \n\
             Change examples/quickstart and run `cargo quickstart` again to see what a plan shows.\n\
             Remove it all with:\n  \
               cargo quickstart --destroy",
            root = root.display(),
            key = self.key_file.display(),
        )
    }

    fn answers(&self) -> bool {
        TcpStream::connect_timeout(&SocketAddr::from((self.address, 22)), ANSWER).is_ok()
    }
}

/// The machine of an earlier run, or a new one.
pub(crate) fn ready(place: &Place) -> Result<Machine, QuickstartError> {
    let record = place.record()?;
    if let (Some(id), Some(machine)) = (&record.testbed, record.machine) {
        // Puts right what a restart of this computer has undone.
        Testbed::attach(&place.cache, id)?;
        if machine.answers() {
            return Ok(machine);
        }
        return Err(QuickstartError::MachineGone(machine.address.to_string()));
    }
    let testbed = match record.testbed {
        Some(id) => Testbed::attach(&place.cache, &id)?,
        None => Testbed::create(&place.cache, &Owner::Nobody)?,
    };
    let mut record = Record {
        testbed: Some(testbed.id().to_owned()),
        machine: None,
    };
    place.remember(&record)?;

    let host = testbed.host(HostOptions {
        owner: Some(Owner::Nobody),
        ..HostOptions::default()
    })?;
    for name in NAMES {
        testbed.add_name(name, host.address())?;
    }
    fs::write(place.root_certificate(), testbed.acme_root()?).map_err(QuickstartError::Folder)?;
    let machine = Machine {
        name: host.name().to_owned(),
        address: host.address(),
        host_key: host.host_key().to_owned(),
        key_file: host.key_file(),
        acme_directory: testbed.acme_directory().to_owned(),
        authority: fs::read_to_string(testbed.authority_file()).map_err(QuickstartError::Folder)?,
        registry: testbed.registry().to_owned(),
    };
    record.machine = Some(machine.clone());
    place.remember(&record)?;
    host.keep();
    Ok(machine)
}
