"""The API, asked by its description as Schemathesis thinks of it: fuzz.py GIVEN.json, which says who asks and what there is.

It judges that nothing is answered beside the description, no fault of ours, and nothing taken that the description
refuses. What we add: each operation comes to an end that it is for, no answer holds what is another owner's, and by
another's ids there is nothing to be had.
"""

import json
import os
import sys
import time
import uuid
from pathlib import Path
from urllib.parse import quote, unquote

import requests
import schemathesis
from hypothesis import strategies
from schemathesis.cli import schemathesis as command

GIVEN = json.loads(Path(sys.argv[1]).read_text())
DOCUMENT = Path(__file__).resolve().parents[2] / "docs/openapi.json"
IDS = {name.strip("{}"): value for name, value in GIVEN["ids"].items()} | {"error": "not_found", "position": "0"}
OTHER = GIVEN["other"]
NOT_CONNECTED = GIVEN["spare"].pop()
JPEG = b"\xff\xd8\xff" + bytes(40)

# What wants a person at Microsoft's pages; tests of its own go through it.
BY_A_PERSON = ["answerConnect", "finishPopup", "bindPopup", "endPopup", "showPopup"]
# What is done to mailboxes that are read by Microsoft Graph; tests of its own go through it.
BY_GRAPH = ["actOnMessages", "getAttachmentContent", "getMessageMime",
            "sendMail", "getOutboxEntry", "retryOutboxEntry", "dropOutboxEntry"]
# What is settled once is not there to be settled again.
SETTLED_ONCE = ["answerMatch", "resolveContact"]
# What cannot be said in a schema refuses valid data too: a moment that has passed, an origin that is not set.
UNSAYABLE = "positive_data_acceptance"
CONFIG = f"""
continue-on-failure = true

[auth.openapi.bearer]
bearer = "{GIVEN["bearer"]}"

[parameters]
{chr(10).join(f'"path.{name}" = "{value}"' for name, value in IDS.items())}

[generation]
max-examples = 6
no-shrink = true
deterministic = true
database = "none"

[checks]
{UNSAYABLE}.enabled = false

[warnings]
fail-on = true

[[operations]]
include-operation-id = {json.dumps(BY_A_PERSON + BY_GRAPH + SETTLED_ONCE)}
warnings = false

# A mailbox that is not well, and a cycle that does not end, are no faults of the answer.
[[operations]]
include-operation-id = ["getHealth", "runCycle", "postCycle"]
checks.not_a_server_error.expected-statuses = ["2xx", "4xx", "503"]
"""


def ask(method, path, may_be=None, **more):
    headers = {"Authorization": f"Bearer {GIVEN['bearer']}"} | more.pop("headers", {})
    answer = requests.request(method, GIVEN["url"] + path, headers=headers, timeout=30, **more)
    assert answer.ok or answer.status_code == may_be, f"{method} {path}: {answer.status_code} {answer.text}"
    return answer.json() if answer.ok and answer.content else None


made = []


def contact():
    card = {"texts": {"display_name": f"Made {uuid.uuid4()}"}}
    return ask("POST", f"/v1/accounts/{IDS['id']}/contacts", json={"card": card})["id"]


def token():
    asked = {"name": "to be revoked", "scopes": ["read"], "expires_at": GIVEN["until"]}
    return ask("POST", "/v1/tokens", json=asked)["id"]


def connect():
    """One that has ended: it is kept until its owner begins another, or it is given up."""
    if made and ask("GET", f"/v1/connects/{made[-1]}", may_be=404):
        return made[-1]
    asked = {"login": "nobody@example.test", "password": str(uuid.uuid4()), "user": GIVEN["owner"]}
    # So many of a user are under way at once; those that were begun by the way have to end first.
    for _ in range(100):
        if begun := ask("POST", "/v1/connects", may_be=409, json=asked):
            made.append(begun["id"])
            return made[-1]
        time.sleep(0.1)
    raise AssertionError("no connect can be begun")


def photo():
    path = f"/v1/accounts/{IDS['id']}/contacts/{IDS['contact']}/photo"
    ask("PUT", path, data=JPEG, headers={"Content-Type": "image/jpeg", "If-Match": "*"})


def spare():
    return GIVEN["spare"].pop() if GIVEN["spare"] else str(uuid.uuid4())


