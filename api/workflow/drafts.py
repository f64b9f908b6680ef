"""How does an institution change a checklist? A draft over a base, tried out, proposed by one and published by another.

Only differences are kept. A published edition is whole and never changes; the next change is a new draft that begins
with its files. Who wrote a draft, or proposed it, does not publish it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import yaml
from sqlmodel import Session

from api import trail
from api.clock import now
from api.editions import PACK, Published, files_of
from api.errors import ServiceError, conflict, invalid, not_found
from api.etags import check_version
from api.permissions import Permission
from api.principal import Kind, Principal
from api.services import Services
from api.store import packs as stored
from api.store.editions import EditionTable
from api.tables import PackDraft
from api.workflow import webhooks
from api.workflow.draft_checks import EDITABLE, MOST_FILES, Fault, faults_of, file_faults, looked_at
from api.yaml_text import without_aliases
from verifier.model import Text
from verifier.packs.load import Pack

NAME = re.compile(r"[a-z][a-z0-9-]{1,60}")
EDITION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,40}")


def create(
    services: Services, who: Principal, *, pack: str, base: str, edition: str, title: Text, base_edition: str = ""
) -> PackDraft:
    """A draft of the institution's own pack. It begins with the files of the pack's newest edition, if there is one."""
    who.require(Permission.PACK_EDIT)
    if not NAME.fullmatch(pack) or not EDITION.fullmatch(edition):
        raise invalid(
            "bad_pack_name",
            Text("清单名称或版本号不可用", "The pack's name or edition cannot be used"),
            Text(
                "名称用小写字母、数字和连字符；版本如 2026.12", "Name: small letters, digits, hyphens; edition: 2026.12"
            ),
        )
    shipped = services.editions.pack(base, "", base_edition)
    if pack in services.editions.names():
        raise conflict(
            "pack_name_taken",
            Text(f"“{pack}”是系统自带清单的名称", f"{pack!r} is the name of a shipped pack"),
            Text("请另取名称，例如机构简称加 -cn", "Choose another name"),
        )
    _not_published(services, who.tenant_id, pack, edition)
    files = _newest_files(services, who.tenant_id, pack)
    with services.writing() as session:
        if stored.open_draft(session, who, pack) is not None:
            raise conflict(
                "draft_open",
                Text("该清单已有未结束的草稿", "There is a draft of this pack that has not ended"),
                Text("请继续编辑或撤回该草稿", "Go on with it or withdraw it"),
            )
        row = PackDraft(
            tenant_id=who.tenant_id,
            pack=pack,
            base=f"{base}@{shipped.info.edition}",
            edition=edition,
            title={"zh": title.zh, "en": title.en},
            files=dict(files),
            editors=[who.id],
            created_by=who.id,
            created_at=now(),
            changed_at=now(),
            changed_by=who.id,
        )
        session.add(row)
        trail.record(session, who, "pack.drafted", "pack_draft", row.id, pack=pack, edition=edition, base=row.base)
    return row


def _newest_files(services: Services, tenant_id: str, pack: str) -> Mapping[str, str]:
    own = [one for one in services.editions.listed(tenant_id) if one.tenant_id == tenant_id and one.pack == pack]
    if not own:
        return {}
    kept = EditionTable(services.engine).files(tenant_id, pack, own[-1].edition)
    prefix = f"{PACK}/"
    files = {
        name.removeprefix(prefix): text for name, text in (kept[1] if kept else {}).items() if name.startswith(prefix)
    }
    files.pop("pack.yaml", None)
    return files


def _not_published(services: Services, tenant_id: str, pack: str, edition: str) -> None:
    if any((one.pack, one.edition) == (pack, edition) for one in services.editions.listed(tenant_id)):
        raise conflict(
            "edition_published",
            Text(f"版本 {edition} 已发布，不可更改", f"Edition {edition} is published and never changes"),
            Text("请使用新的版本号", "Choose another edition"),
        )


# --- editing ----------------------------------------------------------------------------------------


def put_file(
    services: Services, who: Principal, draft_id: str, name: str, text: str, if_match: str | None = None
) -> PackDraft:
    """Write a file of a draft. What cannot be read is refused with the place; what does not fit yet is kept, and told
    by `check`."""
    who.require(Permission.PACK_EDIT)
    with services.reading() as session:
        row = stored.draft(session, who, draft_id)
    grave = [one for one in file_faults(name, text, base_of(services, row)) if not one.place]
    if grave:
        raise refused(grave)
    return _change(services, who, draft_id, if_match, name, text)


def remove_file(services: Services, who: Principal, draft_id: str, name: str, if_match: str | None = None) -> PackDraft:
    """What the base says holds again."""
    who.require(Permission.PACK_EDIT)
    with services.reading() as session:
        if name not in stored.draft(session, who, draft_id).files:
            raise not_found("文件", "file")
    return _change(services, who, draft_id, if_match, name, None)


def _change(
    services: Services, who: Principal, draft_id: str, if_match: str | None, name: str, text: str | None
) -> PackDraft:
    with services.writing() as session:
        row = stored.draft(session, who, draft_id, lock=True)
        _in_state(row, "draft")
        check_version(if_match, row.version)
        others = {one: said for one, said in row.files.items() if one != name}
        row.files = dict(sorted({**others, **({name: text} if text is not None else {})}.items()))
        if len(row.files) > MOST_FILES:
            raise invalid(
                "too_many_files",
                Text(f"草稿最多 {MOST_FILES} 个文件", f"A draft holds {MOST_FILES} files at most"),
                Text("请删除不需要的文件", "Remove what is not needed"),
            )
        row.editors = sorted({*row.editors, who.id})
        row.version, row.changed_at, row.changed_by = row.version + 1, now(), who.id
        session.add(row)
        trail.record(session, who, "pack.edited", "pack_draft", row.id, file=name, version=row.version)
    return row


def base_of(services: Services, row: PackDraft) -> Pack:
    name, _, edition = row.base.partition("@")
    return services.editions.pack(name, "", edition)


def info_of(row: PackDraft, base: Pack) -> str:
    """pack.yaml of a draft: the base's, under its own name and edition."""
    told = base.info.model_dump(mode="json") | {
        "id": row.pack, "edition": row.edition, "title": row.title, "extends": row.base,
    }  # fmt: skip
    return yaml.safe_dump(told, allow_unicode=True, sort_keys=False)


