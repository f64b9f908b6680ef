"""Is it really them? Time-based codes (RFC 6238), each good once, and recovery codes for a lost telephone."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import secrets
from dataclasses import dataclass

import pyotp
import segno

from api import trail
from api.clock import now
from api.errors import ServiceError, conflict
from api.principal import Kind, Principal
from api.services import Services
from api.tables import User
from api.workflow import tries
from verifier.model import Text

PURPOSE = "totp"
STEP = 30  # seconds
DRIFT = (0, -1, 1)  # steps that a telephone's clock may be off
RECOVERY_CODES = 10
ISSUER = "Insurance sales verifier"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app needs: shown once, until it is confirmed with a first code."""

    secret: str
    uri: str
    svg: str


def enrol(services: Services, who: Principal) -> Enrolment:
    """Begin, or begin again. What is in force stays so until the new one is confirmed."""
    user_id = person(who)
    secret = pyotp.random_base32()
    sealed = _sealed(services, who.tenant_id, secret)
    with services.writing() as session:
        user = session.get_one(User, user_id)
        user.totp_pending = sealed
        session.add(user)
        trail.record(session, who, "second_factor.begun", "account", user.id)
    uri = pyotp.TOTP(secret).provisioning_uri(name=user.login, issuer_name=ISSUER)
    return Enrolment(secret, uri, _picture(uri))


def confirm(services: Services, who: Principal, code: str) -> list[str]:
    """The first code proves the app works; from now on every sign-in asks for one. Answers with recovery codes."""
    user_id = person(who)
    with services.reading() as session:
        pending = session.get_one(User, user_id).totp_pending
    step = _step_of(_opened(services, who.tenant_id, pending), code, after=0) if pending else None
    if step is None:
        raise wrong_code()
    codes = [_new_code() for _ in range(RECOVERY_CODES)]
    kept = _kept_codes(services, who.tenant_id, codes)
    with services.writing() as session:
        user = session.get_one(User, user_id)
        if user.totp_pending != pending:
            raise wrong_code()
        user.totp_secret, user.totp_pending, user.totp_step = pending, "", step
        user.recovery_codes = kept
        session.add(user)
        trail.record(session, who, "second_factor.enrolled", "account", user.id)
    return codes


def renew_recovery_codes(services: Services, who: Principal, code: str) -> list[str]:
    proof = _proved(services, who, code)
    codes = [_new_code() for _ in range(RECOVERY_CODES)]
    kept = _kept_codes(services, who.tenant_id, codes)
    with services.writing() as session:
        user = session.get_one(User, who.id, with_for_update=True)
        if not use(user, proof):
            raise wrong_code()
        user.recovery_codes = kept
        session.add(user)
        trail.record(session, who, "recovery_codes.renewed", "account", user.id)
    return codes


def is_enrolled(services: Services, who: Principal) -> bool:
    user_id = person(who)
    with services.reading() as session:
        return bool(session.get_one(User, user_id).totp_secret)


def remove(services: Services, who: Principal, code: str) -> None:
    """Give it up; a code is asked for, so that an open browser is not enough."""
    proof = _proved(services, who, code)
    with services.writing() as session:
        user = session.get_one(User, who.id, with_for_update=True)
        if not use(user, proof):
            raise wrong_code()
        forget(user)
        session.add(user)
        trail.record(session, who, "second_factor.removed", "account", user.id)


def _proved(services: Services, who: Principal, code: str) -> Proof:
    """What a right code is; a wrong one counts like a failed sign-in, so that nobody tries them all."""
    user_id = person(who)
    with services.reading() as session:
        login = session.get_one(User, user_id).login
    user = tries.begin(services, login)
    proof = examine(services, user, code) if user else None
    if proof is None:
        tries.failed(services, user, "code")
        raise wrong_code()
    tries.forgive(services, user_id)
    return proof


def forget(user: User) -> None:
    user.totp_secret = user.totp_pending = ""
    user.recovery_codes = []


@dataclass(frozen=True, slots=True)
class Proof:
    """What a code turned out to be: a time step, or one of the recovery codes."""

    step: int | None = None
    recovery: str | None = None


def examine(services: Services, user: User, code: str) -> Proof | None:
    """Whether a code is right for this account. Outside a transaction: keys are opened for it."""
    if not user.totp_secret:
        return None
    plain = _plain(code)
    if plain.isdigit():
        step = _step_of(_opened(services, user.tenant_id, user.totp_secret), plain, after=user.totp_step)
        return None if step is None else Proof(step=step)
    kept = _kept_codes(services, user.tenant_id, [plain])[0]
    return Proof(recovery=kept) if kept in user.recovery_codes else None


def use(user: User, proof: Proof) -> bool:
    """Spend it, in the transaction that it is asked for; False when somebody else just did."""
    if proof.step is not None:
        if proof.step <= user.totp_step:
            return False
        user.totp_step = proof.step
        return True
    if proof.recovery not in user.recovery_codes:
        return False
    user.recovery_codes = [one for one in user.recovery_codes if one != proof.recovery]
    return True


def _step_of(secret: str, code: str, after: int) -> int | None:
    current = int(now().timestamp()) // STEP
    for drift in DRIFT:
        step = current + drift
        expected = pyotp.TOTP(secret).generate_otp(step).encode()
        if step > after and hmac.compare_digest(expected, _plain(code).encode()):
            return step
    return None


def person(who: Principal) -> str:
    """The account that asks; keys have no password and no telephone."""
    if who.kind is not Kind.USER:
        raise ServiceError(
            403,
            "people_only",
            Text("此操作只能由人员登录后进行", "This is for people who signed in, not for keys"),
            Text("请用登录名与密码登录", "Sign in with login and password"),
        )
    return who.id


def _new_code() -> str:
    """80 bits."""
    text = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(text[at : at + 4] for at in range(0, 16, 4))


def _kept_codes(services: Services, tenant_id: str, codes: list[str]) -> list[str]:
    key = services.keys.derived(tenant_id, "recovery codes")
    return [hmac.new(key, _plain(code).encode(), hashlib.sha256).hexdigest() for code in codes]


def _plain(code: str) -> str:
    return "".join(code.split()).replace("-", "").lower()


def _sealed(services: Services, tenant_id: str, secret: str) -> str:
    return base64.b64encode(services.keys.seal(tenant_id, PURPOSE, secret.encode())).decode()


def _opened(services: Services, tenant_id: str, sealed: str) -> str:
    return services.keys.unseal(tenant_id, PURPOSE, base64.b64decode(sealed)).decode()


def _picture(uri: str) -> str:
    out = io.BytesIO()
    segno.make(uri, error="m").save(out, kind="svg", scale=4, xmldecl=False, svgns=True)
    return out.getvalue().decode()


def wrong_code() -> ServiceError:
    return conflict(
        "wrong_code",
        Text("动态验证码不正确或已使用", "The code is wrong or was used before"),
        Text(
            "请等待下一个验证码后重试，并核对手机时间",
            "Wait for the next code and try again; check the telephone's clock",
        ),
    )
