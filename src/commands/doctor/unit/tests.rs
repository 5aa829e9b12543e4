use super::*;
use clap::Parser;

const UNIT: &str = "# /usr/lib/systemd/system/outlook-syncd.service
[Unit]
After=network-online.target
[Service]
Type=notify
ExecStart=/usr/bin/outlook-syncd run
# A comment
LoadCredential=key:/etc/outlook-syncd/key
RuntimeDirectory=outlook-syncd
SystemCallFilter=@system-service \\
chroot

# /etc/systemd/system/outlook-syncd.service.d/override.conf
[Service]
ExecStart=
ExecStart=/usr/bin/outlook-syncd --config /srv/sync.toml run
ProcSubset=pid
";

#[test]
fn the_box_is_the_units_with_its_drop_ins_and_nothing_that_starts_or_ends_it() {
    let cli = Cli::parse_from(["outlook-syncd", "--json", "doctor"]);
    let command = transient(&settings(UNIT), &cli);
    let args: Vec<_> = command.get_args().map(|arg| arg.to_str().unwrap()).collect();
    for property in [
        "LoadCredential=key:/etc/outlook-syncd/key",
        "SystemCallFilter=@system-service      chroot",
        "ProcSubset=pid",
    ] {
        assert!(args.contains(&property), "{property} is not in {args:?}");
    }
    assert!(
        !args
            .iter()
            .any(|arg| arg.starts_with("Type=") || arg.starts_with("ExecStart") || arg.starts_with("After"))
    );
    assert_eq!(args.iter().filter(|arg| arg.starts_with("RuntimeDirectory=")).count(), 1);
    let tail = ["--config", "/srv/sync.toml", "--json", "doctor", "--in-unit"];
    assert!(args.ends_with(&tail), "{args:?}");
}
