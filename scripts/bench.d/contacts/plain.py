"""The plain script: plain.py CLIENT_ID DATABASE. Reads a mailbox's contact folders by delta, as outlook-syncd does, and keeps each
contact in SQLite: a row with its texts, one for each address and number, and the delta link of each folder. Nothing is compared,
merged or verified."""
import json
import sqlite3
import sys
import time
from pathlib import Path

import requests

LOGIN = "https://login.microsoftonline.com/common/oauth2/v2.0"
GRAPH = "https://graph.microsoft.com/v1.0"
SCOPE = "https://graph.microsoft.com/Contacts.ReadWrite offline_access openid"
TEXTS = """displayName fileAs title givenName middleName surname generation initials nickName yomiGivenName yomiSurname
    yomiCompanyName companyName department jobTitle officeLocation profession manager assistantName businessHomePage spouseName
    personalNotes mobilePhone birthday parentFolderId changeKey""".split()
LISTS = "businessPhones homePhones imAddresses children categories emailAddresses".split()
PLACES = "businessAddress homeAddress otherAddress".split()
SELECT = ",".join(TEXTS + LISTS + PLACES)
PREFER = 'IdType="ImmutableId", odata.maxpagesize=%d'

SCHEMA = f"""
CREATE TABLE IF NOT EXISTS folder (id TEXT PRIMARY KEY, link TEXT);
CREATE TABLE IF NOT EXISTS contact (id TEXT PRIMARY KEY, {", ".join(f"{name} TEXT" for name in TEXTS + LISTS + PLACES)});
CREATE TABLE IF NOT EXISTS email (contact TEXT, address TEXT, name TEXT);
CREATE TABLE IF NOT EXISTS phone (contact TEXT, kind TEXT, number TEXT);
CREATE INDEX IF NOT EXISTS email_contact ON email (contact);
CREATE INDEX IF NOT EXISTS phone_contact ON phone (contact);
"""


def sign_in(session, client, kept):
    if kept.exists():
        form = {"grant_type": "refresh_token", "refresh_token": kept.read_text(), "client_id": client, "scope": SCOPE}
        answer = session.post(f"{LOGIN}/token", data=form).json()
    else:
        device = session.post(f"{LOGIN}/devicecode", data={"client_id": client, "scope": SCOPE}).json()
        grant = "urn:ietf:params:oauth:grant-type:device_code"
        form = {"grant_type": grant, "client_id": client, "device_code": device["device_code"]}
        answer = session.post(f"{LOGIN}/token", data=form).json()
        while "access_token" not in answer:
            time.sleep(1)
            answer = session.post(f"{LOGIN}/token", data=form).json()
    kept.write_text(answer["refresh_token"])
    session.headers["authorization"] = f"Bearer {answer['access_token']}"


def folders(session):
    found = [session.get(f"{GRAPH}/me/contactFolders/contacts").json()["id"]]
    below = [f"{GRAPH}/me/contactFolders"]
    while below:
        for folder in session.get(below.pop()).json()["value"]:
            found.append(folder["id"])
            below.append(f"{GRAPH}/me/contactFolders/{folder['id']}/childFolders")
    return found


def keep(database, item):
    for table in ("email", "phone"):
        database.execute(f"DELETE FROM {table} WHERE contact = ?", (item["id"],))
    if "@removed" in item:
        database.execute("DELETE FROM contact WHERE id = ?", (item["id"],))
        return
    values = [item["id"], *(item.get(name) for name in TEXTS), *(json.dumps(item.get(name)) for name in LISTS + PLACES)]
    database.execute(f"INSERT OR REPLACE INTO contact VALUES ({', '.join('?' * len(values))})", values)
    emails = [(item["id"], email.get("address"), email.get("name")) for email in item.get("emailAddresses") or []]
    database.executemany("INSERT INTO email VALUES (?, ?, ?)", emails)
    phones = [(item["id"], kind, number) for kind in ("businessPhones", "homePhones") for number in item.get(kind) or []]
    database.executemany("INSERT INTO phone VALUES (?, ?, ?)", phones)


def read(session, database, folder, link):
    address = link or f"{GRAPH}/me/contactFolders/{folder}/contacts/delta?$select={SELECT}"
    while address:
        page = session.get(address, headers={"prefer": PREFER % 200}).json()
        with database:
            for item in page["value"]:
                keep(database, item)
            address = page.get("@odata.nextLink")
            row = (folder, address or page["@odata.deltaLink"])
            database.execute("INSERT OR REPLACE INTO folder VALUES (?, ?)", row)


def compare(session, database, folder):
    """The ids of the folder once more, as a list."""
    listed, address = set(), f"{GRAPH}/me/contactFolders/{folder}/contacts?$select=id,changeKey&$count=true"
    while address:
        page = session.get(address, headers={"prefer": PREFER % 999}).json()
        listed.update(item["id"] for item in page["value"])
        address = page.get("@odata.nextLink")
    stored = {row[0] for row in database.execute("SELECT id FROM contact WHERE parentFolderId = ?", (folder,))}
    if listed != stored:
        raise SystemExit(f"{len(listed ^ stored)} contacts differ")


def main(client, path):
    session, database = requests.Session(), sqlite3.connect(path)
    database.execute("PRAGMA journal_mode = WAL")
    database.executescript(SCHEMA)
    sign_in(session, client, Path(path).with_suffix(".token"))
    known = dict(database.execute("SELECT id, link FROM folder"))
    for folder in list(known) or folders(session):
        read(session, database, folder, known.get(folder))
        if folder not in known:
            compare(session, database, folder)


main(*sys.argv[1:])
