"""What can go wrong that is not a finding, and what is the next step?

A bad document is a finding; a bad file, pack or tool is one of these. Every error carries a stable
code, one sentence in both languages and a hint that says what to do.
"""

from __future__ import annotations

from verifier.model import Text


class VerifierError(Exception):
    """Base of all expected errors. `exit_code` is what the command line ends with (>= 64)."""

    exit_code = 70

    def __init__(self, code: str, message: Text, hint: Text) -> None:
        super().__init__(f"{code}: {message.en}")
        self.code = code
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[type[VerifierError], tuple[str, Text, Text]]:
        """It travels from child processes: made again from its parts."""
        return type(self), (self.code, self.message, self.hint)


class UsageError(VerifierError):
    """The command was called with arguments that cannot be used."""

    exit_code = 64


class InputError(VerifierError):
    """A file or folder that was given cannot be used."""

    exit_code = 66


class PackError(VerifierError):
    """A checklist pack is broken; nothing can be judged by it."""

    exit_code = 65


class ToolError(VerifierError):
    """An engine, a model or a font that is needed is missing or broken."""

    exit_code = 69
