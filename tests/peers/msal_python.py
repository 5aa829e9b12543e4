"""MSAL for Python as it comes, against the simulator: HTTPS_PROXY leads it there, REQUESTS_CA_BUNDLE names the test CA.

Environment: OUTLOOK_SIM_CONTROL, the address of the control interface.
"""

import os
import pathlib
import unittest

import msal
import requests

CONTROL = os.environ["OUTLOOK_SIM_CONTROL"]
LOGIN = "https://login.microsoftonline.com"
REDIRECT = "http://localhost:4000/cb"
GRAPH = ["User.Read"]
IMAP = ["https://outlook.office.com/IMAP.AccessAsUser.All"]
CONSUMERS = "9188040d-6c67-4c5b-b112-36a304b66dad"

# The control interface is on this machine and never behind the proxy.
session = requests.Session()
session.trust_env = False


def control(method, path, **body):
    answer = session.request(method, CONTROL + path, json=body or None, timeout=10)
    answer.raise_for_status()
    return answer.json()


def register(**app):
    return control("POST", "/identity/apps", redirect_uris=["http://localhost/cb"], **app)["client_id"]


def refreshes(account):
    return control("GET", f"/requests?account={account['smtp']}")["counts"].get("refresh_token", 0)


def sign_in(app, account, scopes, accept=True):
    flow = app.initiate_auth_code_flow(scopes, redirect_uri=REDIRECT, response_mode="form_post")
    landed = control("POST", "/identity/visit", url=flow["auth_uri"], account=account["smtp"], accept=accept)
    assert landed["url"] == REDIRECT, landed
    return app.acquire_token_by_auth_code_flow(flow, dict(landed["fields"]))


def who_am_i(token):
    headers = {"Authorization": f"Bearer {token}"}
    return requests.get("https://graph.microsoft.com/v1.0/me", headers=headers, timeout=10)


