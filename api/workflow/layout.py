"""Where in a batch does a file lie? Names that people's computers give, made safe and comparable (contract, section 1)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from api.errors import invalid
from verifier.batch import CONTROL, IGNORED
from verifier.model import Text
from verifier.reading.intake import is_ignored

LONGEST_PATH, LONGEST_NAME, DEEPEST = 800, 240, 24
REFERENCES = "references"
UNSAFE_CATEGORIES = frozenset({"Cc", "Cs", "Co", "Zl", "Zp"})
DIRECTIONS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
MEMBER_MARK = "!"  # `outer.zip!/inner.pdf` names a member of a container: no folder may look like one


@dataclass(frozen=True, slots=True)
class Place:
    """A path inside a batch. `ignored`: left by a file manager, neither kept nor rejected."""

    path: str
    ignored: bool = False

    @property
    def is_control(self) -> bool:
        return self.path.rsplit("/", 1)[-1] in CONTROL

    @property
    def is_reference(self) -> bool:
        return self.path.startswith(f"{REFERENCES}/")


def place_of(path: str) -> Place:
    """The place that a name from outside means; ServiceError `unsafe_path` when it could mean one outside the batch."""
    told = unicodedata.normalize("NFC", path).replace("\\", "/")
    if told.startswith("/") or (len(told) > 1 and told[1] == ":" and told[0].isascii() and told[0].isalpha()):
        raise _unsafe("不能是绝对路径", "it is an absolute path")
    parts = [part for part in told.split("/") if part not in ("", ".")]
    if not parts or told.endswith("/"):
        raise _unsafe("没有文件名", "it names no file")
    if ".." in parts:
        raise _unsafe("不能含有“..”", "it leads outside the batch")
    if any(unicodedata.category(one) in UNSAFE_CATEGORIES or one in DIRECTIONS for one in told):
        raise _unsafe("含有控制字符", "it holds control characters")
    if any(part.endswith(MEMBER_MARK) for part in parts[:-1]):
        raise _unsafe("文件夹名不能以“!”结尾", "a folder's name must not end in '!'")
    if len(told) > LONGEST_PATH or len(parts) > DEEPEST or any(len(part) > LONGEST_NAME for part in parts):
        raise _unsafe("过长或层数过多", "it is too long or too deep")
    joined = "/".join(parts)
    return Place(joined, is_ignored(joined) or any(part.lower() in IGNORED for part in parts))


def place_in_case(file: str) -> Place:
    """The place of a paper inside one case: control files have their own ways in."""
    place = place_of(file)
    if place.is_control or place.is_reference or place.ignored:
        raise invalid(
            "not_a_paper",
            Text("该文件名不是材料", "A file of this name is no paper"),
            Text(
                "申报信息请用 declared 接口提交；其他文件请改名",
                "Declare facts by their own address, or rename the file",
            ),
        )
    return place


def case_folder(name: str) -> str:
    """The folder of a case that is named by hand."""
    place = place_of(f"{name}/case.yaml")
    folder, _, rest = place.path.partition("/")
    if rest != "case.yaml" or folder == REFERENCES or place.ignored:
        raise _unsafe("案件编号不能含有“/”，也不能是保留名称", "a case id holds no '/' and is no reserved name")
    return folder


def _unsafe(zh: str, en: str) -> Exception:
    return invalid(
        "unsafe_path",
        Text(f"文件路径不可用：{zh}", f"The file's path cannot be used: {en}"),
        Text("请使用“案件编号/文件名”这样的相对路径", "Use a relative path such as case-id/file.pdf"),
    )
