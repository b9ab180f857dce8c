"""Signs a token with PyJWT (pip install "pyjwt[crypto]"). Usage: python3 sign.py USER [ROLE]"""

import os
import sys
import time
import uuid

import jwt

LIFETIME_SECONDS = 300


def signing_key():
    """ES256 with the private key, or HS256 with the secret."""
    if path := os.environ.get("JWT_KEY"):
        with open(path, encoding="ascii") as file:
            return file.read(), "ES256"
    secret = os.environ.get("JWT_SECRET", "")
    if len(secret.encode()) < 32:
        raise SystemExit("JWT_SECRET must have at least 32 bytes")
    return secret, "HS256"


def token(user: str, role: str = "member") -> str:
    """Call it only for a user that your own login has verified."""
    now = int(time.time())
    key, algorithm = signing_key()
    claims = {
        "iss": os.environ.get("JWT_ISSUER", "https://chat.example.com"),
        "aud": os.environ.get("JWT_AUDIENCE", "portcullis"),
        "sub": user,
        "role": role,
        "jti": str(uuid.uuid4()),
        "iat": now,
        "exp": now + LIFETIME_SECONDS,
    }
    return jwt.encode(claims, key, algorithm=algorithm)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit("usage: python3 sign.py USER [ROLE]")
    print(token(*sys.argv[1:3]))
