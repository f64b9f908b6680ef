"""When does a schedule run, in words, and which expression stands for a choice of days and a time?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from api.clock import LEGAL_ZONE
from verifier.model import Text

WEEKDAYS = (
    Text("周日", "Sunday"),
    Text("周一", "Monday"),
    Text("周二", "Tuesday"),
    Text("周三", "Wednesday"),
    Text("周四", "Thursday"),
    Text("周五", "Friday"),
    Text("周六", "Saturday"),
)
CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
NEAR = (Text("今天", "today"), Text("明天", "tomorrow"), Text("后天", "the day after tomorrow"))
WORKDAYS = "1-5"


@dataclass(frozen=True, slots=True)
class Choice:
    """`every`: day, workday, week (on `weekday`, 0 is Sunday), month (on `day`), or cron, which says all by itself."""

    every: str = "week"
    weekday: str = "1"
    day: str = "1"
    clock: str = "02:00"
    cron: str = ""

    @property
    def expression(self) -> str:
        """Five fields of cron; what cannot be understood stays as it was written, to be refused in its own words."""
        clock = CLOCK.fullmatch(self.clock.strip())
        if self.every == "cron" or clock is None:
            return self.cron if self.every == "cron" else self.clock
        time = f"{int(clock[2])} {int(clock[1])}"
        days = {"day": "* * *", "workday": f"* * {WORKDAYS}", "week": f"* * {self.weekday}", "month": f"{self.day} * *"}
        return f"{time} {days.get(self.every, '')}"


def choice_of(cron: str) -> Choice:
    """The choice that an expression stands for."""
    fields = cron.split()
    if len(fields) != 5 or not (fields[0].isdecimal() and fields[1].isdecimal()) or fields[3] != "*":
        return Choice(every="cron", cron=cron)
    clock = f"{int(fields[1]):02}:{int(fields[0]):02}"
    match fields[2], fields[4]:
        case "*", "*":
            return Choice("day", clock=clock, cron=cron)
        case "*", "1-5":
            return Choice("workday", clock=clock, cron=cron)
        case "*", weekday if weekday in set("01234567"):
            return Choice("week", weekday=str(int(weekday) % 7), clock=clock, cron=cron)
        case day, "*" if day.isdecimal():
            return Choice("month", day=day, clock=clock, cron=cron)
    return Choice(every="cron", clock=clock, cron=cron)


def in_words(cron: str) -> Text:
    found = choice_of(cron)
    match found.every:
        case "day":
            return Text(f"每天 {found.clock}", f"every day at {found.clock}")
        case "workday":
            return Text(f"周一至周五 {found.clock}", f"Monday to Friday at {found.clock}")
        case "week":
            day = WEEKDAYS[int(found.weekday)]
            return Text(f"每{day.zh} {found.clock}", f"every {day.en} at {found.clock}")
        case "month":
            return Text(f"每月 {found.day} 日 {found.clock}", f"on day {found.day} of each month at {found.clock}")
    return Text(f"按 cron：{cron}", f"by cron: {cron}")


def coming(at: datetime, now: datetime) -> Text:
    """A moment that lies ahead, as people say it."""
    local, today = at.astimezone(LEGAL_ZONE), now.astimezone(LEGAL_ZONE).date()
    clock, weekday = local.strftime("%H:%M"), WEEKDAYS[int(local.strftime("%w"))]
    days = (local.date() - today).days
    if 0 <= days < len(NEAR):
        return Text(f"{NEAR[days].zh}（{weekday.zh}）{clock}", f"{NEAR[days].en} ({weekday.en}) at {clock}")
    if days > 0:
        return Text(f"{days} 天后（{weekday.zh}）{clock}", f"in {days} days ({weekday.en}) at {clock}")
    return Text("即将执行", "any moment now")
