"""Does one bad file leave its neighbours alone, and is it rejected with its code in a bounded time?"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from PIL import Image

from verifier.model import Transcript
from verifier.reading import confine
from verifier.reading.cache import TranscriptCache
from verifier.reading.limits import Limits
from verifier.reading.rejections import Rejection
from verifier.reading.sandbox import ReaderPool

ENGINES = "tests.reading.engines:"


def sheet(width: int, height: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), (250, 250, 250)).save(buffer, "PNG")
    return buffer.getvalue()


HIGH, WIDE = sheet(600, 800), sheet(800, 600)


def outcome(answer: Transcript | Rejection) -> str:
    return answer.code if isinstance(answer, Rejection) else "read"


def read(engine: str, *files: tuple[str, bytes], limits: Limits | None = None) -> dict[str, str]:
    with ReaderPool(1, ENGINES + engine, limits=limits or Limits()) as pool:
        return {name: outcome(answer) for name, answer in pool.read_all(files)}


def test_a_crash_rejects_one_file_and_the_others_are_read() -> None:
    assert read("Crashing", ("a.png", HIGH), ("b.png", WIDE), ("c.png", HIGH), ("d.bin", b"\0\1")) == {
        "a.png": "read", "b.png": "reader_crashed", "c.png": "read", "d.bin": "unsupported_type",
    }  # fmt: skip


def test_a_hang_is_ended_and_named() -> None:
    limits = Limits(seconds_base=2.0, seconds_a_page=1.0)
    assert read("Hanging", ("a.png", WIDE), ("b.png", HIGH), limits=limits) == {"a.png": "timeout", "b.png": "read"}


def test_memory_beyond_the_limit_is_a_crash_of_that_file() -> None:
    assert read("Greedy", ("a.png", HIGH)) == {"a.png": "reader_crashed"}


def test_a_process_that_filled_up_over_others_costs_no_file() -> None:
    files = [(f"{number}.png", sheet(600 + number, 800)) for number in range(8)]
    assert set(read("Hoarding", *files).values()) == {"read"}


def test_garbage_of_an_engine_stays_on_the_page() -> None:
    with ReaderPool(1, ENGINES + "Garbage") as pool:
        ((_, answer),) = pool.read_all([("a.png", HIGH)])
    assert isinstance(answer, Transcript)
    for word in answer.pages[0].words:
        assert 0 <= word.box.left < word.box.right <= 1.001 and 0 <= word.box.top < word.box.bottom <= 1.001
        assert 0 <= word.confidence <= 1


@pytest.mark.skipif(not all(confine.available().values()), reason="this kernel has no Landlock or no seccomp")
def test_the_walls_stop_files_and_network() -> None:
    with ReaderPool(1, ENGINES + "Escaping") as pool:
        ((_, answer),) = pool.read_all([("a.png", HIGH)])
    assert isinstance(answer, Transcript)
    assert [word.text for word in answer.pages[0].words] == ["done:"]


def test_a_file_is_read_once_and_then_comes_from_the_cache(tmp_path: Path) -> None:
    cache = TranscriptCache(tmp_path)
    for _ in range(2):
        with ReaderPool(1, ENGINES + "Silent", cache=cache) as pool:
            answers = dict(pool.read_all([("a.png", HIGH), ("copy.png", HIGH)]))
        assert [outcome(answer) for answer in answers.values()] == ["read", "read"]
    assert len([path for path in tmp_path.rglob("*.z") if path.is_file()]) == 1


@pytest.mark.ocr
def test_children_with_a_real_engine_end_silently_and_leave_nothing(tmp_path: Path) -> None:
    """OpenVINO's reports to its maker ran in a child of the child, whose folder nobody could remove."""
    (tmp_path / "pool.py").write_text(
        "import sys\n"
        "from verifier.reading.sandbox import ReaderPool\n"
        "from tests.reading.test_sandbox import HIGH\n"
        "if __name__ == '__main__':\n"
        "    with ReaderPool(1, 'rapid') as pool:\n"
        "        print([type(answer).__name__ for _, answer in pool.read_all([('a.png', HIGH)])])\n"
        "    from verifier.reading.ocr.rapid import RapidEngine\n"
        "    RapidEngine()\n"
        "    print([name for name in sys.modules if name.startswith('openvino_telemetry.')])\n",
        encoding="utf-8",
    )
    with tempfile.TemporaryDirectory(prefix="t") as temporary:  # short: a socket's path has 108 characters at most
        done = subprocess.run(
            [sys.executable, str(tmp_path / "pool.py")],
            capture_output=True, text=True, timeout=120, check=False,
            env={**os.environ, "TMPDIR": temporary, "PYTHONPATH": str(Path(__file__).parents[2])},
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.split("\n")[:2] == ["['Transcript']", "[]"]
        assert list(Path(temporary).iterdir()) == []
