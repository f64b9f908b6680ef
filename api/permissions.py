"""Who may do what? One plain table: the only place that knows. docs/roles.md is made from it and a test walks it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from verifier.model import Text


class Role(StrEnum):
    UPLOADER = "uploader"
    REVIEWER = "reviewer"
    APPROVER = "approver"
    AML_OFFICER = "aml_officer"
    REGULATOR = "regulator"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """Also the scopes of an API key."""

    BATCH_WRITE = "batch.write"  # create, upload, submit, cancel
    BATCH_READ = "batch.read"
    CASE_READ = "case.read"  # cases, documents, page pictures, findings, reports
    CASE_WRITE = "case.write"  # move files, declare facts, correct fields
    UNMASKED = "case.unmasked"  # names and numbers in full
    FINDING_DECIDE = "finding.decide"  # accept, override, waive, comment, ask for papers
    FINDING_APPROVE = "finding.approve"  # the second person
    AML_READ = "aml.read"  # confidential findings and lists
    BLIND_REVIEW = "blind.review"
    REPORT_EXPORT = "report.export"
    POPULATION_READ = "population.read"
    POPULATION_WRITE = "population.write"
    SAMPLE_DRAW = "sample.draw"
    REAUDIT = "reaudit.run"
    REFERENCE_WRITE = "reference.write"
    PACK_READ = "pack.read"
    PACK_EDIT = "pack.edit"
    PACK_PUBLISH = "pack.publish"
    TRAIL_READ = "trail.read"
    RETENTION = "retention.manage"  # hold, release, purge
    AUTOMATION = "automation.manage"  # watches, schedules, webhooks
    ACCOUNT_MANAGE = "account.manage"  # users, branches, keys
    TENANT_MANAGE = "tenant.manage"  # institutions: only in the operator's own tenant
    DASHBOARD = "dashboard.read"
    OPERATE = "system.operate"  # queue, workers, data keys


P = Permission
ROLES: Mapping[Role, frozenset[Permission]] = {
    Role.UPLOADER: frozenset({P.BATCH_WRITE, P.BATCH_READ, P.CASE_READ, P.CASE_WRITE, P.UNMASKED, P.PACK_READ}),
    Role.REVIEWER: frozenset(
        {
            P.BATCH_READ,
            P.CASE_READ,
            P.CASE_WRITE,
            P.UNMASKED,
            P.FINDING_DECIDE,
            P.BLIND_REVIEW,
            P.REPORT_EXPORT,
            P.POPULATION_READ,
            P.PACK_READ,
            P.PACK_EDIT,
            P.DASHBOARD,
        }
    ),
    Role.APPROVER: frozenset(
        {
            P.BATCH_READ,
            P.CASE_READ,
            P.UNMASKED,
            P.FINDING_DECIDE,
            P.FINDING_APPROVE,
            P.BLIND_REVIEW,
            P.REPORT_EXPORT,
            P.POPULATION_READ,
            P.POPULATION_WRITE,
            P.SAMPLE_DRAW,
            P.REAUDIT,
            P.REFERENCE_WRITE,
            P.PACK_READ,
            P.PACK_EDIT,
            P.PACK_PUBLISH,
            P.TRAIL_READ,
            P.DASHBOARD,
        }
    ),
    Role.AML_OFFICER: frozenset(
        {
            P.BATCH_READ,
            P.CASE_READ,
            P.UNMASKED,
            P.FINDING_DECIDE,
            P.AML_READ,
            P.REPORT_EXPORT,
            P.REFERENCE_WRITE,
            P.PACK_READ,
            P.DASHBOARD,
        }
    ),
    Role.REGULATOR: frozenset(
        {
            P.BATCH_READ,
            P.CASE_READ,
            P.REPORT_EXPORT,
            P.POPULATION_READ,
            P.SAMPLE_DRAW,
            P.PACK_READ,
            P.TRAIL_READ,
            P.DASHBOARD,
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            P.ACCOUNT_MANAGE,
            P.TENANT_MANAGE,
            P.AUTOMATION,
            P.RETENTION,
            P.TRAIL_READ,
            P.PACK_READ,
            P.OPERATE,
            P.REFERENCE_WRITE,
            P.DASHBOARD,
        }
    ),
}

ROLE_NAMES: Mapping[Role, Text] = {
    Role.UPLOADER: Text("上传员", "Uploader"),
    Role.REVIEWER: Text("审核员", "Reviewer"),
    Role.APPROVER: Text("复核人", "Approver"),
    Role.AML_OFFICER: Text("反洗钱专员", "AML officer"),
    Role.REGULATOR: Text("监管人员", "Regulator"),
    Role.ADMINISTRATOR: Text("管理员", "Administrator"),
}

PERMISSION_NAMES: Mapping[Permission, Text] = {
    P.BATCH_WRITE: Text("新建、上传、提交、取消批次", "Create, upload, submit and cancel batches"),
    P.BATCH_READ: Text("查看批次与进度", "See batches and their progress"),
    P.CASE_READ: Text("查看案件、单证、页面、检查结果与报告", "See cases, documents, pages, findings and reports"),
    P.CASE_WRITE: Text("移动文件、申报事实、更正字段", "Move files, declare facts, correct fields"),
    P.UNMASKED: Text("查看完整姓名与号码", "See names and numbers in full"),
    P.FINDING_DECIDE: Text("接受、改判、豁免、评论、要求补件", "Accept, override, waive, comment, ask for papers"),
    P.FINDING_APPROVE: Text("复核重大决定（第二人）", "Confirm grave decisions (the second person)"),
    P.AML_READ: Text("查看反洗钱保密结果与名单", "See confidential anti-money-laundering findings and lists"),
    P.BLIND_REVIEW: Text("盲审抽中的通过项", "Judge drawn passes again, blind"),
    P.REPORT_EXPORT: Text("导出报告", "Export reports"),
    P.POPULATION_READ: Text("查看已售保单总体与对账", "See the population of sold policies and its reconciliation"),
    P.POPULATION_WRITE: Text("导入总体、排除保单", "Load populations, exclude policies"),
    P.SAMPLE_DRAW: Text("抽样", "Draw samples"),
    P.REAUDIT: Text("按其他版本或日期重新审核", "Audit again under another edition or date"),
    P.REFERENCE_WRITE: Text("维护机构、人员与观察名单", "Keep registries and watchlists"),
    P.PACK_READ: Text("查看检查清单", "See the checklists"),
    P.PACK_EDIT: Text("起草检查清单", "Draft checklists"),
    P.PACK_PUBLISH: Text("发布检查清单", "Publish checklists"),
    P.TRAIL_READ: Text("查看、导出、核验审计轨迹", "See, export and verify the audit trail"),
    P.RETENTION: Text("冻结、解除、清除数据", "Hold, release and purge data"),
    P.AUTOMATION: Text("管理监视目录、计划与回调", "Manage watched folders, schedules and webhooks"),
    P.ACCOUNT_MANAGE: Text("管理账户、分支机构与密钥", "Manage accounts, branches and keys"),
    P.TENANT_MANAGE: Text("管理机构（仅运营方）", "Manage institutions (in the operator's own only)"),
    P.DASHBOARD: Text("查看总览", "See the dashboard"),
    P.OPERATE: Text("管理队列、工作进程与数据密钥", "Operate queue, workers and data keys"),
}

# a regulator's view is read-only, masked and limited: never mixed with another role in one account
ALONE = frozenset({Role.REGULATOR})

# what a program may do with a key. Judging and publishing are for people, and so is letting others in
FOR_KEYS = frozenset(Permission) - {
    P.FINDING_DECIDE,
    P.FINDING_APPROVE,
    P.BLIND_REVIEW,
    P.PACK_PUBLISH,
    P.ACCOUNT_MANAGE,
    P.TENANT_MANAGE,
}

# what reaches beyond one branch (a webhook tells of every branch's cases): nobody who is limited to a branch has it
WHOLE = frozenset({P.AUTOMATION, P.TENANT_MANAGE, P.OPERATE})


def permissions_of(roles: frozenset[Role], branch_id: str | None = None) -> frozenset[Permission]:
    """Of an account with these roles, for the whole institution or one branch."""
    return within(frozenset().union(*(ROLES[role] for role in roles)) if roles else frozenset(), branch_id)


def within(permissions: frozenset[Permission], branch_id: str | None) -> frozenset[Permission]:
    return permissions - WHOLE if branch_id else permissions


def described() -> str:
    """docs/roles.md: the table above, and the rules that no table shows."""
    roles = list(Role)
    names = " | ".join(f"{ROLE_NAMES[role].zh} {ROLE_NAMES[role].en}" for role in roles)
    rows = [_BEFORE, f"| | {names} | 密钥 API key |", f"|---|{':-:|' * (len(roles) + 1)}"]
    for permission in Permission:
        held = " | ".join("✓" if permission in ROLES[role] else "" for role in roles)
        name = PERMISSION_NAMES[permission]
        key = "✓" if permission in FOR_KEYS else ""
        rows.append(f"| {name.zh} / {name.en} `{permission.value}` | {held} | {key} |")
    return "\n".join([*rows, _AFTER])


_BEFORE = """# 谁可以做什么 / Who may do what

