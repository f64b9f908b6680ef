"""What does the API say about uploaded files?"""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from api.routes.documented import Sentence
from api.tables import Upload

SHA256 = r"^[0-9A-Fa-f]{64}$"


class FileOut(BaseModel):
    """One file of a batch. `state`: open (still arriving), received, refused, ignored. `code`: why it was refused; of a
    received one, what will keep it from being read, where its beginning tells that already."""

    id: str | None = Field(
        description="上传编号 / Upload id; null when the file was ignored", examples=["01969f3a-7c1e"]
    )
    path: str = Field(examples=["C-0001/投保单.pdf"])
    state: str = Field(examples=["received"])
    size: int | None = Field(default=None, examples=[482133])
    received: int = Field(default=0, examples=[482133])
    sha256: str = Field(default="", examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"])
    code: str | None = Field(default=None, examples=[None])
    detail: Sentence | None = None
    hint: Sentence | None = None
    created_at: datetime | None = None
    completed_at: datetime | None = None


def file_out(path: str, row: Upload | None) -> FileOut:
    if row is None:
        return FileOut(id=None, path=path, state="ignored")
    return FileOut(
        id=row.id,
        path=row.path,
        state=row.state,
        size=row.size,
        received=row.received,
        sha256=row.sha256,
        code=row.code,
        created_at=row.created_at,
        completed_at=row.completed_at,
    )


class FilesOut(BaseModel):
    items: list[FileOut]
    next: str | None = None


class FormOut(BaseModel):
    """What became of each file of a form, in its order."""

    files: list[FileOut]
    received: int = Field(examples=[12])
    refused: int = Field(examples=[0])
    ignored: int = Field(examples=[1])


class MoveIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    path: str = Field(max_length=1000, examples=["C-0002/投保单.pdf"])


class UploadIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    path: str = Field(max_length=1000, examples=["C-0001/双录.zip"])
    size: int = Field(ge=0, examples=[104857600], description="全部字节数 / All bytes of the file")
    sha256: str = Field(
        default="", pattern=r"^([0-9A-Fa-f]{64})?$", description="整个文件的 SHA-256 / Of the whole file"
    )
