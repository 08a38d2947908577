//! Embeds the files of the page, so that the stand-in needs nothing beside its binary.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=assets");
    let assets = Path::new(&env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?).join("assets");
    let mut names = Vec::new();
    if assets.is_dir() {
        for entry in fs::read_dir(&assets)? {
            names.extend(entry?.file_name().into_string());
        }
    }
    names.sort();
    let mut list = String::from("&[\n");
    for name in names {
        // Found from the crate's own folder when it is compiled: checkouts that share a target folder share this file too.
        writeln!(list, "    ({name:?}, include_bytes!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/assets/\", {name:?}))),")
            .map_err(io::Error::other)?;
    }
    list.push(']');
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(Path::new(&out).join("assets.rs"), list)
}