class Msal(unittest.TestCase):
    def setUp(self):
        control("DELETE", "/knobs")
        control("DELETE", "/requests")
        self.account = control("POST", "/accounts", messages=0)
        self.app = self.public()

    def public(self, authority="common", **app):
        return msal.PublicClientApplication(register(**app), authority=f"{LOGIN}/{authority}")

    def knobs(self, *failures, **identity):
        fail = [{"actions": [action], "times": 1, **failure} for action, failure in failures]
        body = {"account": self.account["smtp"], "set": {"identity": identity}, "fail": fail}
        control("POST", "/knobs", **body)

    def tokens(self, result):
        self.assertNotIn("error", result, result)
        return result

    def silent(self, app, scopes, **options):
        [account] = app.get_accounts()
        return app.acquire_token_silent_with_error(scopes, account, **options)

    def test_code_then_silent(self):
        result = self.tokens(sign_in(self.app, self.account, GRAPH))
        claims = result["id_token_claims"]
        self.assertEqual((claims["oid"], claims["tid"]), (self.account["oid"], self.account["tenant"]))
        self.assertEqual(claims["preferred_username"], self.account["smtp"])
        self.assertEqual(who_am_i(result["access_token"]).json()["mail"], self.account["smtp"])
        kept = self.tokens(self.silent(self.app, GRAPH))
        self.assertEqual(kept["access_token"], result["access_token"])
        self.assertEqual(refreshes(self.account), 0)
        fresh = self.tokens(self.silent(self.app, GRAPH, force_refresh=True))
        self.assertNotEqual(fresh["access_token"], result["access_token"])
        self.assertEqual(refreshes(self.account), 1)
        self.assertEqual(who_am_i(fresh["access_token"]).status_code, 200)

    def test_one_refresh_token_for_two_resources(self):
        self.tokens(sign_in(self.app, self.account, GRAPH))
        refused = self.silent(self.app, IMAP)
        self.assertEqual((refused["error"], refused["error_codes"]), ("invalid_grant", [65001]))
        self.assertEqual(refused["classification"], "consent_required")
        self.tokens(sign_in(self.app, self.account, IMAP))
        graph = self.tokens(self.silent(self.app, GRAPH, force_refresh=True))
        imap = self.tokens(self.silent(self.app, IMAP, force_refresh=True))
        self.assertEqual(who_am_i(graph["access_token"]).status_code, 200)
        self.assertEqual(who_am_i(imap["access_token"]).status_code, 401)

    def test_declined(self):
        result = sign_in(self.app, self.account, GRAPH, accept=False)
        self.assertEqual(result["error"], "access_denied")

    def test_device_code(self):
        control("POST", "/knobs", set={"identity": {"device_interval_s": 1}})
        flow = self.app.initiate_device_flow(GRAPH)
        once = {"exit_condition": lambda flow: True}
        pending = self.app.acquire_token_by_device_flow(flow, **once)
        self.assertEqual(pending["error"], "authorization_pending")
        control("POST", "/identity/device", user_code=flow["user_code"], account=self.account["smtp"])
        result = self.tokens(self.app.acquire_token_by_device_flow(flow))
        self.assertEqual(result["id_token_claims"]["oid"], self.account["oid"])
        self.tokens(self.silent(self.app, GRAPH, force_refresh=True))

    def test_device_code_declined_and_expired(self):
        flow = self.app.initiate_device_flow(GRAPH)
        answer = {"user_code": flow["user_code"], "account": self.account["smtp"], "accept": False}
        control("POST", "/identity/device", **answer)
        self.assertEqual(self.app.acquire_token_by_device_flow(flow)["error"], "authorization_declined")
        flow = self.app.initiate_device_flow(GRAPH)
        control("POST", "/identity/device/expire")
        self.assertEqual(self.app.acquire_token_by_device_flow(flow)["error"], "expired_token")

    def test_secret(self):
        client = register(secret="right")
        options = {"authority": f"{LOGIN}/organizations"}
        app = msal.ConfidentialClientApplication(client, client_credential="right", **options)
        self.tokens(sign_in(app, self.account, GRAPH))
        self.tokens(self.silent(app, GRAPH, force_refresh=True))
        app = msal.ConfidentialClientApplication(client, client_credential="wrong", **options)
        result = sign_in(app, self.account, GRAPH)
        self.assertEqual((result["error"], result["error_codes"]), ("invalid_client", [7000215]))

    def test_certificate(self):
        pair = (pathlib.Path(__file__).parent / "certificate.pem").read_text()
        certificate, key = pair.split("-----BEGIN PRIVATE")
        client, options = register(certificate=certificate), {"authority": f"{LOGIN}/organizations"}
        credential = {"private_key": "-----BEGIN PRIVATE" + key, "public_certificate": certificate}
        app = msal.ConfidentialClientApplication(client, client_credential=credential, **options)
        self.tokens(sign_in(app, self.account, GRAPH))
        self.tokens(self.silent(app, GRAPH, force_refresh=True))
        other = {**credential, "private_key": (pathlib.Path(__file__).parent / "other.pem").read_text().split("-----END CERTIFICATE-----\n")[1]}
        app = msal.ConfidentialClientApplication(client, client_credential=other, **options)
        result = sign_in(app, self.account, GRAPH)
        self.assertEqual((result["error"], result["error_codes"]), ("invalid_client", [50012]))

    def test_tenants(self):
        for authority in ["northwind-sim.example", self.account["tenant"]]:
            app = self.public(authority, audience="tenant")
            self.tokens(sign_in(app, self.account, GRAPH))
        with self.assertRaises(ValueError):
            self.public("nowhere.example").initiate_auth_code_flow(GRAPH, redirect_uri=REDIRECT)

    def test_personal_account(self):
        self.knobs(account="personal")
        app = self.public("consumers")
        result = self.tokens(sign_in(app, self.account, GRAPH))
        self.assertEqual(result["id_token_claims"]["tid"], CONSUMERS)
        self.assertIsNone(who_am_i(result["access_token"]).json()["mail"])
        self.tokens(self.silent(app, GRAPH, force_refresh=True))

    def test_strict_rotation(self):
        self.knobs(rotation="strict")
        self.tokens(sign_in(self.app, self.account, GRAPH))
        for _ in range(3):
            self.tokens(self.silent(self.app, GRAPH, force_refresh=True))
        self.assertEqual(refreshes(self.account), 3)

    def test_revoked(self):
        self.tokens(sign_in(self.app, self.account, GRAPH))
        control("POST", "/identity/end", account=self.account["smtp"], what="revoked")
        refused = self.silent(self.app, GRAPH, force_refresh=True)
        self.assertEqual((refused["error"], refused["error_codes"]), ("invalid_grant", [50173]))

    def test_a_second_factor_is_wanted(self):
        self.tokens(sign_in(self.app, self.account, GRAPH))
        self.knobs(("refresh_token", {"kind": "oauth", "code": 50076}))
        refused = self.silent(self.app, GRAPH, force_refresh=True)
        self.assertEqual(refused["classification"], "basic_action")
        self.assertIn("capolids", refused["claims"])

    def test_it_waits_as_long_as_it_is_told(self):
        self.tokens(sign_in(self.app, self.account, GRAPH))
        self.knobs(("refresh_token", {"kind": "too_many_requests", "retry_after": 60}))
        for _ in range(2):
            refused = self.silent(self.app, GRAPH, force_refresh=True)
            self.assertEqual(refused["error"], "temporarily_unavailable")
        # The second time it did not even ask.
        self.assertEqual(refreshes(self.account), 1)

    def test_a_changed_state_or_nonce_is_noticed(self):
        self.knobs(id_token="nonce")
        with self.assertRaises(RuntimeError):
            sign_in(self.app, self.account, GRAPH)
        flow = self.app.initiate_auth_code_flow(GRAPH, redirect_uri=REDIRECT, response_mode="form_post")
        with self.assertRaises(ValueError):
            self.app.acquire_token_by_auth_code_flow(flow, {"code": "c", "state": "another"})


if __name__ == "__main__":
    unittest.main()
