"""Answers what a node asks your application: who may enter a room, who may write to whom, what may be published. Python 3.9 or newer, no packages.

HOOK_SECRET=… python3 server.py
"""

import hashlib, hmac, json, os, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = os.environ.get("HOOK_SECRET", "").encode()
if len(SECRET) < 32:
    raise SystemExit("HOOK_SECRET must have at least 32 bytes")

# Your rules. These stand for what your application knows.
TEAMS = {"red": ["ann", "ben"]}
FRIENDS = {"ann": ["ben"], "ben": ["ann"]}


def content(asked: dict) -> dict:
    if "buy now" in asked["content"]:
        return {"action": "refuse", "reason": "advert"}
    if "darn" in asked["content"]:
        return {"action": "replace", "content": asked["content"].replace("darn", "****")}
    return {"action": "allow"}


DECIDE = {
    "/room": lambda asked: {"action": "allow" if asked["userId"] in TEAMS.get(asked["roomId"], []) else "refuse"},
    "/direct": lambda asked: {"action": "allow" if asked["recipientId"] in FRIENDS.get(asked["userId"], []) else "refuse"},
    "/content": content,
}


class Application(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # keeps connections

    def do_POST(self):
        body = self.rfile.read(min(1 << 20, int(self.headers.get("Content-Length", 0))))
        rule = DECIDE.get(self.path)
        if not self.genuine(body):
            self.answer(401, {})
        elif rule is None:
            self.answer(404, {})
        else:
            self.answer(200, rule(json.loads(body)))

    def genuine(self, body: bytes) -> bool:
        moment = self.headers.get("Portcullis-Timestamp", "")
        expected = "v1=" + hmac.new(SECRET, moment.encode() + b"." + body, hashlib.sha256).hexdigest()
        shown = self.headers.get("Portcullis-Signature", "")
        return hmac.compare_digest(shown.encode(), expected.encode()) and abs(time.time() - int(moment)) < 300

    def answer(self, status: int, value: dict):
        content = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Portcullis-Request", self.headers.get("Portcullis-Request", ""))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "3001"))), Application)
print(f"http://localhost:{server.server_port}", flush=True)
server.serve_forever()
