"""How does a page get its frame? Templates in both languages, the menu for this person, the strict policy for browsers."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api import forgery
from api.clock import LEGAL_ZONE, now
from api.deps import services_of
from api.permissions import ROLE_NAMES, Permission
from api.principal import Principal
from api.workflow import access
from api.workflow.opened import mask
from verifier.model import Text
from verifier.reports.masking import masked, masked_name
from verifier.reports.wording import known

HERE = Path(__file__).resolve().parents[1]
STATIC = HERE / "static"
LANGUAGE_COOKIE, THEME_COOKIE = "verifier_language", "verifier_theme"

# nothing from elsewhere, nothing inline: an uploaded script has nowhere to run
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)


class SignInFirst(Exception):
    """Nobody is signed in: the browser is sent to the sign-in page and comes back afterwards."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A place of the menu: who sees it holds the permission. `icon` is a symbol of parts/icons.svg.

    An entry with `tabs` is a section: it is seen by whoever sees one of them, and leads to the first of those.
    """

    path: str
    label: Text
    icon: str = ""
    permission: Permission | None = None
    tabs: tuple[Entry, ...] = ()

    def for_person(self, who: Principal) -> Entry | None:
        """The entry as this person has it; None when nothing of it is theirs."""
        if not self.tabs:
            return self if self.permission is None or who.may(self.permission) else None
        tabs = tuple(tab for tab in self.tabs if tab.for_person(who))
        return replace(self, path=tabs[0].path, tabs=tabs) if tabs else None

    def nearness(self, here: str) -> int:
        """How much of the address `here` is this place; 0 when it is elsewhere."""
        own = len(self.path) if here == self.path or here.startswith(self.path + "/") else 0
        return max([own, *(tab.nearness(here) for tab in self.tabs)])


MENU: tuple[Entry, ...] = (
    Entry(
        "/queue",
        Text("待办", "Queue"),
        "inbox",
        tabs=(
            Entry("/queue", Text("待办", "Queue"), permission=Permission.FINDING_DECIDE),
            Entry("/requests", Text("补件", "Papers asked for"), permission=Permission.FINDING_DECIDE),
            Entry("/blind", Text("盲审", "Blind second looks"), permission=Permission.BLIND_REVIEW),
        ),
    ),
    Entry("/batches", Text("批次", "Batches"), "layers", Permission.BATCH_READ),
    Entry("/cases", Text("案件", "Cases"), "folder", Permission.CASE_READ),
    Entry("/dashboard", Text("总览", "Dashboard"), "chart", Permission.DASHBOARD),
    Entry(
        "/populations",
        Text("抽查", "Oversight"),
        "target",
        tabs=(
            Entry("/populations", Text("销售清单", "Sold policies"), permission=Permission.POPULATION_READ),
            Entry("/samples", Text("抽样", "Samples"), permission=Permission.SAMPLE_DRAW),
            Entry("/reaudits", Text("重新审核", "Re-audits"), permission=Permission.REAUDIT),
        ),
    ),
    Entry(
        "/checklists",
        Text("检查清单", "Checklists"),
        "list",
        tabs=(
            Entry("/checklists", Text("检查清单", "Checklists"), permission=Permission.PACK_READ),
            Entry("/drafts", Text("修订草稿", "Drafts"), permission=Permission.PACK_EDIT),
            Entry("/references", Text("参照名单", "Reference lists"), permission=Permission.REFERENCE_WRITE),
        ),
    ),
    Entry("/trail", Text("审计轨迹", "Audit trail"), "link", Permission.TRAIL_READ),
    Entry(
        "/administration",
        Text("管理", "Administration"),
        "gear",
        tabs=(
            Entry("/administration", Text("人员与分支", "People and branches"), permission=Permission.ACCOUNT_MANAGE),
            Entry("/administration/keys", Text("API 密钥", "API keys"), permission=Permission.ACCOUNT_MANAGE),
            Entry("/institution", Text("审核设置", "How we review"), permission=Permission.ACCOUNT_MANAGE),
            Entry("/institutions", Text("机构", "Institutions"), permission=Permission.TENANT_MANAGE),
            Entry("/webhooks", Text("结果推送", "Webhooks"), permission=Permission.AUTOMATION),
            Entry("/watches", Text("监视目录", "Watched folders"), permission=Permission.AUTOMATION),
            Entry("/schedules", Text("定时任务", "Schedules"), permission=Permission.AUTOMATION),
            Entry("/retention", Text("保存与保全", "Retention"), permission=Permission.RETENTION),
            Entry("/administration/health", Text("运行状况", "Health"), permission=Permission.ACCOUNT_MANAGE),
        ),
    ),
)


def visitor(request: Request) -> Principal:
    """Whoever is signed in; nobody is sent to the sign-in page."""
    who = _known(request)
    if who is None:
        raise SignInFirst
    return who


Visitor = Annotated[Principal, Depends(visitor)]


class Sees:
    """A page for those who hold the permission; the walk over all routes knows it like `deps.Allowed`."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    def __call__(self, who: Visitor) -> Principal:
        who.require(self.permission)
        return who


