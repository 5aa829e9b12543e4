"""Right, none or wrong: what became of each row."""
import json
import sys
from collections import Counter
from typing import NamedTuple


class Tally(NamedTuple):
    counts: Counter  # of (group, verdict), where a group is all rows, a kind or a locale
    failures: list

    def count(self, verdict, group=""):
        return self.counts[group, verdict]

    def share(self, verdict, group=""):
        return 100 * self.count(verdict, group) / self.count("all", group)


def verdict(expected, answer):
    at = answer["at"]
    if not at:
        return "none"
    return "right" if at[: len(expected)] == expected else "wrong"


def tally(rows, lines):
    answers = [json.loads(line) for line in lines]
    if [text for _, text, *_ in rows] != [answer["string"] for answer in answers]:
        sys.exit(f"{len(answers)} answers to {len(rows)} rows, or others than asked for")
    counts, failures = Counter(), []
    for (of, text, expected, kind), answer in zip(rows, answers):
        found = verdict(expected, answer)
        verdicts = ["all", found]
        if found == "wrong" and answer["confidence"] == "high":
            verdicts.append("sure")
        counts.update((group, verdict) for group in ("", kind, of["locale"]) for verdict in verdicts)
        if found != "right":
            failures.append(f"{of['list']} {text!r}: {answer['at']} ({answer['confidence']}), expected {expected}")
    return Tally(counts, failures)
