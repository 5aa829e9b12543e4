"""The lists of tests/data/dates and the lines that ask a program about them."""
import json
from pathlib import Path

PATH = Path(__file__).parents[3] / "tests/data/dates/lists.jsonl"
# Chinese alone is two scripts with two sets of words, and dateparser wants to know which.
SCRIPTED = {"zh-CN": "zh-Hans", "zh-TW": "zh-Hant"}


def load(quick):
    """All lists; with `quick` every fifth, which meets every culture and every variant."""
    lists = [json.loads(line) for line in PATH.read_text(encoding="utf-8").splitlines()]
    return lists[::5] if quick else lists


def rows(lists):
    """(list, text, expected, kind) of every row; `expected` is as long as the text is precise."""
    return [(of, *row) for of in lists for row in of["rows"]]


def order(pattern):
    """DMY, MDY or YMD: the order of a pattern's fields."""
    return "".join(dict.fromkeys(letter for letter in pattern.upper() if letter in "DMY"))


def orders(lists):
    """The order of each culture's default pattern, which is that of today's client."""
    return {of["locale"]: order(of["date_format"]) for of in lists if of["variant"] == "react"}


def asked(lists, extra):
    """JSON lines for a program; `extra` gives what it is told of a list."""
    for of in lists:
        told = {"tz": of["tz"], "now": of["now"], "list": of["list"], **extra(of)}
        for index, (text, *_) in enumerate(of["rows"]):
            yield json.dumps({"string": text, **told, "row": index}, ensure_ascii=False) + "\n"


def locale(of):
    return {"locale": of["locale"]}


def language(of):
    return {"locale": of["locale"].split("-")[0]}


def formats(of):
    return {name: of[name] for name in ("locale", "date_format", "time_format")}


def peer_locale(by_locale):
    return lambda of: {"locale": of["locale"], "date_order": by_locale[of["locale"]]}


def peer_language(of):
    return {"locale": SCRIPTED.get(of["locale"], of["locale"].split("-")[0])}
