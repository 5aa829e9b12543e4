"""One run of a program: its answers, CPU time and peak memory."""
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

LOOK = 0.002


class Run(NamedTuple):
    lines: list  # of its output
    cpu: float  # seconds, of the program and its children
    peak: float  # MiB resident


def high_water(pid):
    """MiB. From /proc, as the resource usage of a child counts the memory of who started it."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0


def run(command, lines):
    with tempfile.TemporaryFile("w+", encoding="utf-8") as given, tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        given.writelines(lines)
        given.seek(0)
        pid = subprocess.Popen(command, stdin=given, stdout=said).pid
        peak, ended = 0, 0
        while not ended:
            peak = max(peak, high_water(pid))
            ended, status, usage = os.wait4(pid, os.WNOHANG)
            time.sleep(LOOK)
        if status:
            sys.exit(f"{command[0]} has ended with {os.waitstatus_to_exitcode(status)}")
        said.seek(0)
        return Run(list(said), usage.ru_utime + usage.ru_stime, peak)


def busy(command, lines, times):
    """Lines per second of one core, starting not counted, and the peak memory meanwhile."""
    start = run(command, []).cpu
    lines = list(lines) * times
    done = run(command, lines)
    return len(lines) / (done.cpu - start), done.peak
