//! Secrets: where they are kept, and that they are not shown.

use secrecy::SecretString;

/// Longest secret file that is read.
const BYTES_MAX: u64 = 64 * 1024;

/// The secret that a setting speaks of: `env:NAME`, `file:PATH`, or the secret itself; without `prefix`.
///
/// # Errors
/// Why there is none, in words that do not repeat what was written.
pub(super) fn resolve(written: &str, env: &dyn Fn(&str) -> Option<String>, prefix: &str) -> Result<SecretString, String> {
    let secret = if let Some(name) = written.strip_prefix("env:") {
        let name = name.trim();
        env(name).ok_or_else(|| format!("the environment has no variable {name}"))?
    } else if let Some(path) = written.strip_prefix("file:") {
        let path = path.trim();
        from_file(path).map_err(|why| format!("the file {path} cannot be read: {why}"))?
    } else {
        written.to_owned()
    };
    let secret = secret.trim();
    match secret.strip_prefix(prefix).unwrap_or(secret).trim() {
        "" => Err("it is empty".to_owned()),
        secret => Ok(SecretString::from(secret)),
    }
}

fn from_file(path: &str) -> Result<String, String> {
    let size = std::fs::metadata(path).map_err(|why| why.to_string())?.len();
    if size > BYTES_MAX {
        return Err("it is too long for a secret".to_owned());
    }
    std::fs::read_to_string(path).map_err(|why| why.to_string())
}

/// Where it is kept, without what it is.
pub(super) fn kept(written: &str) -> &str {
    if written.starts_with("env:") || written.starts_with("file:") { written } else { "hidden" }
}

/// As in `postgres://leadbell:password@host/leads`.
pub(super) fn may_hold_password(text: &str) -> bool {
    text.contains('@')
}

/// The text of a settings file with everything replaced that may be secret, byte for byte, so that places still fit.
/// Only the values of keys that are `open` stay: a misspelt `token` is still a token.
pub(super) fn hide(text: &str, open: &dyn Fn(&str) -> bool) -> String {
    text.split_inclusive('\n').map(|line| hide_line(line, open)).collect()
}

fn hide_line(line: &str, open: &dyn Fn(&str) -> bool) -> String {
    let plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || " \t_-.[]".contains(c));
    let keep = match line.split_once('=') {
        _ if line.trim_start().starts_with('[') => line.find(']').map_or(0, |end| end + 1),
        Some((key, value))
            if plain(key) && !may_hold_password(value) && open(key.trim().rsplit('.').next().unwrap_or_default()) =>
        {
            line.len()
        }
        Some((key, _)) if plain(key) => key.len() + 1,
        Some(_) | None => 0,
    };
    let (kept, rest) = line.split_at(keep);
    let stars: String = rest.chars().map(|c| if c.is_whitespace() { c.to_string() } else { "*".repeat(c.len_utf8()) }).collect();
    format!("{kept}{stars}")
}
