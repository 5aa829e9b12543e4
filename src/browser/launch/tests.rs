use super::*;

fn explained(text: &str) -> BrowserError {
    let root = tempfile::tempdir().unwrap();
    let profile = ProfileDir::create(root.path()).unwrap();
    std::fs::write(profile.path().join(STDERR), text).unwrap();
    explain(&profile)
}

#[test]
fn the_end_of_chromium_is_explained_from_its_words() {
    let root =
        "[1:1:ERROR:zygote_host_impl_linux.cc:103] Running as root without --no-sandbox is not supported.";
    assert!(matches!(explained(root), BrowserError::RootRefused));
    let kernel =
        "noise\n[1:1:FATAL:zygote_host_impl_linux.cc:132] No usable sandbox! If you are running on Ubuntu";
    assert!(matches!(explained(kernel), BrowserError::NoSandbox));
    let other = "noise\n[1:1:FATAL:a.cc:1] Socket path too long\nmore noise";
    assert!(matches!(explained(other), BrowserError::Launch(why) if why.contains("Socket path too long")));
    assert!(matches!(explained(""), BrowserError::Launch(_)));
}

#[test]
fn what_chromium_said_last_is_repeated_within_bounds() {
    let wrapper = "The hardware on this system lacks support for the sse3 instruction set.\n\
                   The upstream chromium project no longer supports this configuration.\n";
    assert!(
        matches!(explained(wrapper), BrowserError::Launch(why) if why.contains("sse3") && why.contains("upstream"))
    );
    let long = format!("first\n{}\u{1b}[31mlast\n", "noise\n".repeat(LAST_LINES));
    assert_eq!(last_words(&long), format!("{}[31mlast", "noise / ".repeat(LAST_LINES - 1)));
    assert_eq!(last_words(&"x".repeat(10_000)).len(), LONGEST_WORDS);
    assert_eq!(last_words(" \n"), "it ended without a word");
}
