"""What may a process that parses hostile bytes still do? As little as this kernel lets us take away.

Limits on memory, core dumps and files always; Landlock (no file outside the program's own libraries)
and seccomp (no network, no new programs) where the kernel and the packages have them.
"""

from __future__ import annotations

import os
import resource
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

DENIED_CALLS = (
    "socket", "socketpair", "connect", "bind", "listen", "accept", "accept4", "sendto", "execve", "execveat", "ptrace",
    "mount", "umount2", "pivot_root", "chroot", "unshare", "setns", "bpf", "keyctl", "add_key", "request_key",
    "init_module", "finit_module", "kexec_load", "process_vm_readv", "process_vm_writev", "perf_event_open",
    "userfaultfd", "io_uring_setup", "reboot", "swapon", "swapoff", "personality",
)  # fmt: skip


def confine(memory_bytes: int) -> tuple[str, ...]:
    """Confine this process for good; returns the names of the walls that stand."""
    standing = ["rlimit"]
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    filters: Callable[[], None] | None = _seccomp()  # imported before Landlock closes the file system
    if _landlock():
        standing.append("landlock")
    if filters is not None:
        filters()
        standing.append("seccomp")
    return tuple(standing)


def available() -> dict[str, bool]:
    """Which walls this machine offers, without raising any."""
    walls = {"rlimit": True, "landlock": landlock_version() > 0, "seccomp": True}
    try:
        import pyseccomp  # noqa: F401  its import fails without the system library
    except (ImportError, OSError, RuntimeError, AttributeError):
        walls["seccomp"] = False
    return walls


def landlock_version() -> int:
    """The kernel's Landlock ABI, 0 without it."""
    try:
        import landlock

        return max(int(landlock.landlock_abi_version()), 0)
    except (ImportError, OSError, ValueError, TypeError):
        return 0


def _readable_folders() -> list[Path]:
    """Where the interpreter, its packages and their weights live."""
    folders = {Path(sys.prefix), Path(sys.base_prefix), Path(sysconfig.get_path("stdlib")), Path(__file__).parents[1]}
    folders.update(Path(entry) for entry in sys.path if entry)
    folders.update(map(Path, ("/usr/lib", "/usr/share", "/lib", "/lib64", "/etc/ld.so.cache", "/proc/cpuinfo",
                              "/sys/devices/system/cpu", "/dev/null", "/dev/urandom", "/proc/self")))  # fmt: skip
    return sorted(folder for folder in folders if folder.exists())


def _landlock() -> bool:
    if landlock_version() < 1:
        return False
    import landlock

    access = landlock.FSAccess
    try:
        rules = landlock.Ruleset()
        for folder in _readable_folders():
            folder_access = access.READ_FILE | access.READ_DIR if folder.is_dir() else access.READ_FILE
            rules.allow(str(folder), rules=folder_access)
        rules.apply()
    except (OSError, landlock.LandlockError):
        return False
    return True


def _seccomp() -> Callable[[], None] | None:
    try:
        import pyseccomp
    except (ImportError, OSError, RuntimeError, AttributeError):
        return None
    import errno

    rules = pyseccomp.SyscallFilter(defaction=pyseccomp.ALLOW)
    for call in DENIED_CALLS:
        try:
            rules.add_rule(pyseccomp.ERRNO(errno.EPERM), call)
        except (OSError, ValueError):  # a call this kernel does not know cannot be made either
            continue

    def load() -> None:
        rules.load()

    return load


def single_threaded() -> None:
    """One thread for each reading process: the pool has one process for each core."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    import cv2

    cv2.setNumThreads(1)