`api/permissions.py` 中的表是唯一依据，本页由其生成。一人可有多个角色，权限相加；监管人员除外，其角色单独存在。
The table in `api/permissions.py` is the only place that knows; this page is made from it. Roles of one person add up;
a regulator has that role alone.
"""
_AFTER = """
- **机构 / Institutions.** 任何账户或密钥只属于一个机构，看不到其他机构的任何内容；不存在与无权查看的回答相同（404）。
  Every account and key belongs to one institution and sees nothing of another; what is not there and what is not for you
  get the same answer (404). 机构的增改仅限运营方机构的管理员。
  Only administrators of the operator's own institution found, rename and close others.
- **分支机构 / Branches.** 账户或密钥可限于一个分支机构：只见该分支的批次、案件、结果、账户与相关轨迹。
  An account or key may be limited to one branch: its batches, cases, findings, accounts, and what the trail says about them.
  监视、计划与回调、机构、队列的管理涉及全机构，限于分支机构者没有。
  Automation, institutions and the queue reach beyond a branch: nobody who is limited to one manages them.
- **监管人员 / Regulators.** 只读、脱敏，限于授权的销售期间与分支机构；账户必须有到期时间；其每次请求均记入审计轨迹。
  Read-only and masked, limited to the sales period and branches of the grant; the account must have an end; every request is on the trail.
- **保密结果 / Confidential findings.** 没有反洗钱权限的人看不到这类结果，也看不到轨迹中与之有关的事件。
  Without the anti-money-laundering permission neither these findings nor what the trail says about them can be seen.
- **API 密钥 / API keys.** 管理员可授予上表“密钥”一栏的任何权限；其他人只能授予本人拥有的，且随本人权限失效；
  监管人员与密钥本身不能新建密钥。
  An administrator gives any permission of the last column, anyone else only their own, and these go when the person's go;
  regulators and keys make no keys.
- **最后一位管理员 / The last administrator.** 机构级管理员至少保留一位。 One administrator of the whole institution always stays.
- **一次性密码 / One-time passwords.** 更改之前没有任何权限。 Until it is changed nothing is allowed.
"""
