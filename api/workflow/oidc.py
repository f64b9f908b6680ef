"""Does the company's own sign-in vouch for this person? OpenID Connect: authorization code, PKCE, state and nonce.

An account is found by issuer and subject. The first time it is found by an address that the issuer has verified
and that is its login; from then on the subject counts. Nobody gets an account by signing in.
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.integrations.httpx_client import OAuth2Client, OAuthError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlmodel import Session, select

from api import trail
from api.clock import now
from api.errors import ServiceError, not_found
from api.services import Services
from api.tables import Tenant, TenantKind, User
from api.workflow import access, sign_in
from verifier.model import Text

COOKIE = "verifier_oidc"
CALLBACK = "/api/v1/sessions/oidc/callback"
LASTS = timedelta(minutes=10)
PATIENCE = 10  # seconds for each answer of the issuer
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384"]  # asymmetric ones only
LEEWAY = 60  # seconds that the issuer's clock may be off
KNOWN_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Departure:
    """Where the browser is sent, and what it has to bring back."""

    url: str
    cookie: str


def depart(services: Services, then: str) -> Departure:
    """Send somebody to the issuer. `then`: a path of ours to go to afterwards."""
    issuer = _issuer(services)
    told = {
        "state": secrets.token_urlsafe(24),
        "nonce": secrets.token_urlsafe(24),
        "verifier": secrets.token_urlsafe(48),
        "then": own_path(then),
        "until": int((now() + LASTS).timestamp()),
    }
    with _client(services) as client:
        url, _ = client.create_authorization_url(
            issuer.text("authorization_endpoint"),
            state=told["state"],
            nonce=told["nonce"],
            code_verifier=told["verifier"],
        )
    return Departure(url, _sealed(services, told))


def arrive(services: Services, cookie: str, state: str, code: str, address: str) -> tuple[sign_in.Opened, str]:
    """Somebody comes back: who the issuer says it is, signed in, and where they wanted to go."""
    told = _opened(services, cookie)
    if not state or not secrets.compare_digest(state.encode(), str(told["state"]).encode()):
        raise _failed("state")
    issuer = _issuer(services)
    try:
        with _client(services) as client:
            answer = client.fetch_token(
                issuer.text("token_endpoint"),
                code=code,
                code_verifier=told["verifier"],
                grant_type="authorization_code",
            )
    except (OAuthError, httpx2.HTTPError, ValueError):
        raise _failed("code") from None
    claims = _claims(services, issuer, str(answer.get("id_token", "")), str(told["nonce"]))
    with services.writing() as session:
        user = _account(session, issuer.name, claims)
        opened = sign_in.open_sign_in(services, session, user, address, "oidc")
    return opened, str(told["then"])


def own_path(then: str) -> str:
    """A path below this service and nothing else: not another site, however it is written."""
    parts = urlsplit(then)
    plain = then.startswith("/") and not then.startswith("//") and "\\" not in then and then.isprintable()
    return then if plain and not parts.scheme and not parts.netloc else "/"


# --- who it is ---------------------------------------------------------------------------------


def _claims(services: Services, issuer: Issuer, id_token: str, nonce: str) -> Mapping[str, Any]:
    client_id = services.settings.oidc_client_id
    rules = jwt.JWTClaimsRegistry(
        now=lambda: int(now().timestamp()),
        leeway=LEEWAY,
        iss={"essential": True, "value": issuer.name},
        aud={"essential": True, "value": client_id},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    for fresh in (False, True):  # keys may have been changed since they were fetched
        try:
            claims = jwt.decode(id_token, issuer.keys(fresh), algorithms=ALGORITHMS).claims
            rules.validate(claims)
        except (JoseError, ValueError, TypeError, KeyError):
            continue
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != client_id:
            raise _failed("audience")
        return claims
    raise _failed("id_token")


def _account(session: Session, issuer: str, claims: Mapping[str, Any]) -> User:
    subject = f"{issuer}|{claims['sub']}"
    user = session.exec(select(User).where(User.oidc_subject == subject)).one_or_none()
    address = sign_in.plain_login(str(claims.get("email", "")))
    if user is None and address and claims.get("email_verified") is True:
        user = session.exec(select(User).where(User.login == address, User.oidc_subject == None)).one_or_none()  # noqa: E711
        if user is not None and access.usable(user, now()):
            user.oidc_subject = subject
            trail.record(session, access.principal_of(user), "account.linked", "account", user.id)
    if user is None or not access.usable(user, now()) or session.get_one(Tenant, user.tenant_id).closed_at:
        raise _failed("account")
    if user.must_change_password:  # nobody needs the one-time password now, so it must not lie about
        user.password_hash, user.must_change_password = "", False
    session.add(user)
    return user


# --- the issuer --------------------------------------------------------------------------------


class Issuer:
    """What an issuer publishes about itself, fetched when needed and kept for some minutes."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = threading.Lock()
        self._told: Mapping[str, Any] = {}
        self._keys: KeySet | None = None
        self._fetched: datetime | None = None

    def text(self, name: str) -> str:
        self._refresh(False)
        return str(self._told[name])

    def keys(self, fresh: bool) -> KeySet:
        self._refresh(fresh)
        assert self._keys is not None
        return self._keys

    def _refresh(self, fresh: bool) -> None:
        with self._lock:
            if not fresh and self._fetched and now() - self._fetched < KNOWN_FOR:
                return
            try:
                with httpx2.Client(timeout=PATIENCE, follow_redirects=False) as client:
                    told = (
                        client.get(self.name.rstrip("/") + "/.well-known/openid-configuration")
                        .raise_for_status()
                        .json()
                    )
                    if told["issuer"] != self.name:
                        raise ValueError("the document is another issuer's")
                    keys = KeySet.import_key_set(client.get(told["jwks_uri"]).raise_for_status().json())
                    _ = told["authorization_endpoint"], told["token_endpoint"]
            except (httpx2.HTTPError, JoseError, ValueError, KeyError, TypeError):
                raise ServiceError(
                    503,
                    "issuer_unreachable",
                    Text("统一登录服务暂不可用", "The sign-in service of your company cannot be used now"),
                    Text("请稍后再试，或用本地账户登录", "Try later, or sign in with a local account"),
                ) from None
            self._told, self._keys, self._fetched = told, keys, now()


