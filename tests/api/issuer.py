"""A small OpenID Connect issuer on loopback, with real keys: discovery, authorization, tokens, key set.

It checks what an issuer has to (client, redirect address, PKCE, a code once) and can be told to lie.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from api.clock import now

CLIENT, SECRET = "verifier", "a secret/with: odd+letters"

KEY = RSAKey.generate_key(2048, auto_kid=True)


@dataclass
class OidcIssuer:
    """`person`: the claims of whoever signs in. `lie` changes the claims; `sign` is how a token is made of them."""

    address: str
    key: RSAKey
    person: dict[str, Any] = field(default_factory=lambda: {"sub": "u-1"})
    lie: Callable[[dict[str, Any]], dict[str, Any]] = lambda claims: claims
    sign: Callable[[dict[str, Any]], str] | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
        }

    def authorize(self, url: str) -> str:
        """What the browser does there: the address it is sent back to."""
        asked = {name: value for name, (value,) in parse_qs(urlsplit(url).query).items()}
        assert asked["client_id"] == CLIENT and asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256" and "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, authorization: str, form: dict[str, str]) -> dict[str, Any] | None:
        asked = self.codes.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest()).decode()
        known, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        for fault, holds in (
            ("client", (unquote(known), unquote(secret)) == (CLIENT, SECRET)),
            ("code", asked is not None),
            ("verifier", asked is not None and challenge.rstrip("=") == asked["code_challenge"]),
            ("redirect", asked is not None and form.get("redirect_uri") == asked["redirect_uri"]),
        ):
            if not holds:
                self.refused.append(fault)
                return None
        assert asked is not None
        at = int(now().timestamp())
        claims = {
            "iss": self.address,
            "aud": CLIENT,
            "iat": at,
            "exp": at + 300,
            "nonce": asked["nonce"],
            **self.person,
        }
        claims = self.lie(claims)
        token = self.sign(claims) if self.sign else self.signed(claims)
        return {"access_token": "unused", "token_type": "Bearer", "id_token": token}

    def signed(self, claims: dict[str, Any], key: RSAKey | None = None) -> str:
        key = key or self.key
        return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)

    def renew(self) -> None:
        self.key = RSAKey.generate_key(2048, auto_kid=True)


@contextmanager
def open_issuer() -> Iterator[OidcIssuer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    issuer = OidcIssuer(f"http://127.0.0.1:{server.server_port}", KEY)
    server.issuer = issuer  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    @property
    def issuer(self) -> OidcIssuer:
        made: OidcIssuer = self.server.issuer  # type: ignore[attr-defined]
        return made

    def do_GET(self) -> None:
        if self.path == "/.well-known/openid-configuration":
            self._answer(200, self.issuer.document())
        elif self.path == "/keys":
            self._answer(200, dict(KeySet([self.issuer.key]).as_dict(private=False)))
        else:
            self._answer(404, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        told = self.issuer.token(self.headers.get("authorization", ""), form)
        self._answer(*(200, told) if told else (400, {"error": "invalid_grant"}))

    def _answer(self, status: int, told: dict[str, Any]) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silence: a test's output is its own."""
