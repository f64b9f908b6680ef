"""Drafts of checklists: edited, tried out, proposed, published by a second person."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Response

from api.deps import Allowed, Anyone, Bound, Cursor, Limit
from api.etags import versioned
from api.permissions import Permission
from api.principal import Principal
from api.routes.documented import problems
from api.routes.packs_models import (
    BoxIn,
    ChangesOut,
    DraftIn,
    DraftOut,
    DraftsOut,
    FaultsOut,
    FiguresIn,
    FiguresOut,
    FileIn,
    FileTextOut,
    LabelIn,
    PlayedPageOut,
    SuggestionsOut,
    WordsIn,
    changed_out,
    draft_out,
    fault_out,
    figures_out,
    played_out,
    suggestion_out,
)
from api.routes.reaudits import ReauditOut, ScopeIn
from api.routes.reaudits import out as reaudit_out
from api.store import packs as stored
from api.tables import PackDraft
from api.workflow import draft_changes, draft_figures, draft_trials, draft_words, drafts, labels
from verifier.model import Box, Text

router = APIRouter(tags=["packs"])
Reader = Annotated[Principal, Depends(Allowed(Permission.PACK_READ))]
Editor = Annotated[Principal, Depends(Allowed(Permission.PACK_EDIT))]
Publisher = Annotated[Principal, Depends(Allowed(Permission.PACK_PUBLISH))]
IfMatch = Annotated[str | None, Header(alias="If-Match", description="所见版本的 ETag / ETag of the version seen")]


@router.post(
    "/drafts",
    operation_id="create_draft",
    summary="新建机构清单的草稿 / Begin a draft of the institution's own checklist",
    status_code=201,
    responses=problems(409),
)
def create(given: DraftIn, response: Response, who: Editor, services: Bound) -> DraftOut:
    row = drafts.create(
        services,
        who,
        pack=given.pack,
        base=given.base,
        base_edition=given.base_edition,
        edition=given.edition,
        title=Text(given.title.zh, given.title.en),
    )
    response.headers["Location"] = f"/api/v1/drafts/{row.id}"
    return _tagged(row, response)


@router.get("/drafts", operation_id="list_drafts", summary="草稿列表 / Drafts", responses=problems())
def listed(
    who: Reader,
    services: Bound,
    state: Annotated[str | None, Query(pattern="^(draft|proposed|published|withdrawn)$")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> DraftsOut:
    with services.reading() as session:
        found = stored.drafts(session, who, state=state, limit=limit, cursor=cursor)
    return DraftsOut(items=[draft_out(row) for row in found.items], next=found.next)


@router.get("/drafts/{draft_id}", operation_id="get_draft", summary="一份草稿 / A draft", responses=problems(404))
def one(draft_id: str, response: Response, who: Reader, services: Bound) -> DraftOut:
    with services.reading() as session:
        return _tagged(stored.draft(session, who, draft_id), response)


@router.get(
    "/drafts/{draft_id}/files/{name:path}",
    operation_id="get_draft_file",
    summary="草稿文件与基础清单的同名文件 / A file of the draft, and the base's",
    responses=problems(404),
)
def file(draft_id: str, name: str, response: Response, who: Reader, services: Bound) -> FileTextOut:
    with services.reading() as session:
        row = stored.draft(session, who, draft_id)
    _tagged(row, response)
    return FileTextOut(name=name, text=row.files.get(name), base=drafts.base_files(services, row).get(name))


@router.put(
    "/drafts/{draft_id}/files/{name:path}",
    operation_id="put_draft_file",
    summary="写入草稿文件 / Write a file of the draft",
    description="可写：parameters.yaml、papers.yaml、rules.yaml、documents/、lexicons/、requirements/、scenarios/ 下的 YAML"
    " / Files that may be written: those, as YAML",
    responses=problems(404, 409, 412),
)
def put_file(
    draft_id: str, name: str, given: FileIn, response: Response, who: Editor, services: Bound, if_match: IfMatch = None
) -> DraftOut:
    return _tagged(drafts.put_file(services, who, draft_id, name, given.text, if_match), response)


@router.delete(
    "/drafts/{draft_id}/files/{name:path}",
    operation_id="remove_draft_file",
    summary="移除草稿文件，恢复基础清单的内容 / Remove a file: what the base says holds again",
    responses=problems(404, 409, 412),
)
def remove_file(
    draft_id: str, name: str, response: Response, who: Editor, services: Bound, if_match: IfMatch = None
) -> DraftOut:
    return _tagged(drafts.remove_file(services, who, draft_id, name, if_match), response)


@router.get(
    "/drafts/{draft_id}/changes",
    operation_id="list_draft_changes",
    summary="与基础清单的不同 / What differs from the base",
    responses=problems(404),
)
def changes(draft_id: str, who: Reader, services: Bound) -> ChangesOut:
    _, found = draft_changes.changes(services, who, draft_id)
    return ChangesOut(items=[changed_out(one) for one in found])


@router.get(
    "/drafts/{draft_id}/figures",
    operation_id="list_draft_figures",
    summary="全部参数 / Every figure, with the base's value",
    responses=problems(404),
)
def figures(draft_id: str, response: Response, who: Reader, services: Bound) -> FiguresOut:
    found = draft_figures.figures(services, who, draft_id)
    _tagged(found.row, response)
    return figures_out(found)


@router.patch(
    "/drafts/{draft_id}/figures",
    operation_id="set_draft_figures",
    summary="修改参数 / Set figures; the base's value again takes a change back",
    responses=problems(404, 409, 412),
)
def set_figures(
    draft_id: str, given: FiguresIn, response: Response, who: Editor, services: Bound, if_match: IfMatch = None
) -> DraftOut:
    return _tagged(draft_figures.set_figures(services, who, draft_id, given.values, if_match), response)


@router.patch(
    "/drafts/{draft_id}/words",
    operation_id="change_draft_words",
    summary="增减词语 / Add a word to a list of a file, or remove one",
    responses=problems(404, 409, 412),
)
def change_words(
    draft_id: str, given: WordsIn, response: Response, who: Editor, services: Bound, if_match: IfMatch = None
) -> DraftOut:
    does, word = (draft_words.add_word, given.add) if given.add else (draft_words.remove_word, given.remove)
    return _tagged(does(services, who, draft_id, given.file, tuple(given.place), word, if_match), response)


@router.get(
    "/drafts/{draft_id}/faults",
    operation_id="check_draft",
    summary="检查草稿 / Every fault of the draft, with its place",
    responses=problems(404),
)
def faults(draft_id: str, who: Reader, services: Bound) -> FaultsOut:
    return FaultsOut(items=[fault_out(one) for one in drafts.check(services, who, draft_id)])


@router.get(
    "/drafts/{draft_id}/scenarios/{requirement_id}",
    operation_id="play_scenarios",
    summary="运行一项要求的情景 / Play the scenarios of one requirement",
    responses=problems(404),
)
def play(draft_id: str, requirement_id: str, who: Reader, services: Bound) -> PlayedPageOut:
    played = draft_trials.play_scenarios(services, who, draft_id, requirement_id)
    return PlayedPageOut(done=True, items=[played_out(one) for one in played])


@router.post(
    "/drafts/{draft_id}/test",
    operation_id="test_draft",
    summary="运行全部情景 / Play all scenarios, as a job",
    status_code=202,
    responses=problems(404),
)
def test(draft_id: str, who: Reader, services: Bound) -> DraftOut:
    return draft_out(draft_trials.begin_test(services, who, draft_id))


@router.get(
    "/drafts/{draft_id}/test",
    operation_id="get_draft_test",
    summary="全部情景的结果 / What all scenarios came to",
    responses=problems(404),
)
def tested(draft_id: str, who: Reader, services: Bound) -> PlayedPageOut:
    found = draft_trials.tested(services, who, draft_id)
    return PlayedPageOut(done=found is not None, items=[played_out(one) for one in found or ()])


@router.post(
    "/drafts/{draft_id}/trial",
    operation_id="try_draft",
    summary="以往案件试审（不生效） / Judge past cases by the draft; it never counts",
    status_code=202,
    responses=problems(404),
)
def trial(draft_id: str, given: ScopeIn, who: Editor, services: Bound) -> ReauditOut:
    return reaudit_out(draft_trials.try_on(services, who, draft_id, given.scope(), given.told()))


@router.post(
    "/drafts/{draft_id}/labels/suggestions",
    operation_id="suggest_labels",
    summary="框选处的栏目名称 / Labels near a box on a page",
    responses=problems(404),
)
def suggest(draft_id: str, given: BoxIn, who: Editor, services: Bound) -> SuggestionsOut:
    found = labels.suggest(services, who, draft_id, given.case_id, given.file, given.page, Box(*given.box))
    return SuggestionsOut(items=[suggestion_out(one) for one in found])


@router.post(
    "/drafts/{draft_id}/labels",
    operation_id="add_label",
    summary="为单证字段增加栏目名称 / Add a label to a field of a form",
    responses=problems(404, 409, 412),
)
def add_label(
    draft_id: str, given: LabelIn, response: Response, who: Editor, services: Bound, if_match: IfMatch = None
) -> DraftOut:
    row = labels.add(
        services, who, draft_id, document_type=given.document_type, field=given.field, label=given.label,
        kind=given.kind, if_match=if_match,
    )  # fmt: skip
    return _tagged(row, response)


@router.post(
    "/drafts/{draft_id}/proposal",
    operation_id="propose_draft",
    summary="提交发布 / Propose it for publishing",
    responses=problems(404, 409),
)
def propose(draft_id: str, response: Response, who: Editor, services: Bound) -> DraftOut:
    return _tagged(drafts.propose(services, who, draft_id), response)


@router.delete(
    "/drafts/{draft_id}/proposal",
    operation_id="send_draft_back",
    summary="退回修改 / Send it back",
    responses=problems(404, 409),
)
def send_back(
    draft_id: str,
    response: Response,
    who: Anyone,
    services: Bound,
    reason: Annotated[
        str, Query(max_length=2000, description="编写者以外的人须说明 / Needed from whoever did not work on it")
    ] = "",
) -> DraftOut:
    return _tagged(drafts.send_back(services, who, draft_id, reason), response)


@router.delete(
    "/drafts/{draft_id}", operation_id="withdraw_draft", summary="撤回草稿 / Give it up", responses=problems(404, 409)
)
def withdraw(draft_id: str, response: Response, who: Editor, services: Bound) -> DraftOut:
    return _tagged(drafts.withdraw(services, who, draft_id), response)


@router.post(
    "/drafts/{draft_id}/publication",
    operation_id="publish_draft",
    summary="发布为新版本（须为另一人） / Publish it as an edition, by another person",
    responses=problems(404, 409),
)
def publish(draft_id: str, response: Response, who: Publisher, services: Bound) -> DraftOut:
    return _tagged(drafts.publish(services, who, draft_id), response)


def _tagged(row: PackDraft, response: Response) -> DraftOut:
    response.headers["ETag"] = versioned(row.version, row.id, row.version)
    return draft_out(row)
