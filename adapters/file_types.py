"""What a file really is, by its first bytes; what it claims to be is never asked.

Welcome are pictures, PDF documents and plain text: what support needs and what opens without running anything.
Markup that a browser would run (HTML, SVG), archives and programs are not among them.
"""

import struct
from dataclasses import dataclass

HEAD = 64 * 1024
"""How many first bytes are looked at."""
MOST_PIXELS = 36_000_000
"""A picture larger than this is a trap for the program that opens it; a phone's photo has 12 million."""

_START_OF_FRAME = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""The JPEG markers that carry the size of the picture (ITU T.81, table B.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileType:
    """A type of file that is welcome."""

    media_type: str
    ending: str


PNG = FileType(media_type="image/png", ending="png")
JPEG = FileType(media_type="image/jpeg", ending="jpg")
GIF = FileType(media_type="image/gif", ending="gif")
WEBP = FileType(media_type="image/webp", ending="webp")
PDF = FileType(media_type="application/pdf", ending="pdf")
TEXT = FileType(media_type="text/plain", ending="txt")


def find_file_type(head: bytes) -> FileType | None:
    """The type of the file that begins so, or none if it is not welcome.

    Args:
        head: Its first 64 kB, or all of it if it is shorter.
    """
    for magic, kind in (
        (b"\x89PNG\r\n\x1a\n", PNG),
        (b"\xff\xd8\xff", JPEG),
        (b"GIF87a", GIF),
        (b"GIF89a", GIF),
        (b"%PDF-", PDF),
    ):
        if head.startswith(magic):
            return kind if _is_sane(head, kind) else None
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP if _is_sane(head, WEBP) else None
    return TEXT if _is_text(head) else None


def _is_sane(head: bytes, kind: FileType) -> bool:
    if kind is PDF:
        return True
    width, height = _picture_size(head, kind)
    return 0 < width * height <= MOST_PIXELS


def _picture_size(head: bytes, kind: FileType) -> tuple[int, int]:
    """Width and height as the header states them; zero if it is cut or broken."""
    try:
        if kind is PNG:
            return struct.unpack_from(">II", head, 16) if head[12:16] == b"IHDR" else (0, 0)
        if kind is GIF:
            return struct.unpack_from("<HH", head, 6)
        if kind is WEBP:
            return _webp_size(head)
        return _jpeg_size(head)
    except (struct.error, IndexError):
        return 0, 0


def _webp_size(head: bytes) -> tuple[int, int]:
    match head[12:16]:
        case b"VP8X":
            return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
        case b"VP8L":
            bits = int.from_bytes(head[21:25], "little")
            return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", head, 26)
            return width & 0x3FFF, height & 0x3FFF
    return 0, 0


def _jpeg_size(head: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 <= len(head) and head[at] == 0xFF:
        marker = head[at + 1]
        if marker in _START_OF_FRAME:
            height, width = struct.unpack_from(">HH", head, at + 5)
            return width, height
        at += 1 if marker == 0xFF else 2 + struct.unpack_from(">H", head, at + 2)[0]
    # A long preview may stand before the size; such a picture is as large as a camera makes it.
    return (1, 1) if len(head) == HEAD and at > HEAD - 9 else (0, 0)


def _is_text(head: bytes) -> bool:
    if not head or any(byte < 32 and byte not in b"\t\n\r\f" for byte in head):
        return False
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if len(head) < HEAD or error.start < len(head) - 4:
            return False
        text = head[: error.start].decode("utf-8")
    begins = text.lstrip("\ufeff \t\r\n\f")
    return bool(begins) and not begins.startswith(("<", "#!"))
