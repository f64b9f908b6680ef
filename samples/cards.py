"""How does a resident ID card look, both sides, as a photocopy or as two pictures? Spec section 4.1."""

from __future__ import annotations

from random import Random

from samples.paper import Paper
from samples.people import Person
from samples.surface import A4, Area, Colour, DrawnPaper, Surface

BLUE: Colour = (0.25, 0.45, 0.68)
SKIN: Colour = (0.93, 0.80, 0.70)
WIDE, HIGH = 243.0, 153.0  # 85.6 mm x 54 mm in points


def _portrait(surface: Surface, area: Area, who: Person, rng: Random) -> None:
    """A simple shape where the photograph is: no face of anybody."""
    left, top, right, bottom = area
    surface.rect(area, 0.3, (0.7, 0.7, 0.75), fill=(0.90, 0.93, 0.97))
    middle, scale = (left + right) / 2, (right - left) / 60
    shade = rng.uniform(0.15, 0.35)
    surface.polygon(
        [
            (left + 6 * scale, bottom),
            (middle - 12 * scale, bottom - 22 * scale),
            (middle + 12 * scale, bottom - 22 * scale),
            (right - 6 * scale, bottom),
        ],
        (shade, shade, shade + 0.1),
    )
    surface.circle(middle, top + 30 * scale, 15 * scale, 0, SKIN, fill=True)
    surface.circle(middle, top + 19 * scale, 13 * scale, 0, (0.1, 0.1, 0.1), fill=True)
    if who.sex == "女":
        surface.polygon(
            [
                (middle - 15 * scale, top + 18 * scale),
                (middle - 17 * scale, top + 48 * scale),
                (middle - 10 * scale, top + 40 * scale),
            ],
            (0.1, 0.1, 0.1),
        )


def _front(surface: Surface, x: float, y: float, k: float, paper: Paper, who: Person, rng: Random) -> None:
    value = paper.value
    surface.rect((x, y, x + WIDE * k, y + HIGH * k), 0.5, (0.75, 0.8, 0.85), fill=(0.95, 0.97, 0.99), radius=7 * k)

    def label(tx: float, ty: float, text: str) -> None:
        surface.text(x + tx * k, y + ty * k, text, "sans", 7.0 * k, BLUE)

    def put(name: str, tx: float, ty: float, text: str, size: float = 8.4, font: str = "sans") -> Area:
        area = surface.text(x + tx * k, y + ty * k, text, font, size * k)
        surface.note_field(name, value(name), text, area)
        return area

    label(16, 24, "姓名")
    put("name", 44, 24.5, value("name"), 9.4)
    label(16, 42, "性别")
    put("sex", 44, 42, value("sex"))
    label(76, 42, "民族")
    put("ethnicity", 102, 42, value("ethnicity"))
    label(16, 60, "出生")
    year, month, day = value("birth_date").split("-")
    first = surface.text(x + 44 * k, y + 60 * k, year, "sans", 8.4 * k)
    for tx, text, printed in (
        (68, "年", False),
        (80, str(int(month)), True),
        (94, "月", False),
        (105, str(int(day)), True),
        (119, "日", False),
    ):
        area = surface.text(
            x + tx * k, y + 60 * k, text, "sans", (8.4 if printed else 7) * k, (0, 0, 0) if printed else BLUE
        )
    surface.note_field(
        "birth_date",
        value("birth_date"),
        f"{year}年{int(month)}月{int(day)}日",
        (first[0], first[1], area[2], first[3]),
    )
    label(16, 78, "住址")
    address = value("address")
    rows = [address[n : n + 12] for n in range(0, len(address), 12)]
    whole: Area | None = None
    for n, row in enumerate(rows[:3]):
        run = surface.text(x + 44 * k, y + (78 + 11.5 * n) * k, row, "sans", 8.0 * k)
        whole = run if whole is None else (whole[0], whole[1], max(whole[2], run[2]), run[3])
    if whole:
        surface.note_field("address", address, "".join(rows), whole)
    label(16, 138, "公民身份号码")
    number = value("id_number")
    area = surface.text(x + 80 * k, y + 138.5 * k, number, "sans", 9.6 * k, spacing=1.1 * k)
    surface.note_field("id_number", number, number, area)
    _portrait(surface, (x + 156 * k, y + 20 * k, x + 226 * k, y + 108 * k), who, rng)


def _back(surface: Surface, x: float, y: float, k: float, paper: Paper) -> None:
    surface.rect((x, y, x + WIDE * k, y + HIGH * k), 0.5, (0.75, 0.8, 0.85), fill=(0.96, 0.96, 0.94), radius=7 * k)
    surface.circle(x + 40 * k, y + 40 * k, 20 * k, 0, (0.80, 0.18, 0.15), fill=True)
    surface.circle(x + 40 * k, y + 40 * k, 15 * k, 1.2 * k, (0.95, 0.80, 0.30))
    surface.text(x + 148 * k, y + 36 * k, "中华人民共和国", "serif", 13 * k, align="middle", bold=True)
    surface.text(x + 148 * k, y + 62 * k, "居民身份证", "serif", 19 * k, align="middle", bold=True, spacing=1.5 * k)
    surface.text(x + 42 * k, y + 114 * k, "签发机关", "sans", 7.4 * k)
    area = surface.text(x + 84 * k, y + 114 * k, paper.value("issuer"), "sans", 8.4 * k)
    surface.note_field("issuer", paper.value("issuer"), paper.value("issuer"), area)
    surface.text(x + 42 * k, y + 134 * k, "有效期限", "sans", 7.4 * k)
    begin, end = paper.value("valid_from"), paper.value("valid_to")
    start = surface.text(x + 84 * k, y + 134 * k, begin.replace("-", "."), "sans", 8.4 * k)
    surface.note_field("valid_from", begin, begin.replace("-", "."), start)
    dash = surface.text(start[2], y + 134 * k, "-", "sans", 8.4 * k)
    printed = "长期" if end == "long_term" else end.replace("-", ".")
    stop = surface.text(dash[2], y + 134 * k, printed, "sans", 8.4 * k)
    surface.note_field("valid_to", end, printed, stop)


def draw_id_card(paper: Paper, rng: Random) -> DrawnPaper:
    """Both sides: one under the other on a photocopy, or two pictures of one card each."""
    who = paper.people[0]
    sides = paper.notes.get("sides", "both")
    if rng.random() < 0.55:
        surface = Surface(A4)
        k = rng.uniform(1.15, 1.5)
        x, y = (A4[0] - WIDE * k) / 2 + rng.uniform(-30, 30), rng.uniform(90, 140)
        if sides != "back":
            _front(surface, x, y, k, paper, who, rng)
        if sides != "front":
            _back(surface, x + rng.uniform(-8, 8), y + HIGH * k + rng.uniform(40, 90), k, paper)
        if rng.random() < 0.3:
            surface.text(A4[0] / 2, 760, "此复印件仅供办理保险业务使用", "sans", 11, (0.35, 0.35, 0.35), align="middle")
        return surface.finish()
    k = 2.0
    pad = rng.uniform(12, 40)
    size = (WIDE * k + 2 * pad, HIGH * k + 2 * pad)
    surface = Surface(size)
    if sides != "back":
        surface.rect((0, 0, *size), 0, fill=(0.86, 0.86, 0.85))
        _front(surface, pad, pad, k, paper, who, rng)
    if sides == "both":
        surface.new_page(size)
    if sides != "front":
        surface.rect((0, 0, *size), 0, fill=(0.86, 0.86, 0.85))
        _back(surface, pad, pad, k, paper)
    return surface.finish()
