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


def permissions_of(roles: frozenset[Role]) -> frozenset[Permission]:
    return frozenset().union(*(ROLES[role] for role in roles)) if roles else frozenset()
