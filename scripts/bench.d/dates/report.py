"""From tallies to Markdown tables, and which bars are missed."""
import os
import platform

KINDS = ["time", "wd_time", "wd_date", "date", "title", "long", "rel", "rel_time"]
NAMES = {"wd_time": "weekday, time", "wd_date": "weekday, date", "rel": "relative", "rel_time": "relative, time"}


def table(head, *rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)


def percent(tally, verdict="right", group=""):
    return f"{tally.share(verdict, group):.2f} %"


def overview(ours, peer, version):
    return table(
        ["", "outlook-syncd", f"dateparser {version}"],
        ["right, locale given", percent(ours["locale"]), percent(peer["locale"])],
        ["right, language given, rows of a list together", percent(ours["language"]), percent(peer["language"])],
        ["right, locale and the mailbox's formats given", percent(ours["formats"]), ""],
        *([f"{text}, locale given", ours["locale"].count(name), peer["locale"].count(name)]
          for text, name in [("no answer", "none"), ("wrong", "wrong"), ("wrong without a doubt", "sure")]),
        ["strings per second of one core, JSON in and out", f"{ours['rate']:,.0f}", f"{peer['rate']:,.0f}"],
        ["peak memory, MiB", f"{ours['peak']:.1f}", f"{peer['peak']:.1f}"],
    )


def by_kind(ours, peer):
    ours, peer = ours["locale"], peer["locale"]

    def row(kind):
        cells = [f(tally) for tally in (ours, peer)
                 for f in (lambda t: percent(t, group=kind), lambda t: t.count("none", kind), lambda t: t.count("wrong", kind))]
        return [NAMES.get(kind, kind), ours.count("all", kind), *cells]

    return table(["kind", "strings", "right", "none", "wrong", "dateparser", "none", "wrong"], *map(row, KINDS))


def by_locale(ours, peer, locales):
    def row(locale):
        return [locale, *(percent(tallies[how], group=locale) for tallies in (ours, peer) for how in ("locale", "language"))]

    return table(["culture", "locale given", "language", "dateparser, locale", "language"], *map(row, locales))


def bars(ours, peer):
    """(name, limit, measured, met)"""
    right = {how: (ours[how].share("right"), peer[how].share("right")) for how in ("locale", "language")}
    sure = max(ours[how].share("sure") for how in ("locale", "language", "formats"))
    least = {"locale": 99.8, "language": 99.5}
    return [
        *((f"right, {how} given, %", f"at least {least[how]}", own, own >= least[how]) for how, (own, _) in right.items()),
        *((f"right, {how} given, %", f"dateparser's {other:.2f}", own, own > other) for how, (own, other) in right.items()),
        ("wrong with high confidence, %", "under 0.2", sure, sure < 0.2),
    ]


def report(ours, peer, version, command, locales):
    judged = bars(ours, peer)
    strings = ours["locale"].count("all")
    python = f"dateparser {version} on Python {platform.python_version()}"
    text = "\n\n".join([
        f"`{command}`: {strings} strings of {len(locales)} cultures, {os.cpu_count()} cores, {python}.",
        "Right is the day, and the minute where the string tells it. dateparser tells no confidence, so all that is wrong is so without a doubt.",
        overview(ours, peer, version),
        by_kind(ours, peer),
        by_locale(ours, peer, locales),
        table(["bar", "limit", "measured", ""],
              *([name, limit, f"{value:.2f}", "met" if met else "**missed**"] for name, limit, value, met in judged)),
    ])
    return text, not all(met for *_, met in judged)
