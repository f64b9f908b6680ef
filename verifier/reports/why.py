"""Why is the verdict what it is? One sentence, the gravest first, in both languages."""

from __future__ import annotations

import re
from collections.abc import Sequence

from verifier.model import Finding, Outcome, Reason, Severity, Text, Verdict
from verifier.reports.wording import say
from verifier.review import GRAVE, gravest, verdict


def why(judged: Sequence[Finding]) -> Text:
    """The verdict's reason in one sentence."""
    found = verdict(judged)
    pending = gravest(judged)
    grave = [finding for finding in pending if finding.severity in GRAVE]
    if found is Verdict.NON_COMPLIANT:
        failed = [finding for finding in grave if finding.outcome is Outcome.FAIL]
        demands = "requirement is" if len(failed) == 1 else "requirements are"
        parts = [_joined(say("why", "failed", n=len(failed), requirements=demands), _first("failed_first", failed[0]))]
    elif found is Verdict.INCOMPLETE:
        opened = [finding for finding in grave if finding.reason is not Reason.REFERENCE_MISSING]
        parts = [_joined(say("why", "open", n=len(opened)), _first("open_first", opened[0]))]
    else:
        applied = sum(finding.outcome is not Outcome.NOT_APPLICABLE for finding in judged)
        parts = [say("why", "sound", n=applied) if applied else say("why", "nothing")]
    return _sentence([*parts, *_beside(pending)])


def _beside(pending: Sequence[Finding]) -> list[Text]:
    """What else the reader should know: minor matters, and what could not be checked at all."""
    minor = [finding for finding in pending if finding.severity is Severity.MINOR]
    failed = sum(finding.outcome is Outcome.FAIL for finding in minor)
    opened = sum(
        finding.outcome is Outcome.REVIEW and finding.reason is not Reason.REFERENCE_MISSING for finding in minor
    )
    left = sum(finding.reason is Reason.REFERENCE_MISSING for finding in pending)
    said = []
    if failed:
        said.append(say("why", "minor", n=failed, defects="defect" if failed == 1 else "defects"))
    if opened:
        said.append(say("why", "minor_open", n=opened, points="point is" if opened == 1 else "points are"))
    if left:
        said.append(say("why", "unchecked", n=left))
    return said


def _first(key: str, finding: Finding) -> Text:
    def short(text: str) -> str:
        first = re.split(r"(?<=[。；;])|(?<=\.)\s", text.strip(), maxsplit=1)[0].rstrip("。；;.")
        return first if len(first) <= 110 else first[:108] + "…"

    def said(title: str, detail: str) -> Text:
        return say("why", key, check=finding.check, title=title, detail=short(detail))

    return Text(said(finding.title.zh, finding.detail.zh).zh, said(finding.title.en, finding.detail.en).en)


def _joined(*parts: Text) -> Text:
    return Text("".join(part.zh for part in parts), "".join(part.en for part in parts))


def _sentence(parts: Sequence[Text]) -> Text:
    zh = "；".join(part.zh for part in parts) + "。"
    en = "; ".join(part.en for part in parts) + "."
    return Text(zh, en[:1].upper() + en[1:])