def to_sign_in(request: Request) -> Response:
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    address = "/sign-in" if back == "/" else f"/sign-in?next={quote(back, safe='')}"
    if request.headers.get("hx-request"):
        return Response(status_code=204, headers={"HX-Redirect": "/sign-in"})
    return RedirectResponse(address, status_code=303)


# --- languages -------------------------------------------------------------------------------------


def language_of(request: Request) -> str:
    """The one that was chosen, else the browser's, else Chinese."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in ("zh", "en"):
        return chosen
    wanted = request.headers.get("accept-language", "zh").lower()
    return "en" if wanted.startswith("en") else "zh"


def teller(lang: str) -> Callable[..., str]:
    """`t` of the templates: `t("案件", "Case")`, `t(text)` for a Text, `t({"zh": …, "en": …})` for one that came as JSON."""

    def tell(zh: str | Text | Mapping[str, str] | None, en: str | None = None) -> str:
        if zh is None:
            return ""
        if isinstance(zh, Text):
            return zh.zh if lang == "zh" else zh.en
        if isinstance(zh, str):
            return zh if lang == "zh" or en is None else en
        return zh.get(lang) or zh.get("zh") or ""

    return tell


def moment(value: datetime | None) -> str:
    """A moment as people write it, in the legal zone."""
    return value.astimezone(LEGAL_ZONE).strftime("%Y-%m-%d %H:%M") if value else ""


def day(value: date | None) -> str:
    return value.isoformat() if value else ""


def day_in(text: str) -> date | None:
    """The day that a filter asks for; one that is none asks for nothing."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def number(value: int | float) -> str:
    return f"{value:,}"


def in_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def share(part: float, whole: float) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "–"


# --- templates -------------------------------------------------------------------------------------


@cache
def fingerprint(path: str) -> str:
    return hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]


def static(path: str) -> str:
    """The address of a file that ships with the pages; it changes when the file does."""
    return f"/static/{path}?v={fingerprint(path)}"


@cache
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        static=static,
        share=share,
        said=known,
        mask=mask,
        mask_name=masked_name,
        mask_number=masked,
        role_names=ROLE_NAMES,
        moment_now=now,
    )
    made.filters.update(moment=moment, day=day, number=number, base64=in_base64)
    return made


def render(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page, or with `HX-Request` the part of one that the template is, under the strict policy."""
    who = _known(request)
    lang = language_of(request)
    here = request.url.path
    menu = [own for entry in MENU if who and (own := entry.for_person(who))]
    section = max(menu, key=lambda entry: entry.nearness(here), default=None)
    seen = (
        environment()
        .get_template(template)
        .render(
            t=teller(lang),
            lang=lang,
            theme=_theme(request),
            who=who,
            menu=menu,
            section=section if section and section.nearness(here) else None,
            Permission=Permission,
            status=status,
            here=here,
            query=request.url.query,
            csrf=forgery.token_for(request.cookies.get(access.COOKIE, "")) if who else "",
            **values,
        )
    )
    return HTMLResponse(seen, status, headers={"Content-Security-Policy": POLICY, "Vary": "Cookie, HX-Request"})


def _known(request: Request) -> Principal | None:
    """Who is signed in, also on a page that asks nobody: a refusal keeps the menu."""
    if not hasattr(request.state, "principal"):
        request.state.principal = access.authenticated(services_of(request), request)
    known: Principal | None = request.state.principal
    return known


def _theme(request: Request) -> str:
    chosen = request.cookies.get(THEME_COOKIE)
    return chosen if chosen in ("light", "dark") else "auto"
