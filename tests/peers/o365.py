"""O365, a client of contacts that many use, as it comes, against the simulator; environment as for msal_python.py.

It knows no changes: its own pages are led along the links of a round, and what it makes of each item is compared.
"""

import unittest

from msal_python import REDIRECT, control, register
from O365 import Account
from O365.address_book import Contact
from O365.utils import Pagination
from O365.utils.token import MemoryTokenBackend

SCOPES = ["https://graph.microsoft.com/Contacts.ReadWrite"]
PREFER = {"Prefer": 'IdType="ImmutableId", odata.maxpagesize=4'}


def signed_in(contacts):
    """A new mailbox, and O365 signed in to it by a page of its own choosing."""
    mailbox = control("POST", "/accounts", messages=0, contacts=contacts)["smtp"]
    client = Account(register(), auth_flow_type="public", token_backend=MemoryTokenBackend(), default_headers=PREFER)
    url, flow = client.con.get_authorization_url(requested_scopes=SCOPES, redirect_uri=REDIRECT)
    landed = control("POST", "/identity/visit", url=url, account=mailbox, accept=True)
    assert client.con.request_token(landed["url"], flow=flow)
    return mailbox, client


def held(mailbox, folder=None):
    every = control("GET", f"/contacts/{mailbox}")
    return [contact for contact in every if folder in (None, contact["folder_id"]) and contact["folder"] != "deleteditems"]


def told(contact):
    """What both sides say of a contact."""
    emails = [email.address for email in contact.emails if email.address]
    return contact.object_id, contact.display_name or "", contact.job_title or "", contact.business_phones, emails


def true(contact):
    members = contact["members"]
    # In lists O365 leaves out what has a name and no address.
    emails = [email["address"] for email in members.get("emailAddresses", []) if email.get("address")]
    phones = members.get("businessPhones", [])
    return contact["immutable_id"], members.get("displayName", ""), members.get("jobTitle", ""), phones, emails


class Round(Pagination):
    """A round of changes: it ends with the link to the next one."""

    def __init__(self, folder, link):
        super().__init__(parent=folder, constructor=Contact, next_link=link)
        self.con, self.end = self, None

    def get(self, link):
        answer = self.parent.con.get(link)
        self.end = answer.json().get("@odata.deltaLink")
        return answer


class O365(unittest.TestCase):
    def setUp(self):
        control("DELETE", "/knobs")

    def folders(self, client):
        book = client.address_book()
        home = book.con.get("https://graph.microsoft.com/v1.0/me/contactFolders/contacts").json()["id"]
        return book, [home, *(folder.folder_id for folder in book.get_folders())]

    def test_every_folder_is_walked_to_its_end_then_only_what_changed(self):
        mailbox, client = signed_in(30)
        book, folders = self.folders(client)
        self.assertEqual(len(folders), 2)
        for folder in folders:
            link = f"https://graph.microsoft.com/v1.0/me/contactFolders/{folder}/contacts/delta"
            first = Round(book, link)
            self.assertCountEqual([told(contact) for contact in first], [true(contact) for contact in held(mailbox, folder)])
            edited, removed = held(mailbox, folder)[:2]
            control("PATCH", f"/contacts/{mailbox}/{edited['id']}", members={"jobTitle": "Changed"})
            control("DELETE", f"/contacts/{mailbox}/{removed['id']}")
            later = Round(book, first.end)
            changed = {contact.object_id: contact.job_title for contact in later}
            self.assertEqual(changed, {edited["immutable_id"]: "Changed", removed["immutable_id"]: ""})
            self.assertEqual(list(Round(book, later.end)), [])

    def test_its_own_list_has_all_of_the_default_folder(self):
        mailbox, client = signed_in(30)
        book, [home, *_] = self.folders(client)
        listed = book.get_contacts(limit=None, batch=4)
        self.assertCountEqual([told(contact) for contact in listed], [true(contact) for contact in held(mailbox, home)])

    def test_a_contact_is_made_changed_and_deleted(self):
        mailbox, client = signed_in(0)
        book = client.address_book()
        contact = book.new_contact()
        contact.name, contact.surname, contact.job_title = "Ann", "Kite", "Pilot"
        contact.emails.add("ann@kite-sim.example")
        self.assertTrue(contact.save())
        [made] = held(mailbox)
        self.assertEqual((made["members"]["displayName"], made["members"]["jobTitle"]), ("Ann Kite", "Pilot"))
        contact.job_title = "Owl"
        self.assertTrue(contact.save())
        self.assertEqual(held(mailbox)[0]["members"]["jobTitle"], "Owl")
        found = book.get_contacts(query="emailAddresses/any(a:a/address eq 'ann@kite-sim.example')")
        self.assertEqual([contact.object_id for contact in found], [contact.object_id])
        self.assertTrue(contact.delete())
        self.assertEqual(held(mailbox), [])


if __name__ == "__main__":
    unittest.main()
