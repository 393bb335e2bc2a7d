use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use acceptance::harness::{cargo, workspace};

use super::{
    arguments::Arguments,
    process::{StepError, run},
};

/// What is made from schemas and examples; the rest of `docs/` is written by hand.
const GENERATED: &[&str] = &[
    "index.md",
    "resources",
    "data-sources",
    "list-resources",
    "ephemeral-resources",
    "actions",
    "functions",
];

/// Headings that the pages of a folder need: without its examples a page has none of them.
const HEADINGS: &[(&str, &[&str])] = &[
    ("resources", &["## Example Usage", "## Import"]),
    ("ephemeral-resources", &["## Example Usage"]),
    ("list-resources", &["## Example Usage"]),
    ("actions", &["## Example Usage"]),
    ("functions", &["## Example Usage"]),
];

/// The text of each generated page by its path below the folder.
type Pages = BTreeMap<PathBuf, String>;

/// Makes the reference pages and compares them with those that are kept, or keeps them.
pub(crate) fn docs(arguments: &Arguments) -> Result<(), StepError> {
    let made = tempfile::tempdir().map_err(StepError::Temporary)?;
    let mut command = cargo(&[
        "run",
        "--quiet",
        "--package",
        "terraform-provider-quickfra",
        "--example",
        "documentation",
        "--",
    ]);
    command.arg(made.path());
    run(command)?;

    let docs = workspace().join("docs");
    let wanted = pages(made.path())?;
    if arguments.write {
        replace(&docs, &wanted)?;
    }
    let mut faults = differences(&wanted, &pages(&docs)?);
    faults.extend(missing_headings(&wanted));
    if faults.is_empty() {
        return Ok(());
    }
    for fault in &faults {
        println!("{fault}");
    }
    Err(StepError::Docs)
}

/// What is wrong with the kept pages, a sentence each.
fn differences(wanted: &Pages, kept: &Pages) -> Vec<String> {
    let changed = wanted.iter().filter_map(|(path, wanted)| {
        let name = path.display();
        match kept.get(path) {
            None => Some(format!("docs/{name} is missing")),
            Some(kept) if kept == wanted => None,
            Some(kept) => {
                let line = kept
                    .lines()
                    .zip(wanted.lines())
                    .take_while(|(kept, wanted)| kept == wanted)
                    .count();
                Some(format!("docs/{name} differs from line {} on", line + 1))
            }
        }
    });
    let left_over = kept
        .keys()
        .filter(|path| !wanted.contains_key(*path))
        .map(|path| format!("docs/{} describes nothing that exists", path.display()));
    changed.chain(left_over).collect()
}

fn missing_headings(wanted: &Pages) -> Vec<String> {
    let mut faults = Vec::new();
    for (folder, headings) in HEADINGS {
        for (path, text) in wanted.iter().filter(|(path, _)| path.starts_with(folder)) {
            let missing = headings
                .iter()
                .filter(|heading| !text.lines().any(|line| line == **heading));
            faults.extend(missing.map(|heading| {
                let path = path.display();
                format!("docs/{path} has no «{heading}»: examples/{folder} lacks a file")
            }));
        }
    }
    faults
}

fn replace(docs: &Path, wanted: &Pages) -> Result<(), StepError> {
    let unwritable = |path: &Path| {
        let path = path.to_owned();
        |source| StepError::Write { path, source }
    };
    for path in pages(docs)?.keys().filter(|path| !wanted.contains_key(*path)) {
        let path = docs.join(path);
        fs::remove_file(&path).map_err(unwritable(&path))?;
    }
    for (path, text) in wanted {
        let path = docs.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(unwritable(parent))?;
        }
        fs::write(&path, text).map_err(unwritable(&path))?;
    }
    Ok(())
}

fn pages(folder: &Path) -> Result<Pages, StepError> {
    let mut found = Pages::new();
    for name in GENERATED {
        let path = folder.join(name);
        if path.is_dir() {
            for entry in fs::read_dir(&path).map_err(unreadable(&path))? {
                let path = entry.map_err(unreadable(&path))?.path();
                add(folder, &path, &mut found)?;
            }
        } else if path.exists() {
            add(folder, &path, &mut found)?;
        }
    }
    Ok(found)
}

fn add(folder: &Path, path: &Path, found: &mut Pages) -> Result<(), StepError> {
    let text = fs::read_to_string(path).map_err(unreadable(path))?;
    found.insert(path.strip_prefix(folder).unwrap_or(path).to_owned(), text);
    Ok(())
}

fn unreadable(path: &Path) -> impl FnOnce(io::Error) -> StepError {
    let path = path.to_owned();
    |source| StepError::Read { path, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pages: &[(&str, &str)]) -> Pages {
        pages
            .iter()
            .map(|(path, text)| (PathBuf::from(path), (*text).to_owned()))
            .collect()
    }

    #[test]
    fn what_is_missing_changed_or_left_over_is_told() {
        let wanted = of(&[
            ("index.md", "a\nb\n"),
            ("resources/host.md", "a"),
            ("resources/stack.md", "same"),
        ]);
        let kept = of(&[
            ("index.md", "a\nc\n"),
            ("resources/old.md", "a"),
            ("resources/stack.md", "same"),
        ]);
        assert_eq!(
            differences(&wanted, &kept),
            [
                "docs/index.md differs from line 2 on",
                "docs/resources/host.md is missing",
                "docs/resources/old.md describes nothing that exists",
            ]
        );
        assert_eq!(differences(&wanted, &wanted), Vec::<String>::new());
    }

    #[test]
    fn what_is_written_is_what_is_compared() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("guides")).unwrap();
        fs::write(folder.path().join("guides/start.md"), "by hand").unwrap();
        replace(folder.path(), &of(&[("resources/old.md", "a")])).unwrap();
        let wanted = of(&[("index.md", "a"), ("resources/host.md", "b")]);
        replace(folder.path(), &wanted).unwrap();
        assert_eq!(pages(folder.path()).unwrap(), wanted);
        assert!(folder.path().join("guides/start.md").exists());
    }

    #[test]
    fn a_resource_without_examples_is_told() {
        let faults = missing_headings(&of(&[
            ("index.md", ""),
            ("resources/host.md", "## Example Usage\n"),
            ("functions/join.md", ""),
        ]));
        assert_eq!(
            faults,
            [
                "docs/resources/host.md has no «## Import»: examples/resources lacks a file",
                "docs/functions/join.md has no «## Example Usage»: examples/functions lacks a file",
            ]
        );
    }
}
