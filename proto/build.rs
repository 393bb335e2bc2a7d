//! Compiles the protocol definitions. The compiler is a Rust library: no `protoc` is needed on the machine.

use std::error::Error;

/// The definitions, relative to the crate.
const DEFINITIONS: [&str; 2] = ["tfplugin6.proto", "goplugin.proto"];

fn main() -> Result<(), Box<dyn Error>> {
    for definition in DEFINITIONS {
        println!("cargo::rerun-if-changed={definition}");
    }
    let descriptors = protox::compile(DEFINITIONS, ["."])?;
    tonic_prost_build::configure()
        // Connections are made by this crate on both sides, so the generated `connect` would only pull in more of tonic.
        .build_transport(false)
        // A method the provider does not write answers `Unimplemented`.
        .generate_default_stubs(true)
        // Values are slices of the received buffer, not copies.
        .bytes(".")
        // The same schema gives the same bytes in every process.
        .btree_map(".")
        .compile_fds(descriptors)?;
    Ok(())
}
