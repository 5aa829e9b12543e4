"""Python dateparser behind the interface of `outlook-syncd dates`, at the setting that suits it best."""
import json
import re
import sys
import unicodedata
from datetime import datetime
from itertools import groupby

from dateparser.data.languages_info import language_locale_dict
from dateparser.date import DateDataParser

# What dateparser calls these.
CHINESE = {"zh-CN": "zh", "zh-TW": "zh-Hant", "zh-Hans": "zh", "zh-Hant": "zh-Hant"}


def settings(row):
    chosen = {"PREFER_DATES_FROM": "past", "RELATIVE_BASE": datetime.fromisoformat(row["now"])}
    if row.get("date_order"):
        chosen["DATE_ORDER"] = row["date_order"]
    return chosen


def parser(row):
    """A parser for the rows of one list; dateparser knows some regions, for the others the language."""
    locale = row["locale"]
    language = CHINESE.get(locale, locale.split("-")[0])
    if locale in language_locale_dict.get(language, []):
        return DateDataParser(locales=[locale], settings=settings(row))
    return DateDataParser(languages=[language], settings=settings(row))


def plain(text):
    """Without marks of direction; every kind of space and digit as ASCII has it."""
    text = "".join(" " if unicodedata.category(c) == "Zs" else c for c in text if unicodedata.category(c) != "Cf")
    return re.sub(r"\d", lambda digit: str(unicodedata.digit(digit[0])), text)


def answer(dates, text):
    found = dates.get_date_data(plain(text)).date_obj
    return {"string": text, "at": found and found.strftime("%Y-%m-%dT%H:%M"), "confidence": "high"}


def main():
    rows = map(json.loads, sys.stdin)
    for _, members in groupby(rows, key=lambda row: row["list"]):
        dates = None
        for row in members:
            dates = dates or parser(row)
            print(json.dumps(answer(dates, row["string"]), ensure_ascii=False))


main()
