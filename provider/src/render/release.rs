//! Descriptions of services -> the release that the engine brings to a host.

use crate::catalog::StackConfig;
use crate::catalog::description::{Container, Description, Exposure, Offers};
use crate::catalog::yaml::YamlError;
use crate::host::desired::{
    ConfigFile, ExpectedCertificate, FirstRun, GeneratedSecret, LiveReload, PublishedPort, Release, ServiceExpectation,
};

use super::compose;

/// The port on which the ingress speaks TLS.
const HTTPS_PORT: u16 = 443;

/// Configuration files are not secret, and programs in containers read them as other users than root.
const FILE_MODE: u32 = 0o644;

pub(super) fn release(
    stack: &StackConfig,
    described: &[(&str, Description)],
    offers: &Offers,
) -> Result<Release, YamlError> {
    let mut release = Release {
        stack: stack.name.clone(),
        certificates: offers
            .routes
            .iter()
            .map(|route| ExpectedCertificate {
                name: route.host.clone(),
                port: HTTPS_PORT,
            })
            .collect(),
        ..Release::default()
    };
    for (service, description) in described {
        for container in &description.containers {
            add_container(&mut release, container, offers);
        }
        release
            .secrets
            .extend(description.secrets.iter().map(|secret| GeneratedSecret {
                service: (*service).to_owned(),
                name: secret.name.clone(),
                length: secret.length,
                mode: 0o600,
                owner: 0,
                group: 0,
            }));
        release.steps.extend(description.first_run.iter().map(|step| FirstRun {
            service: (*service).to_owned(),
            name: step.name.clone(),
            command: step.command.clone(),
            script: step.script.clone(),
            secrets: step.secrets.clone(),
        }));
    }
    // Mount paths hold the hash of a service's files, so the files come first.
    release.compose = compose::text(&release, described)?;
    Ok(release)
}

fn add_container(release: &mut Release, container: &Container, offers: &Offers) {
    let file = |(path, content): (&String, &String)| ConfigFile {
        service: container.name.clone(),
        path: path.clone(),
        mode: FILE_MODE,
        content: content.clone().into_bytes(),
    };
    if let Some(set) = &container.files {
        release.files.extend(set.files.iter().map(file));
    }
    if let Some(set) = &container.live {
        release.live.extend(set.files.iter().map(file));
        release.reloads.push(LiveReload {
            service: container.name.clone(),
            metric: set.reload.clone(),
            settle_seconds: set.settle,
        });
    }
    release.services.push(ServiceExpectation {
        name: container.name.clone(),
        image: container.image.clone(),
        has_health_check: container.health.is_some(),
        hosts: offers
            .routes
            .iter()
            .filter(|route| route.container == container.name)
            .map(|route| route.host.clone())
            .collect(),
    });
    release.ports.extend(container.ports.iter().map(|port| PublishedPort {
        service: container.name.clone(),
        address: match port.exposure {
            Exposure::Everybody => "0.0.0.0".to_owned(),
            Exposure::Loopback => "127.0.0.1".to_owned(),
        },
        port: port.machine,
        protocol: port.protocol,
    }));
}
