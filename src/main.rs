//! The program. Everything it does is in the library, where tests and other programs can reach it.

fn main() -> std::process::ExitCode {
    leadbell::cli::main()
}
