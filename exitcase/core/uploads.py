"""What a browser sends: a scan or a photo, known by its first bytes and not by its name.

Pictures are decoded and written anew, so that neither a place from the camera nor anything that
rides behind the picture comes in.
"""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from exitcase.core import files, pictures
from exitcase.core.choices import FileKind
from exitcase.core.models import StoredFile, User

LARGEST: Final = 20 * 1024 * 1024  # bytes
QUALITY: Final = 88  # of the JPEG written anew
PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
ENDINGS: Final = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png"}
LONGEST: Final = 120  # of a file's name, in characters
NOT_A_PICTURE: Final = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
    OSError,
    SyntaxError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Upload:
    """Bytes as they will be kept, and what they are."""

    data: bytes
    mime: str
    name: str

    def keep(self, kind: FileKind, region: str, by: User) -> StoredFile:
        """Store it, encrypted, before the act that speaks of it."""
        return files.put(
            self.data,
            name=self.name,
            mime=self.mime,
            kind=kind,
            region=region,
            private=True,
            by=by.name,
        )


def keep(upload: Upload | None, kind: FileKind, region: str, by: User) -> StoredFile | None:
    """The same of a file that need not be there."""
    return upload.keep(kind, region, by) if upload else None


class UploadField(forms.FileField):
    """A scan (PDF, JPEG, PNG) or, with `pictures_only`, a photo. Cleans to `Upload` or None."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "kind": _("不是 PDF、JPG 或 PNG 文件;手机照片可直接上传,其他格式请先另存为 PDF"),
        "picture": _("不是照片(JPG 或 PNG);请直接拍照或从相册选取"),
        "large": _("文件超过 20 MB,请分开扫描或降低分辨率,黑白 200 dpi 即可"),
        "damaged": _("图片已损坏或打不开,请重新扫描或拍照"),
    }

    def __init__(self, *, pictures_only: bool = False, **more: Any) -> None:
        accept = "image/jpeg,image/png" if pictures_only else ".pdf,image/jpeg,image/png"
        more.setdefault("widget", forms.FileInput(attrs={"accept": accept}))
        super().__init__(**more)
        self.pictures_only = pictures_only

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Raises ValidationError in words; gives None where nothing was sent and none is asked."""
        sent = super().clean(data, initial)
        if not sent:
            return None
        if sent.size > LARGEST:
            raise self._refused("large")
        return self._read(sent.read(), sent.name)

    def _read(self, data: bytes, name: str) -> Upload:
        mime = mime_of(data)
        if self.pictures_only and mime not in {JPEG, PNG}:
            raise self._refused("picture")
        if mime is None:
            raise self._refused("kind")
        named = _named(name, mime)
        if mime == PDF:
            return Upload(data, mime, named)
        try:
            return _redrawn(data, mime, named)
        except NOT_A_PICTURE as error:
            raise self._refused("damaged") from error

    def _refused(self, code: str) -> forms.ValidationError:
        return forms.ValidationError(self.error_messages[code], code=code)


def mime_of(data: bytes) -> str | None:
    """What bytes are by their beginning; None of what we do not take."""
    begins: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
        (PDF, lambda head: head.startswith(b"%PDF-")),
        (JPEG, lambda head: head.startswith(b"\xff\xd8\xff")),
        (PNG, lambda head: head.startswith(b"\x89PNG\r\n\x1a\n")),
    )
    return next((mime for mime, fits in begins if fits(data[:16])), None)


def _redrawn(data: bytes, mime: str, name: str) -> Upload:
    picture = Image.open(BytesIO(data))
    if picture.width * picture.height > pictures.LARGEST:
        raise ValueError("too many pixels")
    upright = ImageOps.exif_transpose(picture)
    out = BytesIO()
    if mime == JPEG:
        upright.convert("RGB").save(out, "JPEG", quality=QUALITY)
    else:
        upright.convert("RGBA" if "A" in upright.getbands() else "RGB").save(out, "PNG")
    return Upload(out.getvalue(), mime, name)


def _named(name: str, mime: str) -> str:
    """The name as it was, without a path, with the ending of what it is."""
    stem = name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or "扫描件"
    shown = "".join(sign for sign in stem if sign.isprintable())
    return shown[: LONGEST - len(ENDINGS[mime])] + ENDINGS[mime]
