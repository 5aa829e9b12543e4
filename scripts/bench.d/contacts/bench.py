"""A mailbox's contacts read by outlook-syncd and by a plain script: the first time, after changes, with nothing new.
bench.py RUN_DIR [--quick]; RUN_DIR/bin has both programs; runs with the packages of the plain script on its path."""
import os
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

from world import World

RUN = Path(sys.argv[1])
PLACE = RUN / "tmp/contacts"
QUICK = sys.argv[2:] == ["--quick"]
CONTACTS, CHANGES, CYCLES = (5_000 if QUICK else 100_000), 100, 3
# outlook-syncd is to be so many times as fast where the server does not set the pace.
FASTER = 5


def say(text):
    print(f"==> {text}", file=sys.stderr)


class Reader:
    """A program that reads the mailbox whenever it is run."""

    def __init__(self, name, command, environment, database, world):
        self.name, self.command, self.environment, self.database = name, command, environment, database
        self.world, self.figures = world, {}

    def run(self, stage, times=1):
        self.world.requests()
        wall = cpu = memory = 0.0
        for _ in range(times):
            began = time.monotonic()
            with open(PLACE / f"{self.name}.log", "ab") as log:
                child = subprocess.Popen(self.command, env=self.environment, stdout=log, stderr=log)
            _, status, used = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            if child.returncode:
                raise SystemExit(f"{self.name} ended with {child.returncode}: {PLACE / f'{self.name}.log'}")
            wall += time.monotonic() - began
            cpu += used.ru_utime + used.ru_stime
            memory = max(memory, used.ru_maxrss / 1024)
        requests = {kind: count / times for kind, count in self.world.requests().items()}
        self.figures[stage] = {"wall": wall / times, "cpu": cpu / times, "memory": memory, "requests": requests}
        say(f"{self.name}, {stage}: {wall / times:.2f} s, {cpu / times:.2f} CPU s, {memory:.0f} MiB, {requests}")

    def ask(self, query, *values):
        with sqlite3.connect(self.database) as database:
            return database.execute(query, values).fetchone()[0]


def syncd(world):
    program, state = RUN / "bin/outlook-syncd", PLACE / "state"
    settings = {
        "STATE_DIR": state, "KEY__FILE": PLACE / "key", "OAUTH__CLIENT_ID": world.client, "OAUTH__USES": '["contacts"]',
        "SIMULATOR__HTTPS": world.said["https"], "SIMULATOR__SPKI_SHA256": world.said["spki_sha256"],
        "SIMULATOR__CA_FILE": world.ca, "SYNC__SCHEDULE": "0 0 1 1 *", "SYNC__ACCOUNT_LIMIT": "30m",
    }
    environment = {f"OUTLOOK_SYNCD_{name}": str(value) for name, value in settings.items()}
    environment |= {"PATH": "/usr/bin:/bin", "HOME": str(PLACE), "TMPDIR": str(PLACE)}
    state.mkdir(mode=0o700)
    subprocess.run([program, "key", "new", PLACE / "key"], env=environment, check=True, stdout=subprocess.DEVNULL)
    threading.Thread(target=world.type_code).start()
    connect = [program, "account", "connect", "--owner", "bench", "--device-code", world.smtp]
    subprocess.run(connect, env=environment, check=True, stdout=subprocess.DEVNULL)
    return Reader("outlook-syncd", [program, "--once"], environment, state / "outlook-syncd.db", world)


def plain(world):
    database = PLACE / "plain.db"
    environment = os.environ | {"HTTPS_PROXY": world.said["proxy"], "REQUESTS_CA_BUNDLE": world.ca}
    command = [sys.executable, Path(__file__).with_name("plain.py"), world.client, database]
    return Reader("plain script", command, environment, database, world)


def due(reader):
    """Makes the account due, and forgets the photos that are to be looked at, which come by the hundred in later cycles."""
    with sqlite3.connect(reader.database) as database:
        database.execute("UPDATE part_state SET next_at = 0, not_before = NULL")
        database.execute("UPDATE contact_link SET photo_due_at = NULL")


def first(ours, theirs):
    ours.run("first sync")
    threading.Thread(target=ours.world.type_code).start()
    theirs.run("first sync")
    held = ours.ask("SELECT COUNT(*) FROM contact WHERE gone_at IS NULL")
    if held != theirs.ask("SELECT COUNT(*) FROM contact"):
        raise SystemExit(f"outlook-syncd has {held} contacts, the plain script another number")
    return held


def changed(ours, theirs):
    title = ours.world.edit(CHANGES)
    due(ours)
    for reader, column in ((ours, "job_title"), (theirs, "jobTitle")):
        reader.run(f"{CHANGES} changes")
        found = reader.ask(f"SELECT COUNT(*) FROM contact WHERE {column} = ?", title)
        if found != CHANGES:
            raise SystemExit(f"{reader.name} has {found} of {CHANGES} changes")


def unchanged(ours, theirs):
    for _ in range(CYCLES):
        due(ours)
        ours.run("nothing new")
    theirs.run("nothing new", CYCLES)
    # What a program that reads nothing costs.
    ours.run("nothing due", CYCLES)


def table(readers):
    rows = ["| | stage | s | CPU s | peak RSS, MiB | requests |", "|---|---|---|---|---|---|"]
    for stage in readers[0].figures:
        for reader in (reader for reader in readers if stage in reader.figures):
            figures = reader.figures[stage]
            requests = ", ".join(f"{count:g} {kind}" for kind, count in figures["requests"].items())
            seconds = f"{figures['wall']:.2f} | {figures['cpu']:.2f} | {figures['memory']:.0f}"
            rows.append(f"| {reader.name} | {stage} | {seconds} | {requests} |")
    return "\n".join(rows)


def main():
    PLACE.mkdir(parents=True)
    world = World(RUN / "bin/outlook-sim", PLACE, CONTACTS)
    try:
        readers = syncd(world), plain(world)
        held = first(*readers)
        changed(*readers)
        unchanged(*readers)
    finally:
        world.stop()
    print(f"{held} contacts; {os.cpu_count()} cores, the simulator on the same ones.\n\n{table(readers)}")
    ours, theirs = (reader.figures["first sync"]["cpu"] for reader in readers)
    print(f"\nThe plain script takes {theirs / ours:.1f} times the CPU of outlook-syncd in the first sync (bar: {FASTER}).")
    return 0 if theirs / ours >= FASTER else 1


sys.exit(main())