def base_files(services: Services, row: PackDraft) -> dict[str, str]:
    return files_of(base_of(services, row).home)


@dataclass(frozen=True, slots=True)
class FileText:
    """A file as the draft has it (`own` None: it has none) and as the base has it. `shown`: what an editor begins with."""

    own: str | None
    base: str

    @property
    def shown(self) -> str:
        return self.own if self.own is not None else without_aliases(self.base)


def file_of(services: Services, who: Principal, draft_id: str, name: str) -> FileText:
    who.require(Permission.PACK_READ)
    with services.reading() as session:
        row = stored.draft(session, who, draft_id)
    if not EDITABLE.fullmatch(name):
        raise not_found("文件", "file")
    return FileText(row.files.get(name), base_files(services, row).get(name, ""))


# --- what would be published ----------------------------------------------------------------------


def check(services: Services, who: Principal, draft_id: str) -> list[Fault]:
    """Every fault of the draft with its place."""
    who.require(Permission.PACK_READ)
    with services.reading() as session:
        row = stored.draft(session, who, draft_id)
    base = base_of(services, row)
    return faults_of(row.files, info_of(row, base), base)


def digest_of(services: Services, row: PackDraft) -> str:
    base = base_of(services, row)
    faults, sha256 = looked_at(row.files, info_of(row, base), base)
    if faults:
        raise refused(faults)
    return sha256


def keep(services: Services, row: PackDraft, sha256: str, *, trial: bool = False) -> Published:
    """Put the draft on record as an edition, with its base: all of that but its scenarios, which judge nothing."""
    base = base_of(services, row)
    one = Published(row.tenant_id, row.pack, row.edition, sha256, row.published_by or row.created_by, None)
    below = {name: text for name, text in files_of(base.home).items() if not name.startswith("scenarios/")}
    files = {**row.files, "pack.yaml": info_of(row, base)}
    services.editions.publish(one, files, (base.info.id, below), trial=trial)
    return one


# --- proposing, publishing --------------------------------------------------------------------------


def propose(services: Services, who: Principal, draft_id: str) -> PackDraft:
    """Ready for the second person; from now on nothing of it can be changed."""
    who.require(Permission.PACK_EDIT)
    with services.reading() as session:
        row = stored.draft(session, who, draft_id)
    sha256 = digest_of(services, row)
    with services.writing() as session:
        seen, row = row.version, stored.draft(session, who, draft_id, lock=True)
        _in_state(row, "draft")
        if row.version != seen:
            raise conflict(
                "changed_meanwhile",
                Text("草稿刚刚被修改", "The draft was changed just now"),
                Text("请重新检查后再提交", "Check it again, then propose it"),
            )
        _not_published(services, row.tenant_id, row.pack, row.edition)
        row.state, row.proposed_by, row.sha256 = "proposed", who.id, sha256
        row.version += 1
        session.add(row)
        trail.record(session, who, "pack.proposed", "pack_draft", row.id, sha256=sha256)
    return row


