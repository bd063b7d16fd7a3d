"""Puts a rendered message into a chat or topic and keeps it up to date: posts, edits and removes its parts and files.

An id of a part is the platform's number of the message; that of a file has an `f` before it. What a try has put there
before it was broken off is remembered, so that the next one goes on after it. Which error means what for the sender
is judged by `refusals`; here only what a request can get past by itself.
"""

from dataclasses import replace

from adapters.standing import OpenFile, Standing
from adapters.telegram.api import Api, RefusedError, Upload
from adapters.telegram.payload import FILE
from adapters.telegram.refusals import Snag, find_snag
from adapters.telegram.render import Keyboard, Rendered
from adapters.telegram.styled import read_html
from bot.model import Address, Attachment

LARGEST_PHOTO = 10 * 1024 * 1024
LARGEST_UPLOAD = 50 * 1024 * 1024
MOST_CAPTION = 1_024
"""Characters below a picture or file."""
PHOTOS = ("image/jpeg", "image/png", "image/webp")

Message = dict[str, object]


class ElsewhereError(RefusedError):
    """The message landed outside the topic it was meant for: the topic is gone."""

    def __init__(self) -> None:
        """Says so in the platform's own words."""
        super().__init__(400, "message thread not found", {})


class Posting:
    """The requests that show messages."""

    def __init__(self, api: Api, open_file: OpenFile) -> None:
        self._api, self._open_file = api, open_file
        self._begun: dict[int, Standing] = {}
        """By delivery, what a broken-off first try has left standing."""

    async def show(self, delivery: int, at: Address, rendered: Rendered, standing: Standing | None) -> Standing:
        """Makes a place show a message.

        Args:
            delivery: Names the try, for going on after one that was broken off.
            at: The chat, and the topic in it.
            rendered: How it is to look.
            standing: What stands there of it; None for the first post.

        Raises:
            RefusedError, NotSentError, LostError: What the request ended with.
        """
        if standing is None:
            standing = await self._post_files(delivery, at, rendered, self._begun.get(delivery, Standing()))
        else:
            standing = self._begun.get(delivery, standing)
            for position, own_id in enumerate(standing.parts[: len(rendered.parts)]):
                await self._edit(at, own_id, rendered, position)
            for surplus in standing.parts[len(rendered.parts) :]:
                await self.delete(at, surplus)
            standing = replace(standing, parts=standing.parts[: len(rendered.parts)])
        for position in range(len(standing.parts), len(rendered.parts)):
            own_id = await self._post_part(at, rendered, position)
            standing = self._note(delivery, replace(standing, parts=(*standing.parts, own_id)))
        self._begun.pop(delivery, None)
        return standing

    async def remove(self, at: Address, standing: Standing) -> None:
        """Takes a message away, files and all."""
        for own_id in (*standing.files, *standing.parts):
            await self.delete(at, own_id)

    async def delete(self, at: Address, own_id: str) -> None:
        """Takes one part away; what is gone already counts as done."""
        try:
            await self._api.call("deleteMessage", chat_id=int(at.chat), message_id=int(own_id))
        except RefusedError as error:
            if find_snag(error) is not Snag.UNCHANGED:
                raise

    async def _post_files(self, delivery: int, at: Address, rendered: Rendered, standing: Standing) -> Standing:
        """Posts the files of a message that are not there yet, a text too long for messages as the last."""
        for attachment in rendered.files[len(standing.files) :]:
            own_id = await self._post_file(at, attachment)
            standing = self._note(delivery, replace(standing, files=(*standing.files, own_id)))
        if rendered.whole and len(standing.files) == len(rendered.files):
            whole = Upload(name=rendered.whole_name, content=rendered.whole.encode("utf-8", "replace"))
            own_id = await self._post(at, "sendDocument", document=whole)
            standing = self._note(delivery, replace(standing, files=(*standing.files, own_id)))
        return standing

    def _note(self, delivery: int, standing: Standing) -> Standing:
        self._begun[delivery] = standing
        return standing

    async def _post_part(self, at: Address, rendered: Rendered, position: int) -> str:
        try:
            return await self._post(at, "sendMessage", **content_of(rendered, position))
        except RefusedError as error:
            if find_snag(error) is not Snag.MARKUP:
                raise
            html, markup = rendered.parts[position], _markup(rendered, position)
            return await self._post(at, "sendMessage", text=read_html(html).text, reply_markup=markup)

    async def _edit(self, at: Address, own_id: str, rendered: Rendered, position: int) -> None:
        where: Message = {"chat_id": int(at.chat), "message_id": int(own_id)}
        try:
            await self._api.call("editMessageText", **content_of(rendered, position), **where)
        except RefusedError as error:
            match find_snag(error):
                case Snag.UNCHANGED:
                    return
                case Snag.MARKUP:
                    html, markup = rendered.parts[position], _markup(rendered, position)
                    await self._api.call("editMessageText", text=read_html(html).text, reply_markup=markup, **where)
                case _:
                    raise

    async def _post_file(self, at: Address, attachment: Attachment) -> str:
        """Posts a file; one that the platform does not take becomes a line that names it."""
        method, name, content = await self._find_file(attachment)
        if content is not None:
            try:
                return await self._post(
                    at, method, **{name: content}, caption=attachment.caption[:MOST_CAPTION] or None
                )
            except RefusedError as error:
                if error.code not in (400, 413) or find_snag(error) is not None:
                    raise
        return await self._post(at, "sendMessage", text=f"📎 {attachment.name}")

    async def _find_file(self, attachment: Attachment) -> tuple[str, str, object]:
        """The method and field for a file, and what goes into it: the platform's own id, or the bytes."""
        if attachment.id.startswith(FILE):
            kind, _, own_id = attachment.id.removeprefix(FILE).partition(":")
            return f"send{kind.capitalize()}", kind, own_id
        content = await self._open_file(attachment)
        if content is None or len(content) > LARGEST_UPLOAD:
            return "sendDocument", "document", None
        upload = Upload(name=attachment.name or "file", content=content)
        if attachment.media_type in PHOTOS and len(content) <= LARGEST_PHOTO:
            return "sendPhoto", "photo", upload
        return "sendDocument", "document", upload

    async def _post(self, at: Address, method: str, **parameters: object) -> str:
        thread = int(at.thread) if at.thread else None
        sent = await self._api.call(method, chat_id=int(at.chat), message_thread_id=thread, **parameters)
        message = sent if isinstance(sent, dict) else {}
        own_id = str(message.get("message_id", ""))
        if thread is not None and message.get("message_thread_id") != thread:
            await self.delete(at, own_id)
            raise ElsewhereError
        return own_id


def content_of(rendered: Rendered, position: int) -> Message:
    """What a request that shows a part says."""
    return {
        "text": rendered.parts[position],
        "parse_mode": "HTML",
        "reply_markup": _markup(rendered, position),
        "link_preview_options": {"is_disabled": True},
    }


def _markup(rendered: Rendered, position: int) -> dict[str, Keyboard] | None:
    """The buttons belong below the last part; an edit without any takes them away."""
    is_last = position == len(rendered.parts) - 1
    return {"inline_keyboard": rendered.keyboard} if is_last and rendered.keyboard else None
