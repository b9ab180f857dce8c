"""Signs a token with HS256 and nothing but Python's own library. Usage: python3 sign_plain.py USER [ROLE]"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
import uuid

LIFETIME_SECONDS = 300


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def part(value: dict) -> str:
    return encode(json.dumps(value, separators=(",", ":")).encode())


def token(user: str, role: str = "member") -> str:
    """Call it only for a user that your own login has verified."""
    secret = os.environ.get("JWT_SECRET", "").encode()
    if len(secret) < 32:
        raise SystemExit("JWT_SECRET must have at least 32 bytes")
    now = int(time.time())
    claims = {
        "iss": os.environ.get("JWT_ISSUER", "https://chat.example.com"),
        "aud": os.environ.get("JWT_AUDIENCE", "portcullis"),
        "sub": user,
        "role": role,
        "jti": str(uuid.uuid4()),
        "iat": now,
        "exp": now + LIFETIME_SECONDS,
    }
    text = part({"alg": "HS256", "typ": "JWT"}) + "." + part(claims)
    return text + "." + encode(hmac.new(secret, text.encode(), hashlib.sha256).digest())


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit("usage: python3 sign_plain.py USER [ROLE]")
    print(token(*sys.argv[1:3]))