_ISSUERS: dict[str, Issuer] = {}


def _issuer(services: Services) -> Issuer:
    name = services.settings.oidc_issuer
    if not name:
        raise not_found("统一登录", "single sign-on")
    return _ISSUERS.setdefault(name, Issuer(name))


def _client(services: Services) -> OAuth2Client:
    settings = services.settings
    secret = settings.oidc_client_secret.get_secret_value()
    return OAuth2Client(
        settings.oidc_client_id,
        secret or None,
        token_endpoint_auth_method="client_secret_basic" if secret else "none",
        scope="openid email profile",
        code_challenge_method="S256",
        redirect_uri=settings.base_url.rstrip("/") + CALLBACK,
        timeout=PATIENCE,
    )


# --- what the browser brings back --------------------------------------------------------------


def _sealed(services: Services, told: Mapping[str, object]) -> str:
    nonce = secrets.token_bytes(12)
    sealed = nonce + AESGCM(_key(services)).encrypt(nonce, json.dumps(told).encode(), COOKIE.encode())
    return base64.urlsafe_b64encode(sealed).decode()


def _opened(services: Services, cookie: str) -> Mapping[str, Any]:
    try:
        sealed = base64.urlsafe_b64decode(cookie)
        told: Mapping[str, Any] = json.loads(AESGCM(_key(services)).decrypt(sealed[:12], sealed[12:], COOKIE.encode()))
    except (ValueError, InvalidTag):
        raise _failed("cookie") from None
    if told["until"] < now().timestamp():
        raise _failed("late")
    return told


def _key(services: Services) -> bytes:
    """Follows from the operator's data key, so that any process of the installation can read what another sent."""
    with services.reading() as session:
        tenant_id = session.exec(select(Tenant.id).where(Tenant.kind == TenantKind.OPERATOR)).first()
    if tenant_id is None:
        raise _failed("operator")
    return services.keys.derived(tenant_id, "oidc state")


def _failed(where: str) -> ServiceError:
    """`where` is for administrators; it tells nothing about accounts beyond that none may be used."""
    return ServiceError(
        401,
        "oidc_failed",
        Text("统一登录未成功", "The sign-in through your company did not succeed"),
        Text("请重新登录；若仍失败请联系管理员", "Sign in once more; if it fails again ask an administrator"),
        where=where,
    )
