use super::*;
use nix::sys::resource::getrlimit;
use nix::unistd::{getgroups, getresuid};

/// These change their process, so they have one of their own.
fn alone(test: &str) -> Output {
    let name = format!("privileges::tests::{test}");
    let child = Command::new(std::env::current_exe().unwrap()).args(["--exact", &name, "--ignored"]).output();
    child.unwrap()
}

fn passed(child: &Output) -> bool {
    child.status.success() && String::from_utf8_lossy(&child.stdout).contains("1 passed")
}

#[test]
fn a_hardened_process_keeps_its_memory_and_files_to_itself() {
    let child = alone("hardened");
    assert!(passed(&child), "{child:?}");
}

#[test]
#[ignore = "run by a_hardened_process_keeps_its_memory_and_files_to_itself"]
fn hardened() {
    harden().unwrap();
    assert!(!prctl::get_dumpable().unwrap());
    assert_eq!(getrlimit(Resource::RLIMIT_CORE).unwrap(), (0, 0));
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("file");
    std::fs::write(&path, "").unwrap();
    let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&path).unwrap());
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn root_becomes_the_user_and_nothing_is_left_of_it() {
    if is_root() {
        let child = alone("dropped");
        assert!(passed(&child), "{child:?}");
    }
}

/// Runs twice: as root until it drops, then from the start as the user.
#[test]
#[ignore = "run by root_becomes_the_user_and_nothing_is_left_of_it"]
fn dropped() {
    let nobody = User::from_name("nobody").unwrap().unwrap();
    if is_root() {
        drop_to("nobody").unwrap();
    }
    let ids = getresuid().unwrap();
    assert_eq!((ids.real, ids.effective, ids.saved), (nobody.uid, nobody.uid, nobody.uid));
    assert_eq!(getgroups().unwrap(), [nobody.gid]);
    assert_eq!(std::env::var_os("HOME").unwrap(), nobody.dir.as_os_str());
    assert!(setuid(Uid::from_raw(0)).is_err());
}

#[test]
fn a_user_that_is_not_there_is_named() {
    let refused = drop_to("nobody-of-that-name").unwrap_err();
    assert!(matches!(&refused, PrivilegesError::NoUser(name) if name == "nobody-of-that-name"), "{refused}");
}

#[test]
fn the_line_to_run_names_the_user_and_survives_a_shell() {
    assert!(line_to_run("outlook-syncd").starts_with("runuser -u outlook-syncd -- /"));
    let words = ["--once", "it's", "", "a b", "$HOME", "x=1"];
    let line = words.map(quoted).join(" ");
    let shell = Command::new("sh").args(["-c", &format!("printf '%s\\n' {line}")]).output().unwrap();
    assert_eq!(String::from_utf8(shell.stdout).unwrap().lines().collect::<Vec<_>>(), words);
}

#[test]
fn a_service_whose_user_is_root_is_told_so_and_does_not_start_over_for_ever() {
    let refused = drop_to("root").unwrap_err();
    assert_eq!(refused.to_string(), "the user root is root");
}

#[test]
fn root_changes_no_file_whose_directories_another_may_write_to() {
    let dir = tempfile::tempdir().unwrap();
    assert!(is_roots_alone(Path::new("/etc/key")));
    assert!(!is_roots_alone(Path::new("/nonexistent/key")));
    if is_root() {
        let nested = dir.path().join("nested");
        std::fs::create_dir(&nested).unwrap();
        assert!(is_roots_alone(&nested.join("key")));
        let nobody = User::from_name("nobody").unwrap().unwrap();
        nix::unistd::chown(dir.path(), Some(nobody.uid), None).unwrap();
        assert!(!is_roots_alone(&nested.join("key")));
    } else {
        assert!(!is_roots_alone(&dir.path().join("key")));
    }
}
