"""Takes files that visitors send and gives them back to those who may see them.

A file is spooled to an unnamed temporary file while it comes in, looked at, and only then kept. It is given back as
an attachment that no browser runs. Storing is the work of `adapters.files`, the types that of `adapters.file_types`.
"""

from collections.abc import AsyncIterator, Mapping
from typing import TypeVar
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.responses import FileResponse, Response

from adapters.file_types import HEAD, find_file_type
from adapters.files import FileStore, StoredFile
from adapters.names import clean_file_name
from adapters.surface import Fetch
from adapters.web.refusals import RefusedError
from bot.model import Attachment

LARGEST_FILE = 10 * 1024 * 1024
LARGEST_REQUEST = LARGEST_FILE + 64 * 1024
"""A file with what a form puts around it."""
MEGABYTES = LARGEST_FILE // (1024 * 1024)
_CHUNK = 256 * 1024

T = TypeVar("T", bound=Response)


async def keep_upload(upload: UploadFile, files: FileStore, owner: str) -> StoredFile:
    """Checks a file by its content and keeps it.

    Raises:
        RefusedError: `too_large`, `file_refused`, or `invalid` for an empty one; nothing is kept.
    """
    head = await upload.read(HEAD)
    if not head:
        raise RefusedError("invalid", "This file is empty.")
    kind = find_file_type(head)
    if kind is None:
        raise RefusedError("file_refused", "I can't take this kind of file. Send a picture, a PDF or plain text.")
    await upload.seek(0)
    received = await files.receive(_limited(upload))
    name = clean_file_name(upload.filename or "", kind.ending)
    return await files.keep(received, name=name, media_type=kind.media_type, owner=owner)


def file_response(stored: StoredFile) -> FileResponse:
    """A stored file as a download that runs nothing, whatever it holds."""
    return _as_download(FileResponse(stored.path, media_type=stored.attachment.media_type), stored.attachment.name)


async def fetched_response(attachment: Attachment, fetchers: Mapping[str, Fetch]) -> Response | None:
    """A file that stays with a platform, as such a download; none if it is not to be had, or of no welcome type."""
    fetch = fetchers.get(attachment.id.partition(":")[0])
    content = await fetch(attachment.id) if fetch else None
    kind = find_file_type(content[:HEAD]) if content else None
    if content is None or kind is None:
        return None
    return _as_download(Response(content, media_type=kind.media_type), clean_file_name(attachment.name, kind.ending))


def _as_download(response: T, file_name: str) -> T:
    name = quote(file_name, safe="")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


async def _limited(upload: UploadFile) -> AsyncIterator[bytes]:
    size = 0
    while chunk := await upload.read(_CHUNK):
        size += len(chunk)
        if size > LARGEST_FILE:
            raise RefusedError("too_large", f"This file is larger than {MEGABYTES} MB.")
        yield chunk
