"""Which finished cases are kept in the repository, for the demonstration and for the tests?

    python -m samples.keep

writes samples/cases (a batch) and samples/truth again, always the same: lawful and planted cases in all
styles and looks, and one case with every kind of bad input.
"""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path
from random import Random

from pypdf import PdfReader, PdfWriter

from samples.binder import Grade
from samples.events import lawful_extras
from samples.generate import plan_planted, write_batch, write_case
from samples.plan import Plan, plan_case
from samples.styles import STYLES
from samples.surface import Surface

HOME = Path(__file__).parent
GRADE = Grade(dpi=150, grey=True, quality=38)
# case, style, look, product kinds, planted defects
KEPT: tuple[tuple[str, str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("K-01-sound-participating", "ruled", "digital", ("participating",), ()),
    ("K-02-sound-health", "lined", "scanned", ("health",), ()),
    ("K-03-sound-accident", "boxed", "photo", ("accident",), ()),
    ("K-04-sound-property", "lined", "digital", ("property",), ()),
    ("K-05-unsigned", "boxed", "scanned", (), ("unsigned_application",)),
    ("K-06-seller-pays", "ruled", "digital", (), ("seller_pays",)),
    ("K-07-copied-half", "lined", "scanned", (), ("copy_short",)),
    ("K-08-seller-phone", "lined", "digital", (), ("phone_of_seller",)),
    ("K-09-minor-limit", "boxed", "digital", (), ("minor_limit",)),
    ("K-10-rebate-chat", "ruled", "photo", (), ("chat_rebate", "id_expired")),
    ("K-11-unreadable", "ruled", "scanned", (), ("unreadable_exclusions",)),
    ("K-12-bad-files", "boxed", "digital", ("ordinary_life",), ()),
    ("K-13-cash-split", "lined", "digital", (), ("cash_split", "callback_failed")),
)
BAD_FILES = "K-12-bad-files"
GHOST = "K-99-no-folder"


def _blank() -> bytes:
    return Surface().finish().pdf


def _encrypted() -> bytes:
    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(_blank())))
    writer.encrypt("secret", algorithm="AES-256")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _old_zip(files: dict[str, bytes]) -> bytes:
    """A ZIP whose names are GB18030 bytes without the UTF-8 flag, as old Windows tools write them."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name.encode("gb18030").decode("cp437"), (2026, 11, 20, 10, 0, 0))
            archive.writestr(entry, data)
    return buffer.getvalue()


def add_bad_files(folder: Path) -> None:
    """Bad input beside a good case: the good papers must be read all the same."""
    (folder / "加密.pdf").write_bytes(_encrypted())
    (folder / "空文件.pdf").write_bytes(b"")
    (folder / "空白页.pdf").write_bytes(_blank())
    (folder / "截断.pdf").write_bytes(_blank()[:300])
    (folder / "其实不是图片.jpg").write_bytes(b"this is no picture at all\n" * 40)
    (folder / "旧系统导出.zip").write_bytes(
        _old_zip({"附件/空白.pdf": _blank(), "附件/说明.txt": "仅供测试".encode("gb18030")})
    )
    (folder / "未知格式.xyz").write_bytes(bytes(range(256)) * 4)
    (folder / "Thumbs.db").write_bytes(b"\xd0\xcf\x11\xe0")


def keep(home: Path = HOME) -> list[Plan]:
    """Write the kept cases and their truth anew."""
    batch, truths = home / "cases", home / "truth"
    for folder in (batch, truths):
        shutil.rmtree(folder, ignore_errors=True)
    plans = []
    for case, style, look, kinds, defects in KEPT:
        rng = Random(f"kept/{case}")
        if defects:
            plan = plan_planted(rng, case, STYLES[style], look, defects)
        else:
            plan = plan_case(rng, case, STYLES[style], look, kinds)
            lawful_extras(plan, rng)
        write_case(plan, batch, truths, rng, GRADE)
        if case == BAD_FILES:
            add_bad_files(batch / case)
        plans.append(plan)
    write_batch(plans, batch)
    with (batch / "cases.csv").open("a", encoding="utf-8", newline="") as handle:
        handle.write(f"{GHOST}\r\n")
    return plans


if __name__ == "__main__":
    written = keep()
    size = sum(path.stat().st_size for path in (HOME / "cases").rglob("*") if path.is_file())
    print(f"{len(written)} cases, {size / 1e6:.1f} MB in {HOME / 'cases'}")
