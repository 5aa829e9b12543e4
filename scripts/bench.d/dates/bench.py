"""The dates of message lists, read by our program and by Python dateparser.
bench.py PROGRAM [--quick]; runs in the virtual environment that holds dateparser."""
import sys
from importlib.metadata import version
from pathlib import Path

import lists
from measure import busy, run
from report import report
from tally import tally

PEER = [sys.executable, str(Path(__file__).with_name("peer.py"))]
# Enough for seconds of work: our program reads the set in milliseconds.
TIMES = 50
SHOWN = 20


def say(text):
    print(f"==> {text}", file=sys.stderr)


def measured(name, command, chosen, ways, times):
    rows, result = lists.rows(chosen), {}
    for way, extra in ways.items():
        say(f"{name}, {way} given")
        result[way] = tally(rows, run(command, lists.asked(chosen, extra)).lines)
    say(f"{name}, rate")
    rate, peak = busy(command, lists.asked(chosen, ways["locale"]), times)
    return {**result, "rate": rate, "peak": peak}


def main(program, quick):
    chosen = lists.load(quick)
    ways = {"locale": lists.locale, "language": lists.language, "formats": lists.formats}
    peer_ways = {"locale": lists.peer_locale(lists.orders(lists.load(False))), "language": lists.peer_language}
    ours = measured("outlook-syncd", [program, "dates"], chosen, ways, TIMES)
    peer = measured("dateparser", PEER, chosen, peer_ways, 1)
    command = "scripts/bench dates" + (" --quick" if quick else "")
    text, missed = report(ours, peer, version("dateparser"), command, list(dict.fromkeys(of["locale"] for of in chosen)))
    print(text)
    for way in ways:
        for failure in ours[way].failures[:SHOWN]:
            say(f"not right, {way} given: {failure}")
    return 1 if missed else 0


sys.exit(main(sys.argv[1], "--quick" in sys.argv[2:]))
