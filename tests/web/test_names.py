"""Names that come from outside, and what files really are."""

import struct
import zlib

import pytest

from adapters.file_types import find_file_type
from adapters.names import clean_file_name, clean_name


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Anna K.", "Anna K."),
        ("Anna\u202egnp.exe", "Annagnp.exe"),
        ("a\r\nb\x00c\x1b[31m", "a bc[31m"),
        ("  many   blanks ", "many blanks"),
        ("x" * 300, "x" * 80),
        ("\ud800lone", "lone"),
        ("Ёлка 李 نور", "Ёлка 李 نور"),
    ],
)
def test_names_are_cleaned(given: str, shown: str) -> None:
    """Control, turning and half characters are gone, blanks are one, and a name ends at 80 characters."""
    assert clean_name(given) == shown


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("photo.png", "photo.png"),
        ("../../etc/passwd", "passwd.png"),
        ("C:\\temp\\a.png", "a.png"),
        ("CON", "_CON.png"),
        ("aux.png", "_aux.png"),
        ("evil.html", "evil.html.png"),
        ("", "file.png"),
        ("...", "file.png"),
        ("a\r\nb.png", "a b.png"),
        ("gnp\u202e.exe.png", "gnp.exe.png"),
        ("x" * 300 + ".png", "x" * 76 + ".png"),
        ('q"uo|te?.png', "q_uo_te_.png"),
    ],
)
def test_file_names_are_harmless(given: str, kept: str) -> None:
    """A file's name is no path and no device, and its ending says what it is."""
    assert clean_file_name(given, "png") == kept


def test_a_log_file_keeps_its_ending() -> None:
    """Endings that mean the same type are left as they are."""
    assert clean_file_name("router.log", "txt") == "router.log"
    assert clean_file_name("photo.jpeg", "jpg") == "photo.jpeg"


def png(width: int, height: int) -> bytes:
    """A PNG of this size with nothing in it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    chunks = [struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in parts]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (png(100, 100), "image/png"),
        (b"GIF89a\x10\x00\x10\x00", "image/gif"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * 10 + b"\xff\xc0\x00\x11\x08\x00\x10\x00\x10\x03", "image/jpeg"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\x0f\x00\x00\x0f\x00\x00", "image/webp"),
        (b"%PDF-1.7\n", "application/pdf"),
        ("Viga 0x1f: ühendus katkes\n".encode(), "text/plain"),
        (("ü" * 40_000).encode()[:65_536], "text/plain"),
    ],
)
def test_welcome_types_are_known_by_their_first_bytes(head: bytes, media_type: str) -> None:
    """Pictures, PDF and text are welcome, whatever they are called."""
    kind = find_file_type(head)
    assert kind is not None
    assert kind.media_type == media_type


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"\xef\xbb\xbf <?xml version='1.0'?><svg/>",
        b"<!doctype html><script>alert(1)</script>",
        b" \n<html>",
        b"PK\x03\x04" + b"\x00" * 40,
        b"MZ\x90\x00",
        b"\x7fELF\x02",
        b"#!/bin/sh\nrm -rf /\n",
        b"\xff\xfeh\x00i\x00",
        b"plain\x00text",
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        png(8000, 5000),
        png(0, 10),
        png(2**31 - 1, 2**31 - 1),
        b"\xc3\x28 not utf-8",
    ],
)
def test_other_types_are_refused(head: bytes) -> None:
    """Markup, archives, programs, traps, broken pictures and what is no text in UTF-8 are not welcome."""
    assert find_file_type(head) is None