def send_back(services: Services, who: Principal, draft_id: str, reason: str = "") -> PackDraft:
    """Not yet: the draft can be edited again. Whoever did not work on it says why."""
    _either(who)
    with services.reading() as session:
        row = stored.draft(session, who, draft_id)
    if not reason.strip() and who.id not in {row.proposed_by, *row.editors}:
        raise invalid(
            "reason_missing",
            Text("退回须说明理由", "Sending it back needs a reason"),
            Text("请写明需要修改什么", "Say what has to be changed"),
        )
    told = {"reason": reason.strip(), "by": who.id, "at": now().isoformat()}
    return _move(services, who, draft_id, "proposed", "draft", "pack.sent_back", told)


def withdraw(services: Services, who: Principal, draft_id: str) -> PackDraft:
    """Given up; it stays on record."""
    who.require(Permission.PACK_EDIT)
    return _move(services, who, draft_id, "draft", "withdrawn", "pack.withdrawn")


def _move(
    services: Services,
    who: Principal,
    draft_id: str,
    before: str,
    after: str,
    action: str,
    told: Mapping[str, str] | None = None,
) -> PackDraft:
    with services.writing() as session:
        row = stored.draft(session, who, draft_id, lock=True)
        _in_state(row, before)
        row.state, row.proposed_by, row.version = after, None, row.version + 1
        row.sent_back = dict(told) if told else row.sent_back
        session.add(row)
        trail.record(session, who, action, "pack_draft", row.id)
    return row


def _either(who: Principal) -> None:
    if not who.may(Permission.PACK_PUBLISH):
        who.require(Permission.PACK_EDIT)


def publish(services: Services, who: Principal, draft_id: str) -> PackDraft:
    """Make a proposed draft an edition, by a person who neither wrote nor proposed it."""
    who.require_everywhere(Permission.PACK_PUBLISH)
    with services.reading() as session:
        row = stored.draft(session, who, draft_id)
    _may_publish(row, who)
    sha256 = digest_of(services, row)
    if sha256 != row.sha256:
        raise conflict(
            "proposal_changed",
            Text("草稿与提交发布时不同", "The draft is not what was proposed"),
            Text("请退回并重新提交", "Send it back and propose it again"),
        )
    row.published_by = who.id
    one = keep(services, row, sha256)  # first the edition, which is kept once; then the draft's end
    with services.writing() as session:
        row = stored.draft(session, who, draft_id, lock=True)
        if row.state == "published":
            return row
        _may_publish(row, who)
        row.state, row.published_by, row.published_at = "published", who.id, now()
        row.version += 1
        session.add(row)
        _told_published(services, session, who, row, one)
    return row


def _told_published(services: Services, session: Session, who: Principal, row: PackDraft, one: Published) -> None:
    told = {"pack": one.pack, "edition": one.edition, "sha256": one.sha256}
    trail.record(session, who, "pack.published", "pack_draft", row.id, proposed_by=row.proposed_by, **told)
    webhooks.emit(services, session, row.tenant_id, "edition.published", **told)


def _may_publish(row: PackDraft, who: Principal) -> None:
    """A person, and another one: a key could be anybody's."""
    _in_state(row, "proposed")
    if who.kind is not Kind.USER or who.id in {row.proposed_by, *row.editors}:
        raise conflict(
            "second_person_needed",
            Text("编写或提交草稿的人不能发布它", "Who wrote or proposed a draft cannot publish it"),
            Text("请由另一位有发布权限的人发布", "Another person with the right to publish has to do it"),
        )


def _in_state(row: PackDraft, state: str) -> None:
    if row.state != state:
        raise conflict(
            "draft_state",
            Text(
                f"草稿处于“{row.state}”状态，不能进行此操作", f"The draft is {row.state}: this cannot be done with it"
            ),
            Text(f"此操作要求状态为“{state}”", f"It has to be {state}"),
        )


def refused(faults: Sequence[Fault]) -> ServiceError:
    """The faults as the errors of a problem."""
    first = faults[0]
    return ServiceError(
        422,
        "draft_broken",
        Text(
            f"草稿有 {len(faults)} 处问题：{first.message.zh}", f"{len(faults)} faults, the first: {first.message.en}"
        ),
        Text("请按 errors 所列位置修改", "Mend the places listed under errors"),
        errors=[
            {
                "file": one.file,
                "line": one.line,
                "place": one.place,
                "message": {"zh": one.message.zh, "en": one.message.en},
            }
            for one in faults[:100]
        ],
    )
