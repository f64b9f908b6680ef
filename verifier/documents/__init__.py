"""Transcript to Documents, pure."""

from verifier.documents.assemble import Reading, recognise_and_extract
from verifier.documents.lint import Problem, lint_types
from verifier.documents.subject import with_subjects

__all__ = ["Problem", "Reading", "lint_types", "recognise_and_extract", "with_subjects"]