# What an operation destroys, or finds only once somebody has made it.
MADE = {
    "removeContact": ("contact", contact),
    "revokeToken": ("token", token),
    "disconnectAccount": ("id", spare),
    "getConnect": ("connect", connect),
    "endConnect": ("connect", connect),
    "answerConnect": ("connect", connect),
}


schemathesis.openapi.media_type("image/jpeg", strategies.just(JPEG))


@schemathesis.hook
def before_call(context, case, kwargs):
    operation = case.operation.definition.raw["operationId"]
    if operation in MADE:
        name, make = MADE[operation]
        case.path_parameters[name] = make()
    if operation == "endConnection":
        case.query["account"] = NOT_CONNECTED
    if operation in ("getPhoto", "removePhoto"):
        photo()
    if operation in ("getContactSync", "getAddressSync"):
        ask("POST", case.formatted_path)
    if case.meta is not None and case.meta.generation.mode.is_positive:
        say_what_no_schema_says(operation, case)


def say_what_no_schema_says(operation, case):
    """Puts what would always be refused right: a tag that was read, a card, a moment to come."""
    if "If-Match" in (case.headers or {}):
        case.headers["If-Match"] = "*"
    if operation == "addContact":
        case.body["card"] = {"texts": {"display_name": f"Made {uuid.uuid4()}"}}
    if operation == "makeToken":
        case.body = {"name": "made", "scopes": ["read"], "expires_at": GIVEN["until"]}
    if operation in ("runCycle", "postCycle"):
        case.query["wait"] = "0"
    if GIVEN["user"] is None and operation in ("beginPopup", "getConnection"):
        case.query = {"user": GIVEN["owner"]}
    if GIVEN["user"] is None and operation == "makeDashboardLink":
        case.body = {"user": GIVEN["owner"]}
    if operation == "makeDashboardCard":
        case.body = {"origin": "https://crm.example.test", "user": GIVEN["owner"]}
    if operation == "beginConnect":
        case.body = {"login": "somebody@example.test", "password": str(uuid.uuid4()), "user": GIVEN["owner"]}


def written(request):
    """All that was asked with."""
    body = request.body.decode(errors="replace") if isinstance(request.body, bytes) else str(request.body)
    return " ".join([unquote(request.url), body, *request.headers.values()])


def others_of(text):
    return [mark for mark in OTHER["marks"] if mark in text]


@schemathesis.check
def nothing_of_another_owner_is_answered(ctx, response, case):
    if OTHER is not None:
        asked = written(response.request)
        found = [mark for mark in others_of(response.content.decode(errors="replace") + str(response.headers)) if mark not in asked]
        assert not found, f"what is another owner's: {found}"


@schemathesis.check
def another_owners_is_no_different_from_none(ctx, response, case):
    """The same request with an id in its path replaced by the other owner's, and by nobody's; two of each operation."""
    label = case.operation.label
    if OTHER is None or response.status_code >= 400 or not case.path_parameters or tried.setdefault(label, 0) == 2:
        return
    tried[label] += 1
    for name, value in case.path_parameters.items():
        theirs = OTHER["ids"].get("{" + name + "}")
        # An address is nobody's.
        if name != "address" and theirs is not None:
            told, none = (answered(response.request, value, other) for other in (theirs, str(uuid.uuid4())))
            assert told == none, f"{name} in {response.request.url}: {told}, and of nobody's {none}"


def answered(request, value, other):
    request = request.copy()
    request.url = request.url.replace(quote(str(value)), other)
    answer = requests.Session().send(request, timeout=30)
    return answer.status_code, answer.text.replace(other, "{}")


tried = {}


@schemathesis.check
class EachOperationComesToAnEnd:
    """Each operation has an answer that is no refusal."""

    def __init__(self):
        self.asked, self.came = set(), set()

    def after_response(self, ctx, response, case):
        operation = case.operation.definition.raw["operationId"]
        self.asked.add(operation)
        if response.status_code < 400 or (operation == "getHealth" and response.status_code == 503):
            self.came.add(operation)

    def after_run(self, ctx):
        refused = self.asked - self.came - set(BY_A_PERSON + BY_GRAPH)
        assert not refused, f"always refused: {sorted(refused)}"


os.chdir(Path(sys.argv[1]).resolve().parent)
Path("schemathesis.toml").write_text(CONFIG)
asked = ["--config-file", "schemathesis.toml", "run", str(DOCUMENT), "--url", GIVEN["url"]]
sys.argv[1:] = [*asked, "--phases", GIVEN["phases"], "--suppress-health-check", "all", "--exclude-deprecated"]
command()
