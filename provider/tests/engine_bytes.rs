//! Files arrive byte for byte, whatever they hold, and are read back as they are.

mod support;

use std::fs;

use quickfra::host::desired::{ConfigFile, Layout, Release, file_set_hash};
use quickfra::host::diff::diff_release;
use quickfra::host::probe::{ProbeRequest, probe};
use quickfra::host::snapshot::FilePlace;
use support::{SHELLS, Sandbox, release};
use tokio_util::sync::CancellationToken;

/// Contents that mean something to a shell, to tar, to the frames of an answer or to nobody.
fn contents() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("empty", Vec::new()),
        ("break", b"\n".to_vec()),
        ("breaks", b"\n\n\n".to_vec()),
        ("no-final-break", b"one\ntwo".to_vec()),
        ("carriage", b"one\r\ntwo\r".to_vec()),
        (
            "quotes",
            b"it's \"quoted\" \\ \\n `id` $(id) ${HOME} $$ %s %% !! * ? [a] {a,b} ~ # ; & | < >\n".to_vec(),
        ),
        ("heredoc", b"EOF\n.\n--\n-n -e\nend 1\n\x04\n".to_vec()),
        ("nul", b"a\0b\0\0\nc\0".to_vec()),
        ("bytes", (0..=255).cycle().take(4096).collect()),
        ("text", "Größe 漢字 \u{202e}\u{feff}\u{2028}\n".as_bytes().to_vec()),
        ("not-utf-8", b"\xff\xfe\xc3\x28\n".to_vec()),
        ("long-line", vec![b'x'; 300_000]),
        (
            "megabyte",
            b"0123456789abcdef\0".iter().copied().cycle().take(1 << 20).collect(),
        ),
    ]
}

/// A release whose read-only and live files hold all of it.
fn odd() -> Release {
    let files = |service: &'static str| {
        contents().into_iter().map(move |(name, content)| ConfigFile {
            service: service.to_owned(),
            path: format!("odd/{name}"),
            mode: 0o640,
            content,
        })
    };
    let mut release = release("one", "healthy");
    release.files.extend(files("web"));
    release.live.extend(files("ingress").map(|file| ConfigFile {
        path: file.path.replace('/', "-"),
        ..file
    }));
    release
}

#[tokio::test]
async fn every_file_lies_there_as_it_was_given() {
    for shell in SHELLS {
        let host = Sandbox::new(shell);
        let release = odd();
        let applied = Box::pin(host.apply(&release)).await.expect("the release is applied");
        let layout = Layout::new("test");
        let hash = file_set_hash(release.files.iter().filter(|file| file.service == "web"));
        let folders = [layout.files("web", &hash), layout.live("ingress")];
        for (file, folder) in [(&release.files, &folders[0]), (&release.live, &folders[1])]
            .into_iter()
            .flat_map(|(files, folder)| files.iter().map(move |file| (file, folder)))
        {
            let place = host.path(folder.trim_start_matches('/')).join(&file.path);
            let found = fs::read(&place).unwrap_or_else(|error| panic!("{}: {error}", place.display()));
            assert!(found == file.content, "{} has changed on its way", file.path);
        }
        assert_eq!(diff_release(&release, Some(&applied.stack)), [], "{shell:?}");
    }
}

#[tokio::test]
async fn what_is_read_back_is_what_lies_there() {
    for shell in SHELLS {
        let host = Sandbox::new(shell);
        let release = odd();
        Box::pin(host.apply(&release)).await.expect("the release is applied");
        let request = ProbeRequest {
            root: host.root(),
            contents: true,
            content_limit: 2 << 20,
            ..ProbeRequest::default()
        };
        let snapshot = Box::pin(probe(&host, &request, &CancellationToken::new())).await;
        let found = snapshot
            .expect("the machine is read")
            .stacks
            .remove("test")
            .expect("the stack is there");
        for file in release.files.iter().chain(&release.live) {
            let same = found.files.iter().find(|other| {
                let of = match &other.place {
                    FilePlace::Compose => "",
                    FilePlace::Files { service, .. } | FilePlace::Live { service } => service,
                };
                (of, &other.path) == (&file.service, &file.path)
            });
            let content = same.and_then(|same| same.content.as_ref());
            assert!(
                content == Some(&file.content),
                "{} has changed on its way back",
                file.path
            );
        }
    }
}
