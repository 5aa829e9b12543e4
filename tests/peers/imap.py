"""Python's own imaplib and email, and isync's mbsync, against the simulator's IMAP; environment as for msal_python.py, with
the address in OUTLOOK_SIM_IMAP.
"""

import email
import email.policy
import imaplib
import os
import pathlib
import re
import shutil
import ssl
import subprocess
import tempfile
import unittest
from datetime import datetime, timezone

from msal_python import control

HOST, ADDRESS = "outlook.office365.com", os.environ["OUTLOOK_SIM_IMAP"]
CA = os.environ["REQUESTS_CA_BUNDLE"]
SCOPE = "https://outlook.office.com/IMAP.AccessAsUser.All"
COUNT = 40


class Client(imaplib.IMAP4_SSL):
    """imaplib, led to where the simulator listens; the certificate is that of Microsoft's name."""

    def __init__(self):
        super().__init__(HOST, ssl_context=ssl.create_default_context(cafile=CA))

    def _create_socket(self, timeout):
        name, port = ADDRESS.rsplit(":", 1)
        raw = imaplib.socket.create_connection((name, int(port)), timeout)
        return self.ssl_context.wrap_socket(raw, server_hostname=self.host)


def mailbox(messages=COUNT):
    return control("POST", "/accounts", messages=messages)


def signed_in(smtp):
    token = control("POST", "/identity/access", account=smtp, scope=SCOPE)
    client = Client()
    said = f"user={smtp}\x01auth=Bearer {token['access_token']}\x01\x01"
    client.authenticate("XOAUTH2", lambda challenge: said.encode() if not challenge else b"")
    return client


def in_folder(smtp, folder):
    return [message for message in control("GET", f"/truth/{smtp}") if message["folder"] == folder]


def addresses(header):
    return [address.addr_spec for address in header.addresses] if header else []


class Imaplib(unittest.TestCase):
    def setUp(self):
        control("DELETE", "/knobs")

    def test_what_it_reads_is_what_the_mailbox_has(self):
        smtp = mailbox()["smtp"]
        client = signed_in(smtp)
        self.assertIn(b"MOVE", client.capability()[1][0].split())
        self.assertEqual(client.select("INBOX", readonly=True)[0], "OK")
        true = {message["internet_message_id"]: message for message in in_folder(smtp, "inbox")}
        uids = client.uid("SEARCH", "ALL")[1][0].split()
        self.assertEqual(len(uids), len(in_folder(smtp, "inbox")))
        for uid in uids:
            line, raw = client.uid("FETCH", uid, "(FLAGS INTERNALDATE BODY.PEEK[])")[1][0]
            read = email.message_from_bytes(raw, policy=email.policy.default)
            self.check(true[str(read["Message-ID"])], line, read)
        self.assertCountEqual(in_folder(smtp, "inbox"), true.values(), "who looks without a mark leaves none")
        client.logout()

    def check(self, true, line, read):
        self.assertEqual(read["Subject"], true["subject"])
        self.assertEqual(rb"\Seen" in line, true["is_read"])
        arrived = datetime(*imaplib.Internaldate2tuple(line)[:6]).astimezone(timezone.utc)
        self.assertEqual(arrived, datetime.fromisoformat(true["received"]))
        sent = [person["address"] for person in true["to"] if person["routing"] == "SMTP" and person["address"]]
        self.assertEqual([a for a in addresses(read["To"]) if not a.startswith("IMCEAEX")], sent)
        text = read.get_body(preferencelist=("plain",)).get_content()
        self.assertTrue(text.replace("\r\n", "\n").startswith(true["text"]), text)
        self.assertEqual(bool(list(read.iter_attachments())), true["has_attachments"] or "SMIME" in (true["item_class"] or ""))
        self.assertEqual(read.defects, [])

    def test_folders_have_their_roles_and_a_mail_moves(self):
        smtp = mailbox(10)["smtp"]
        client = signed_in(smtp)
        folders = [re.match(rb'\((.*?)\) "/" "?(.*?)"?$', line).groups() for line in client.list()[1]]
        sent = [name for attributes, name in folders if rb"\Sent" in attributes]
        trash = [name for attributes, name in folders if rb"\Trash" in attributes]
        self.assertEqual((len(sent), len(trash)), (1, 1))
        client.select("INBOX")
        uid = client.uid("SEARCH", "ALL")[1][0].split()[0]
        before = len(in_folder(smtp, "deleteditems"))
        answer, _ = client.uid("MOVE", uid, b'"' + trash[0] + b'"')
        self.assertEqual(answer, "OK")
        self.assertRegex(client.response("COPYUID")[1][0], rb"^\d+ %s \d+$" % uid)
        self.assertEqual(len(in_folder(smtp, "deleteditems")), before + 1)
        self.assertEqual(client.uid("FETCH", uid, "(FLAGS)")[1], [None])
        client.logout()

    def test_a_refused_token_is_an_error_with_and_without_a_challenge(self):
        smtp = mailbox(0)["smtp"]
        for quirks in ([], ["challenge"]):
            control("POST", "/knobs", set={"imap": {"quirks": quirks}})
            client, said = Client(), f"user={smtp}\x01auth=Bearer x\x01\x01"
            with self.assertRaisesRegex(imaplib.IMAP4.error, "AUTHENTICATE failed"):
                client.authenticate("XOAUTH2", lambda challenge, said=said: said.encode() if not challenge else b"")
            client.logout()


class Mbsync(unittest.TestCase):
    """It signs in with a password, for its tokens need a library that Debian has not."""

    def test_it_copies_the_mailbox(self):
        control("POST", "/knobs", set={"imap": {"passwords": True, "exact_sizes": True}})
        account = mailbox()
        with tempfile.TemporaryDirectory() as box:
            (pathlib.Path(box) / "mail").mkdir()
            config = pathlib.Path(box) / "mbsyncrc"
            config.write_text(f"""
                IMAPAccount sim
                Tunnel "openssl s_client -quiet -verify_quiet -verify_return_error -CAfile {CA} -verify_hostname {HOST} -connect {ADDRESS}"
                User {account['smtp']}
                Pass "{account['password']}"
                AuthMechs LOGIN

                IMAPStore far
                Account sim

                MaildirStore near
                Path {box}/mail/
                Inbox {box}/mail/INBOX
                SubFolders Verbatim

                Channel all
                Far :far:
                Near :near:
                Patterns *
                Create Near
                Sync Pull
                SyncState *
            """.replace("\n                ", "\n"))
            for _ in range(2):
                done = subprocess.run(["mbsync", "-c", config, "all"], capture_output=True, text=True, timeout=120, check=False)
                self.assertEqual(done.returncode, 0, done.stderr)
                copied = [path for path in pathlib.Path(box, "mail").rglob("*") if path.parent.name in ("cur", "new") and path.is_file()]
                self.assertEqual(len(copied), COUNT, done.stderr)
            ids = {email.message_from_bytes(path.read_bytes())["Message-ID"] for path in copied}
            self.assertEqual(ids, {message["internet_message_id"] for message in control("GET", f"/truth/{account['smtp']}")})


if __name__ == "__main__":
    assert shutil.which("mbsync"), "isync is installed by scripts/setup"
    unittest.main()
