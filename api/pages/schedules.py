"""Work that starts by the clock: samples, re-audits, purges, signed checkpoints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from api.clock import now
from api.deps import services_of
from api.errors import ServiceError
from api.pages import recurring
from api.pages.recurring import Choice
from api.pages.shell import Sees, render
from api.permissions import Permission
from api.principal import Principal
from api.store import populations
from api.store import schedules as stored
from api.tables import Schedule
from api.workflow import schedules
from verifier.model import Text
from verifier.reports.wording import known

router = APIRouter(include_in_schema=False)
Manager = Annotated[Principal, Depends(Sees(Permission.AUTOMATION))]

WORKS: Mapping[str, tuple[Text, Text]] = {
    "sample": (
        Text("抽样", "Draw a sample"),
        Text(
            "从新近成交的案件或一份销售清单中抽取，供人复查。",
            "From cases sold lately, or from a list of sold policies.",
        ),
    ),
    "reaudit": (
        Text("重新审核", "Audit again"),
        Text(
            "用检查清单的最新版再审一遍近期案件，只供比较，不会自动生效。",
            "Recent cases under the newest edition, to compare: it never counts by itself.",
        ),
    ),
    "purge": (
        Text("清除到期案件", "Purge what is due"),
        Text(
            "清除保存期限已满且未被保全的案件，并清理无人引用的文件。不可恢复。",
            "Cases whose term is over and that nobody holds, then files that nothing names. For good.",
        ),
    ),
    "checkpoint": (
        Text("轨迹签名", "Sign the trail"),
        Text(
            "为审计轨迹签署检查点，事后截断即可发现。", "A signed checkpoint: a trail that is cut off later shows it."
        ),
    ),
}
PLACES: Mapping[str, Text] = {
    "rule": Text("数量与比例（填其中一项）", "Number and share (give one of them)"),
    "size": Text("数量", "Number"),
    "share": Text("比例", "Share"),
    "days_back": Text("近多少天", "How many days back"),
    "population_id": Text("销售清单", "List of sold policies"),
}


class Wish(BaseModel):
    """A schedule as the form has it: what is done, when, and by which rule."""

    work: str = Field("", max_length=20)
    every: str = Field("week", max_length=10)
    weekday: str = Field("1", max_length=1)
    day: str = Field("1", max_length=2)
    clock: str = Field("02:00", max_length=10)
    cron: str = Field("", max_length=100)
    of: str = Field("cases", max_length=10)
    method: str = Field("risk", max_length=10)
    strata: str = Field("", max_length=10)
    size: str = Field("", max_length=10)
    share: str = Field("", max_length=10)
    population_id: str = Field("", max_length=36)
    days_back: str = Field("", max_length=6)
    pack: str = Field("", max_length=100)
    verdict: str = Field("", max_length=16)

    @property
    def choice(self) -> Choice:
        return Choice(self.every, self.weekday, self.day, self.clock, self.cron)

    def parameters(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """What the work goes by. What the form does not ask for stays as it was."""
        given: dict[str, Any] = {"days_back": self.days_back.strip() or None}
        if self.work == "sample":
            given["population_id"] = self.population_id or None
            rule = {name: getattr(self, name) for name in ("of", "method", "strata")}
            sized = {"size": self.size.strip() or None, "share": self.share.strip() or None}
            return {**before, **given, "rule": {**before.get("rule", {}), **rule, **sized}}
        if self.work == "reaudit":
            return {**before, **given, "pack": self.pack, "verdict": self.verdict}
        return {}


def wish_of(row: Schedule) -> Wish:
    """The form of a schedule that is there."""
    told, rule, choice = row.parameters, row.parameters.get("rule", {}), recurring.choice_of(row.cron)
    return Wish(
        work=row.work,
        every=choice.every,
        weekday=choice.weekday,
        day=choice.day,
        clock=choice.clock,
        cron=choice.cron,
        of=rule.get("of", "policies"),
        method=rule.get("method", "random"),
        strata=rule.get("strata", ""),
        size=str(rule.get("size") or ""),
        share=str(rule.get("share") or ""),
        population_id=told.get("population_id") or "",
        days_back=str(told.get("days_back") or ""),
        pack=told.get("pack", ""),
        verdict=told.get("verdict", ""),
    )


def about(row: Schedule) -> Text:
    """What a schedule does, in a sentence."""
    wish = wish_of(row)
    lately = (
        Text(f"近 {wish.days_back} 天成交的", f"sold in the last {wish.days_back} days") if wish.days_back else None
    )
    if row.work == "sample":
        number = Text(f" {wish.size} 件", wish.size) if wish.size else Text(f" {wish.share}%", f"{wish.share} %")
        how = Text("按风险", "by risk") if wish.method == "risk" else Text("随机", "at random")
        of = Text("销售清单", "policies of a list") if wish.of == "policies" else Text("已审案件", "judged cases")
        zh = f"从{lately.zh if lately else ''}{of.zh}中{how.zh}抽取{number.zh}"
        return Text(zh, " ".join(part for part in (number.en, of.en, lately.en if lately else "", how.en) if part))
    if row.work == "reaudit":
        verdict = known("verdict", wish.verdict) if wish.verdict else None
        zh = f"{lately.zh if lately else '全部'}案件" + (f"，结论为“{verdict.zh}”" if verdict else "")
        en = f"cases {lately.en}" if lately else "all cases"
        return Text(zh, en + (f" that are {verdict.en.lower()}" if verdict else ""))
    return WORKS[row.work][1]


def trouble(problem: str) -> Text:
    """Why the last run could not be done: kept as `code: 中文 / English`."""
    code, _, words = problem.partition(": ")
    zh, slash, en = words.partition(" / ")
    return Text(zh, en) if slash else Text(words or code, words or code)


@router.get("/schedules")
def listed(request: Request, who: Manager, cursor: str | None = None) -> Response:
    with services_of(request).reading() as session:
        found = stored.listed(session, who, 50, cursor)
    return render(
        request,
        "schedules.html",
        schedules=found.items,
        next=found.next,
        works=WORKS,
        about=about,
        trouble=trouble,
        in_words=recurring.in_words,
        coming=recurring.coming,
        at=now(),
    )


@router.get("/schedules/new")
def begin(request: Request, who: Manager, work: str = "") -> Response:
    if work not in WORKS:
        return render(request, "schedule_new.html", works=WORKS)
    return _asked(request, who, Wish(work=work, size="20" if work == "sample" else "", days_back="7"))


def _asked(
    request: Request,
    who: Principal,
    wish: Wish,
    *,
    row: Schedule | None = None,
    problem: ServiceError | None = None,
) -> Response:
    """The form: of a new schedule, or of one that is there."""
    services = services_of(request)
    lists = []
    if who.may(Permission.POPULATION_READ):
        with services.reading() as session:
            lists = list(populations.listed(session, who, 50, None).items)
    return render(
        request,
        "schedule.html",
        problem.status if problem else 200,
        wish=wish,
        row=row,
        works=WORKS,
        weekdays=recurring.WEEKDAYS,
        lists=lists,
        packs=services.editions.names(who.tenant_id),
        default_pack=services.settings.default_pack,
        in_words=recurring.in_words,
        coming=recurring.coming,
        trouble=trouble,
        at=now(),
        problem=problem,
        places=_places(problem),
    )


def _places(problem: ServiceError | None) -> list[Text]:
    """Which fields a refusal speaks of."""
    errors: Any = problem.more.get("errors", ()) if problem else ()
    ends = [str(one["where"][-1]) for one in errors if one["where"]]
    return [PLACES.get(end, Text(end, end)) for end in dict.fromkeys(ends)]


@router.post("/schedules")
def create(request: Request, who: Manager, wish: Annotated[Wish, Form()]) -> Response:
    try:
        schedules.create(services_of(request), who, wish.work, wish.choice.expression, wish.parameters({}))
    except ServiceError as refused:
        if wish.work not in WORKS:
            raise
        return _asked(request, who, wish, problem=refused)
    return RedirectResponse("/schedules", status_code=303)


@router.get("/schedules/{schedule_id}")
def one(request: Request, schedule_id: str, who: Manager) -> Response:
    row = _row(request, who, schedule_id)
    return _asked(request, who, wish_of(row), row=row)


def _row(request: Request, who: Principal, schedule_id: str) -> Schedule:
    with services_of(request).reading() as session:
        return stored.schedule(session, who, schedule_id)


@router.post("/schedules/{schedule_id}")
def change(request: Request, schedule_id: str, who: Manager, wish: Annotated[Wish, Form()]) -> Response:
    row = _row(request, who, schedule_id)
    wish = wish.model_copy(update={"work": row.work})
    try:
        schedules.change(
            services_of(request),
            who,
            schedule_id,
            cron=wish.choice.expression,
            parameters=wish.parameters(row.parameters),
        )
    except ServiceError as refused:
        return _asked(request, who, wish, row=row, problem=refused)
    return RedirectResponse("/schedules", status_code=303)


@router.post("/schedules/{schedule_id}/{act}")
def act(request: Request, schedule_id: str, act: Literal["pause", "resume", "remove"], who: Manager) -> Response:
    services = services_of(request)
    if act == "remove":
        schedules.remove(services, who, schedule_id)
    else:
        schedules.change(services, who, schedule_id, paused=act == "pause")
    return RedirectResponse("/schedules", status_code=303)
