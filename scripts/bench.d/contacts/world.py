"""A simulator with one mailbox, and what its owner does there."""
import json
import os
import subprocess
import time
import urllib.request

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class World:
    def __init__(self, program, place, contacts):
        self.ca = os.path.join(place, "ca.pem")
        arguments = ["--accounts", "1", "--messages", "0", "--contacts", str(contacts), "--ca-out", self.ca]
        self.process = subprocess.Popen([program, *arguments], stdout=subprocess.PIPE)
        self.said = json.loads(self.process.stdout.readline())
        self.smtp = self.said["accounts"][0]["smtp"]
        self.control("POST", "/knobs", {"set": {"identity": {"device_interval_s": 1}}})
        registration = {"redirect_uris": ["http://localhost/cb"]}
        self.client = self.control("POST", "/identity/apps", registration)["client_id"]

    def control(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(self.said["control"] + path, data, headers, method=method)
        with DIRECT.open(request) as answer:
            return json.load(answer)

    def type_code(self):
        """What the owner does who was shown a code."""
        for _ in range(100):
            waiting = json.dumps(self.control("GET", "/identity/device"))
            code = next((word for word in waiting.split('"') if len(word) >= 8 and word.isalnum() and word.isupper()), None)
            if code:
                return self.control("POST", "/identity/device", {"user_code": code, "account": self.smtp})
            time.sleep(0.1)
        raise SystemExit("nobody asks for a code")

    def edit(self, count):
        """As many contacts get another job title each."""
        title = f"Title of {time.time_ns()}"
        here = [contact for contact in self.control("GET", f"/contacts/{self.smtp}") if not contact["is_list"]]
        for contact in here[:: max(1, len(here) // count)][:count]:
            self.control("PATCH", f"/contacts/{self.smtp}/{contact['id']}", {"members": {"jobTitle": title}})
        return title

    def requests(self):
        """How many requests of each kind there were at Graph since they were last asked for."""
        counts = self.control("GET", "/counts")
        self.control("DELETE", "/requests")
        return {kind: counts[kind] for kind in sorted(counts) if "contact" in kind or kind in ("batch", "get_photo")}

    def stop(self):
        self.process.terminate()
        self.process.wait()
