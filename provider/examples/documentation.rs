//! Writes the registry's reference pages, made from the schemas and the examples, into a folder:
//! `cargo run --example documentation -- FOLDER`. `cargo suite --only docs` compares them with those in `docs/`.

use std::{env, fs, io, path::Path, process::ExitCode};

use quickfra::provider::Quickfra;
use tfplugin::{
    schema::{
        Block, IdentitySchema,
        documentation::{FunctionPage, ImportByIdentity, Page, document},
    },
    server,
};

fn main() -> ExitCode {
    let Some(folder) = env::args_os().nth(1) else {
        eprintln!("usage: documentation FOLDER");
        return ExitCode::from(2);
    };
    match write_pages(Path::new(&folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the documentation cannot be written: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write_pages(folder: &Path) -> io::Result<()> {
    let provider = server::provider(Quickfra::default());
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");

    let shown = Shown::in_folder(&examples.join("provider"), "provider")?;
    let page = shown.page(provider.name(), provider.name(), "Provider");
    write(&folder.join("index.md"), &page, &provider.schema().block)?;

    for resource in provider.resources() {
        let shown = Shown::in_folder(&examples.join("resources").join(resource.name()), "resource")?;
        let identity = resource.identity().map(|identity| identity.schema);
        let page = Page {
            identity: identity.as_ref().map(|schema| shown.by_identity(schema)),
            ..shown.page(provider.name(), resource.name(), "Resource")
        };
        let file = file_name(provider.name(), resource.name());
        write(&folder.join("resources").join(file), &page, &resource.schema().block)?;
    }
    for source in provider.data_sources() {
        let shown = Shown::in_folder(&examples.join("data-sources").join(source.name()), "data-source")?;
        let page = shown.page(provider.name(), source.name(), "Data Source");
        let file = file_name(provider.name(), source.name());
        write(&folder.join("data-sources").join(file), &page, &source.schema().block)?;
    }
    for list in provider.list_resources() {
        let shown = Shown::in_folder(&examples.join("list-resources").join(list.name()), "list-resource")?;
        let page = shown.page(provider.name(), list.name(), "List Resource");
        let file = file_name(provider.name(), list.name());
        write(&folder.join("list-resources").join(file), &page, &list.schema().block)?;
    }
    for resource in provider.ephemeral_resources() {
        let examples = examples.join("ephemeral-resources").join(resource.name());
        let shown = Shown::in_folder(&examples, "ephemeral-resource")?;
        let page = shown.page(provider.name(), resource.name(), "Ephemeral Resource");
        let file = file_name(provider.name(), resource.name());
        let path = folder.join("ephemeral-resources").join(file);
        write(&path, &page, &resource.schema().block)?;
    }
    for action in provider.actions() {
        let shown = Shown::in_folder(&examples.join("actions").join(action.name()), "action")?;
        let page = shown.page(provider.name(), action.name(), "Action");
        let file = file_name(provider.name(), action.name());
        write(&folder.join("actions").join(file), &page, &action.schema().block)?;
    }
    for function in provider.functions() {
        let example = example(&examples.join("functions").join(function.name()), "function")?;
        let page = FunctionPage {
            provider: provider.name(),
            name: function.name(),
            example: example.as_deref(),
        };
        let path = folder.join("functions").join(format!("{}.md", function.name()));
        write_text(&path, &page.markdown(&function.signature()))?;
    }
    Ok(())
}

/// What a page shows beside the schema.
struct Shown {
    example: Option<String>,
    import: Option<String>,
    import_by_identity: Option<String>,
}

impl Shown {
    fn in_folder(folder: &Path, stem: &str) -> io::Result<Self> {
        Ok(Self {
            example: example(folder, stem)?,
            import: read(&folder.join("import.sh"))?,
            import_by_identity: read(&folder.join("import-by-identity.tf"))?,
        })
    }

    fn page<'a>(&'a self, provider: &'a str, name: &'a str, kind: &'a str) -> Page<'a> {
        Page {
            provider,
            name,
            kind,
            example: self.example.as_deref(),
            import: self.import.as_deref(),
            identity: None,
        }
    }

    fn by_identity<'a>(&'a self, schema: &'a IdentitySchema) -> ImportByIdentity<'a> {
        ImportByIdentity {
            schema,
            example: self.import_by_identity.as_deref(),
        }
    }
}

/// The registry wants a page's name without the provider's.
fn file_name(provider: &str, name: &str) -> String {
    let short = name.strip_prefix(provider).and_then(|rest| rest.strip_prefix('_'));
    format!("{}.md", short.unwrap_or(name))
}

fn write(path: &Path, page: &Page<'_>, block: &Block) -> io::Result<()> {
    write_text(path, &page.markdown(&document(block)))
}

fn write_text(path: &Path, text: &str) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, text)
}

/// The examples of a folder as one text: `<stem>.tf`, then every `<stem>-*.tf`; or `<stem>.tfquery.hcl`.
fn example(folder: &Path, stem: &str) -> io::Result<Option<String>> {
    let Some(first) = read(&folder.join(format!("{stem}.tf")))? else {
        return read(&folder.join(format!("{stem}.tfquery.hcl")));
    };
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let extension = Path::new(&name).extension();
        if name.starts_with(&format!("{stem}-")) && extension.is_some_and(|extension| extension == "tf") {
            names.push(name);
        }
    }
    names.sort();
    let mut text = first;
    for name in names {
        text = format!("{}\n\n{}", text.trim_end(), fs::read_to_string(folder.join(name))?);
    }
    Ok(Some(text))
}

/// The text of a file, if it exists.
fn read(path: &Path) -> io::Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
