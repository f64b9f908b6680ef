"""Is this a password to accept, and is it the right one? Argon2id, and a small list of what everybody tries first."""

from __future__ import annotations

import re
import secrets
import threading
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from api.errors import invalid
from verifier.model import Text

SHORTEST = 12
LONGEST = 256
ONE_TIME_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is mistaken for another on paper

# stems of the passwords that head every list of leaked ones, those of Chinese users as well; digits and signs
# around a stem do not make it better
_STEMS = """
password passwort passw0rd p@ssw0rd pass passwd admin administrator root login welcome letmein qwerty qwertyuiop
qwertyuiopasdfghjkl qazwsx qazwsxedc asdfgh asdfghjkl asdfghjklzxcvbnm zxcvbn zxcvbnm abc abcd abcdef abcdefgh abcdefghijkl
iloveyou monkey dragon master sunshine princess football baseball superman batman trustno shadow michael jordan
changeme default guest test testing tester temp temporary secret security server system windows computer internet
company insurance baoxian shouxian woaini woaiwojia woaizhongguo mima wodemima mimamima zhongguo china beijing shanghai
shenzhen guangzhou nihao nihaoma taikang pingan renshou xinhua verifier audit compliance hegui shenhe guanliyuan
qweasd qweasdzxc aa aaa a q qq qqq w zz asd zxc qwe wang zhang li liu chen yang huang zhao wu zhou
"""
COMMON_STEMS = frozenset(_STEMS.split())
_HASHER = PasswordHasher()
_AT_ONCE = threading.BoundedSemaphore(4)  # one hash takes 64 MiB
_NOBODY = _HASHER.hash(secrets.token_urlsafe(32))


def hashed(password: str) -> str:
    with _AT_ONCE:
        return _HASHER.hash(password)


def matches(kept: str, password: str) -> bool:
    """Whether it is this password. An account without one costs as much time as any."""
    with _AT_ONCE:
        try:
            _HASHER.verify(kept or _NOBODY, password)
        except (VerificationError, InvalidHashError):
            return False
        return bool(kept)


def outdated(kept: str) -> bool:
    """Whether it was hashed with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(kept)


def one_time() -> str:
    """For somebody's first sign-in: 80 bits, in groups that can be read out."""
    groups = ("".join(secrets.choice(ONE_TIME_LETTERS) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


def require_good(password: str, login: str) -> None:
    """ServiceError that says what is wrong with it."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise _weak(f"长度须为 {SHORTEST} 至 {LONGEST} 位", f"It needs {SHORTEST} to {LONGEST} characters")
    lowered = password.casefold()
    name = login.casefold().partition("@")[0]
    if lowered == login.casefold() or (len(name) >= 4 and _stem(lowered) == _stem(name)):
        raise _weak("不得与登录名相同或相近", "It must not be the login")
    if _common(lowered):
        raise _weak("过于常见，易被猜中", "It is among those that are tried first")


def _stem(text: str) -> str:
    return re.sub(r"[\d\W_]+$|^[\d\W_]+", "", text)


def _common(lowered: str) -> bool:
    letters = {ord(one) for one in lowered}
    if len(letters) <= 4 or _runs(lowered):
        return True
    plain = lowered.translate(str.maketrans("01345@$!", "oieasasi"))
    return any(_stem(form) in COMMON_STEMS or form in COMMON_STEMS for form in (lowered, plain))


def _runs(text: str) -> bool:
    """One piece repeated, or characters that only count up or down."""
    repeated = any(text == (text[:size] * len(text))[: len(text)] for size in range(1, len(text) // 2 + 1))
    steps = [ord(right) - ord(left) for left, right in pairwise(text)]
    return repeated or sum(step in (1, -1, 0) for step in steps) >= 0.8 * len(steps)


def _weak(zh: str, en: str) -> Exception:
    return invalid(
        "weak_password",
        Text(f"密码不可用：{zh}", f"The password cannot be used: {en}"),
        Text(
            "请换一个更长、不常见的密码，例如几个不相关的词",
            "Choose a longer, rarer one, such as several unrelated words",
        ),
    )
