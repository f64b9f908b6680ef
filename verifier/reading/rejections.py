"""Why was a file not read, in words that say what to do?

The codes are those of the contract; each has its sentence and its hint in both languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from verifier.model import Text

SENTENCES: Mapping[str, tuple[Text, Text]] = {
    "encrypted": (
        Text("文件已加密，无法读取", "The file is encrypted and cannot be read"),
        Text("请提供未加密的文件", "Supply the file without a password"),
    ),
    "corrupt": (
        Text("文件已损坏或不完整", "The file is damaged or incomplete"),
        Text("请重新导出或重新扫描该文件", "Export or scan the file again"),
    ),
    "empty": (
        Text("文件为空", "The file is empty"),
        Text("请重新上传该文件", "Upload the file again"),
    ),
    "unsupported_type": (
        Text("不支持的文件类型", "Files of this type are not read"),
        Text(
            "请转换为 PDF、OFD、图片、DOCX、XLSX、TXT 或 CSV",
            "Convert it to PDF, OFD, a picture, DOCX, XLSX, TXT or CSV",
        ),
    ),
    "too_large": (
        Text("文件过大", "The file is too large"),
        Text("请拆分文件或降低分辨率", "Split the file or lower its resolution"),
    ),
    "too_many_pages": (
        Text("文件页数过多", "The file has too many pages"),
        Text("请按材料拆分文件", "Split the file by document"),
    ),
    "timeout": (
        Text("读取超时", "Reading took too long and was stopped"),
        Text("请将文件重新打印为 PDF 后再试", "Print the file to a new PDF and try again"),
    ),
    "reader_crashed": (
        Text("读取程序在处理该文件时崩溃", "The reader crashed on this file"),
        Text("请将文件重新打印为 PDF 后再试，并报告此文件", "Print the file to a new PDF and try again, and report it"),
    ),
    "nested_too_deep": (
        Text("压缩包嵌套层数过多", "Containers are nested too deeply"),
        Text("请解压后再提交", "Unpack the container before submitting it"),
    ),
}


@dataclass(frozen=True, slots=True)
class Rejection:
    """One file that was not read: a rejected source of the contract."""

    name: str
    sha256: str
    code: str
    message: Text
    hint: Text


class Refused(Exception):
    """Raised inside the reading room when a file cannot be read; becomes a Rejection at its border."""

    def __init__(self, code: str, detail: str = "") -> None:
        assert code in SENTENCES, code
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail

    def __reduce__(self) -> tuple[type[Refused], tuple[str, str]]:
        """It travels from a child process: made again from its parts, not from its sentence."""
        return Refused, (self.code, self.detail)


def rejection(name: str, sha256: str, code: str, detail: str = "") -> Rejection:
    """The rejection with its sentence; `detail` is a short figure or type that both languages share."""
    message, hint = SENTENCES[code]
    if detail:
        message = Text(f"{message.zh}（{detail}）", f"{message.en} ({detail})")
    return Rejection(name, sha256, code, message, hint)
