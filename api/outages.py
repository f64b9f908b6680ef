"""Is it our fault, or has what we stand on gone away for a while? A full disk and an absent database are waited for."""

from __future__ import annotations

import errno

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from verifier.errors import VerifierError

ERRNOS = frozenset({
    errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM,
    errno.ETIMEDOUT, errno.ECONNREFUSED, errno.ECONNRESET, errno.EPIPE, errno.ENETUNREACH, errno.EHOSTUNREACH,
})  # fmt: skip
STATUSES = (503, 507)  # of a ServiceError: the store of bytes is away or full


def is_outage(fault: BaseException) -> bool:
    """Whether the fault lies in what we stand on, and goes away when that is mended."""
    if isinstance(fault, OperationalError | InterfaceError | PoolTimeout):
        return True
    if isinstance(fault, DBAPIError):
        return bool(fault.connection_invalidated)
    if isinstance(fault, OSError):
        return fault.errno in ERRNOS
    return isinstance(fault, VerifierError) and getattr(fault, "status", 0) in STATUSES


def named(fault: BaseException) -> str:
    """The kind of fault for a log line, without its text: that may quote what people sent."""
    inner = getattr(fault, "orig", None)
    parts = (type(fault).__name__, type(inner).__name__ if inner else "", getattr(fault, "code", ""))
    return " ".join(str(part) for part in parts if part)
