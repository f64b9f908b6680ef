"""How fast are pages read, against the bare engines on the same pages? `make bench-ocr`

Three readers take turns over blocks of the same scanned pages, each with the same number of processes of
one thread: the whole `read` (sandbox, orientation, OCR, layout, marks), its own engine alone on the
decoded pictures, and the bare paddleocr package on the same weights with detection capped at 1280.
Then pages of digital papers, and the memory of one process over many pages. Shared machines slow down
for moments: the ratios of processor time hold, the pages a minute are those of this run.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import cv2
import numpy as np
import pypdfium2

from samples.generate import generate
from tests.reading.engines import Silent
from verifier.model import Transcript
from verifier.reading import confine, pdf, reader
from verifier.reading.image import fitted
from verifier.reading.layer import read_layer
from verifier.reading.ocr.engine import engine_named
from verifier.reading.sandbox import ReaderPool

BLOCK = 8  # pages in which the readers take turns
TICKS = os.sysconf("SC_CLK_TCK")
MEBIBYTE = 1024 * 1024


def drawn(look: str, cases: int, seed: int, scratch: Path) -> list[Path]:
    generate(cases=cases, seed=seed, out=scratch / look, looks=(look,))
    return sorted(p for p in (scratch / look / "batch").rglob("*") if p.suffix in (".pdf", ".jpg", ".png"))


def scanned_pages(files: Sequence[Path], count: int) -> list[bytes]:
    """Pages as a scanner saves them: JPEG at 200 dpi."""
    pages: list[bytes] = []
    for file in files:
        if file.suffix == ".pdf":
            document = pypdfium2.PdfDocument(file)
            pages += [_jpeg(pdf.rendered(document[index], pdf.OCR_SIDE)) for index in range(len(document))]
        else:
            pages.append(file.read_bytes())
    step = max(len(pages) // count, 1)
    return pages[::step][:count]


def _jpeg(pixels: np.ndarray) -> bytes:
    return bytes(cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 80])[1])


# --- three readers --------------------------------------------------------------------------------


def alone(engine: str, page: bytes) -> int:
    """One page by an engine and nothing else."""
    picture = cv2.imdecode(np.frombuffer(page, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return sum(len(line.text) for line in engine_named(engine).read(fitted(np.asarray(picture, np.uint8))))


def bare(page: bytes) -> int:
    """One page by the paddleocr package as it comes, with one thread."""
    from verifier.reading.ocr.paddle import PaddleEngine

    picture = cv2.imdecode(np.frombuffer(page, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    engine = engine_named("paddle")
    assert isinstance(engine, PaddleEngine)
    pipeline = engine._pipeline
    return sum(len(text) for found in pipeline.predict(fitted(np.asarray(picture))) for text in found["rec_texts"])


def processor_time(parents: Sequence[int]) -> float:
    """Seconds of processor that the descendants of these processes have used."""
    parent_of, used = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                values = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            parent_of[int(entry.name)], used[int(entry.name)] = int(values[1]), int(values[11]) + int(values[12])
    family, more = set(parents), True
    while more:
        grown = family | {pid for pid, parent in parent_of.items() if parent in family}
        family, more = grown, len(grown) > len(family)
    return sum(used.get(pid, 0) for pid in family - set(parents)) / TICKS


def take_turns(pages: Sequence[bytes], workers: int, engine: str) -> None:
    """Prints pages a minute and processor seconds of each reader, and their ratios."""
    spent = {name: [0.0, 0.0] for name in ("whole", "engine", "paddleocr")}
    with ExitStack() as stack:
        ours = stack.enter_context(ReaderPool(workers, engine))
        context = multiprocessing.get_context("spawn")
        others = {
            name: stack.enter_context(ProcessPoolExecutor(workers, context, confine.single_threaded))
            for name in ("engine", "paddleocr")
        }

        def whole(block: Sequence[bytes]) -> None:
            for _, answer in ours.read_all((f"{n}.jpg", page) for n, page in enumerate(block)):
                assert isinstance(answer, Transcript), answer

        turns: dict[str, Callable[[Sequence[bytes]], None]] = {
            "whole": whole,
            "engine": lambda block: list(others["engine"].map(alone, [engine] * len(block), block)).clear(),
            "paddleocr": lambda block: list(others["paddleocr"].map(bare, block)).clear(),
        }
        for turn in turns.values():  # weights are loaded, shapes are prepared
            turn(pages[: 2 * workers])
        for start in range(0, len(pages), BLOCK):
            block = pages[start : start + BLOCK]
            shift = start // BLOCK % len(turns)  # each reader is first, second and last as often
            for name in [*turns][shift:] + [*turns][:shift]:
                before, clock = processor_time([os.getpid()]), time.perf_counter()
                turns[name](block)
                spent[name][0] += time.perf_counter() - clock
                spent[name][1] += processor_time([os.getpid()]) - before
    for name, (wall, cpu) in spent.items():
        print(
            f"{name:>10}: {60 * len(pages) / wall:6.1f} pages a minute on {workers} processes;"
            f" {cpu / len(pages):.2f} s of processor a page"
        )
    whole_, engine_, paddle_ = spent["whole"], spent["engine"], spent["paddleocr"]
    print(
        f"whole read against bare paddleocr: {paddle_[1] / whole_[1]:.2f} times ({paddle_[0] / whole_[0]:.2f} by clock)"
    )
    print(f"sandbox, layout and marks over the engine alone: {100 * (whole_[1] / engine_[1] - 1):.0f} %")


# --- digital papers, memory -----------------------------------------------------------------------


def digital(files: Sequence[Path], most: int = 60) -> None:
    """Pages a second of one core: the words of the layer; words and marks; with the ink read by OCR."""
    papers = [file.read_bytes() for file in files if file.suffix == ".pdf"]

    def layer_pages() -> Iterator[None]:
        for data in papers:
            document = pypdfium2.PdfDocument(data)
            for index in range(len(document)):
                page = document[index]
                read_layer(page, pdf._objects(page)[0])
                yield

    def whole_pages(engine: str) -> Iterator[None]:
        for data in papers:
            document = pypdfium2.PdfDocument(data)
            document.init_forms()
            for index in range(len(document)):
                if read_layer(document[index], {}).characters > pdf.FEW_CHARACTERS:
                    pdf.read_page(document[index], index + 1, Silent() if engine == "silent" else engine_named(engine))
                    yield

    for label, run in (
        ("words", layer_pages),
        ("words and marks", lambda: whole_pages("silent")),
        ("words, marks and ink read", lambda: whole_pages("auto")),
    ):
        start, count = time.process_time(), 0
        for _ in run():
            count += 1
            if count >= most:
                break
        print(f"digital, {label}: {count / (time.process_time() - start):.1f} pages a second of one core")


def memory(pages: Sequence[bytes], count: int, engine: str) -> None:
    """Resident memory of one process while it reads that many pages."""
    for number in range(count):
        reader.read(pages[number % len(pages)], "page.jpg", engine=engine)
        if number % max(count // 6, 1) == 0 or number == count - 1:
            gc.collect()
            status = Path("/proc/self/status").read_text()
            resident = int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])
            print(f"memory after {number + 1} pages: {resident / 1024:.0f} MiB", flush=True)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--pages", type=int, default=48)
    arguments.add_argument("--workers", type=int, default=2)
    arguments.add_argument("--engine", default="auto")
    arguments.add_argument("--seed", type=int, default=4107)
    arguments.add_argument(
        "--memory", type=int, default=300, help="pages for the memory of one process; 0 to leave out"
    )
    given = arguments.parse_args()
    confine.single_threaded()
    with tempfile.TemporaryDirectory() as folder:
        pages = scanned_pages(drawn("scanned", 2, given.seed, Path(folder)), given.pages)
        print(f"{len(pages)} scanned pages")
        take_turns(pages, given.workers, given.engine)
        digital(drawn("digital", 2, given.seed + 1, Path(folder)))
        if given.memory:
            memory(pages, given.memory, given.engine)


if __name__ == "__main__":
    main()
