"""A backend with a login of its own: it serves the chat page to its users, and gives them tokens. Python 3.9 or newer, no packages.

JWT_SECRET=… python3 server.py        then open http://localhost:3000, and log in as ann or ben with the password "demo"
"""

import base64, hashlib, hmac, json, os, secrets, time, uuid
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

SECRET = os.environ.get("JWT_SECRET", "").encode()
if len(SECRET) < 32:
    raise SystemExit("JWT_SECRET must have at least 32 bytes")

# Both stand for what your application has already.
USERS = {"ann": {"id": "ann", "name": "Ann", "password": "demo"}, "ben": {"id": "ben", "name": "Ben", "password": "demo"}}
LOGINS = {}  # users by the cookie of their login

HERE = Path(__file__).parent
CHAT_PAGE = (HERE / ".." / os.environ.get("PAGE", "page") / "index.html").read_bytes()
LOGIN_PAGE = (HERE / "login.html").read_bytes()
REFUSED_PAGE = LOGIN_PAGE.replace(b"<!-- refused -->", b"User or password is wrong.")


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def chat_token(user: dict) -> str:
    now = int(time.time())
    claims = {"iss": "https://chat.example.com", "aud": "portcullis", "sub": user["id"], "username": user["name"]}
    claims |= {"role": "member", "jti": str(uuid.uuid4()), "iat": now, "exp": now + 300}
    text = ".".join(encode(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims))
    return f"{text}.{encode(hmac.new(SECRET, text.encode(), hashlib.sha256).digest())}"


class Backend(BaseHTTPRequestHandler):
    def user(self):
        try:
            login = SimpleCookie(self.headers.get("Cookie", "")).get("login")
        except CookieError:
            return None
        return LOGINS.get(login.value) if login else None

    def do_GET(self):
        if self.path != "/":
            return self.json(404, {})
        self.answer(200, "text/html; charset=utf-8", CHAT_PAGE if self.user() else LOGIN_PAGE)

    def do_POST(self):
        user = self.user()
        if self.path == "/login":
            self.log_in()
        elif self.path == "/chat-token":
            self.json(200 if user else 401, {"token": chat_token(user)} if user else {})
        else:
            self.json(404, {})

    def log_in(self):
        form = parse_qs(self.rfile.read(min(1000, int(self.headers.get("Content-Length", 0)))).decode(errors="replace"))
        user = USERS.get(form.get("user", [""])[0])
        if user is None or user["password"] != form.get("password", [""])[0]:
            return self.answer(401, "text/html; charset=utf-8", REFUSED_PAGE)
        login = secrets.token_urlsafe(24)
        LOGINS[login] = user
        self.send_response(303)
        self.send_header("Location", "/")
        self.send_header("Set-Cookie", f"login={login}; Path=/; HttpOnly; SameSite=Strict")  # and Secure, with https
        self.end_headers()

    def json(self, status, value):
        self.answer(status, "application/json", json.dumps(value).encode())

    def answer(self, status, content_type, content):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)


server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "3000"))), Backend)
print(f"http://localhost:{server.server_port}", flush=True)
server.serve_forever()
