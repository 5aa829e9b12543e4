//! Passwords as commands take them.

use super::CommandError;
use super::output::say;
use crate::cli::ConnectArgs;
use crate::secret::{ExposeSecret, SecretText, secret};
use std::io::{BufRead, IsTerminal};
use zeroize::Zeroizing;

/// From a prompt or from standard input, never from an argument: the process list is everybody's.
pub(super) fn password(args: &ConnectArgs, login: &str) -> Result<SecretText, CommandError> {
    let password = if args.password_stdin || !std::io::stdin().is_terminal() {
        piped_password()?
    } else {
        typed(&format!("Password of {login}: "))?
    };
    if password.expose_secret().is_empty() {
        return Err(CommandError::usage(
            "the password is empty".to_owned(),
            "type it at the prompt, or pipe it in with --password-stdin.",
        ));
    }
    Ok(password)
}

/// The first line of standard input.
pub(super) fn piped_password() -> Result<SecretText, CommandError> {
    let mut line = Zeroizing::new(Vec::new());
    std::io::stdin().lock().read_until(b'\n', &mut line)?;
    piped(&line)
}

/// What a person types is theirs to know; a blank that they may not have meant is told.
pub(super) fn typed(question: &str) -> Result<SecretText, CommandError> {
    let text = secret(rpassword::prompt_password(question)?);
    if text.expose_secret().trim() != text.expose_secret() {
        say("the password begins or ends with a blank; it is tried as it was typed");
    }
    Ok(text)
}

/// A line as a program wrote it, without its end. What the program has added or spoilt is refused, so that it
/// is not tried, and counted, as a wrong password.
fn piped(line: &[u8]) -> Result<SecretText, CommandError> {
    let refuse = |what: &str, next| CommandError::usage(format!("the password {what}"), next);
    let text = std::str::from_utf8(line).map_err(|_| {
        refuse("is not UTF-8", "pipe it in as UTF-8 (`iconv -f LATIN1 -t UTF-8`), or type it at the prompt.")
    })?;
    let text = text.trim_end_matches(['\r', '\n']);
    if text.starts_with('\u{feff}') || text.contains(char::is_control) {
        let next = "pipe in the password alone, as `printf %s` writes it, or type it at the prompt.";
        return Err(refuse("has a character in it that nobody types", next));
    }
    if text.trim() != text {
        let next = "take the blank away. If it is the password's own, type it at the prompt.";
        return Err(refuse("begins or ends with a blank", next));
    }
    Ok(secret(text.to_owned()))
}
