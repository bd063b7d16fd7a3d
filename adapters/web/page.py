"""The pages of the chat: `/chat` by itself, which works without script, and the frame that sites show.

Both are one template. In the frame nobody is known until the script has a token, so the frame is the same for all.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from adapters.storage.chats import Chat, read_chats
from adapters.storage.errors import OverloadedError
from adapters.web.assets import module_address, read_color, style_address
from adapters.web.cookie import read_cookie, set_cookie
from adapters.web.identity import SIGN_IN, Visitor, new_visitor_key
from adapters.web.reading import LONGEST_TEXT, chat_of, count_request, read_client_id, read_text
from adapters.web.refusals import RefusedError
from adapters.web.render import as_part, render_greeting, render_message, render_page
from adapters.web.site import Site, address_for, direction_of
from adapters.web.talking import Visit
from adapters.web.uploads import MEGABYTES, file_response, keep_upload
from bot.decide import decide, open_conversation
from bot.desk import Desk
from bot.model import Author, AuthorKind, ConversationId, Event, Message, Opened
from config.channels import Theme
from config.languages import own_name_of

ANSWER_SECONDS = 3.0
"""How long the page without script waits for an answer before it is shown again."""
QUIET_SECONDS = 0.3
"""After so long without another change the answer counts as given."""
_REFUSED_PHRASES = {
    "too_large": ("web_too_long", LONGEST_TEXT),
    "file_refused": ("web_file_refused", MEGABYTES),
    "too_many": ("web_busy", 0),
    "unavailable": ("web_server_trouble", 0),
}
"""What the page says about a refusal, with the number that stands in the phrase."""
_SCRIPT_PHRASES = (
    "storage_blocked",
    "busy",
    "server_trouble",
    "session_ended",
    "not_sent",
    "not_sent_yet",
    "retry",
    "connecting",
    "offline",
    "today",
    "yesterday",
    "save",
    "send",
    "uploading",
    "remove_file",
    "drop_file",
    "file_refused",
)
"""The phrases that the script needs, without their `web_`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a page was asked for."""

    language: str
    theme: str
    color: str


async def show_frame(request: Request) -> Response:
    """The chat for a frame on one of the allowed sites."""
    site = chat_of(request)
    look = _read_look(request, site)
    greeting = greet(site, look.language, site.services.clock.now())
    response = HTMLResponse(_render(site, look, framed=True, greeting=greeting))
    response.headers["Content-Security-Policy"] = _policy(f"frame-ancestors {site.origins.ancestors}")
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


async def show_chat(request: Request) -> Response:
    """The chat by itself, with what the visitor of the cookie has said so far."""
    site = chat_of(request)
    return await _show(request, site, _read_look(request, site))


async def take_form(request: Request) -> Response:
    """Takes what the form without script sends, waits a moment for the answer, and shows the page again."""
    site = chat_of(request)
    look = _read_look(request, site)
    if not site.origins.is_own(request.headers.get("origin", "")):
        raise RefusedError("origin_denied", "This form may only be sent from its own page.")
    count_request(request, site)
    async with request.form(max_files=1, max_fields=8, max_part_size=64 * 1024) as form:
        key = read_cookie(request) or new_visitor_key()
        visitor = site.identity.admit(key)
        try:
            await _put_in(form, Visit(site, visitor, look.language), site, visitor)
        except RefusedError as refused:
            return await _show(request, site, look, refused=refused, draft=form.get("text"))
        except OverloadedError:
            busy = RefusedError("unavailable", "We cannot take this just now.", retry_after=5)
            return await _show(request, site, look, refused=busy, draft=form.get("text"))
    response = RedirectResponse(f"/chat?lang={look.language}#end", status_code=303)
    set_cookie(response, key, secure=site.services.is_secure)
    return response


async def _put_in(form: FormData, visit: Visit, site: Site, visitor: Visitor) -> None:
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    client_id = read_client_id(fields)
    upload = form.get("file")
    lane = str(address_for(visitor.key))
    with site.services.bell.listen(lane) as listener:
        if press := read_text(fields, "press", most=64):
            await visit.press(client_id, press)
        else:
            file_ids = []
            if isinstance(upload, UploadFile) and upload.filename:
                stored = await keep_upload(upload, site.services.files, visitor.key)
                file_ids.append(stored.attachment.id)
            await visit.say(client_id, read_text(fields, "text").replace("\r\n", "\n"), file_ids)
        heard = await listener.wait(ANSWER_SECONDS)
        while heard:
            heard = await listener.wait(QUIET_SECONDS)


async def _show(
    request: Request,
    site: Site,
    look: Look,
    *,
    refused: RefusedError | None = None,
    draft: UploadFile | str | None = None,
) -> Response:
    services = site.services
    chats: tuple[Chat, ...] = ()
    if site.identity.is_required:
        refused = RefusedError("identity_required", SIGN_IN)
    elif key := read_cookie(request):
        lane = str(address_for(site.identity.admit(key).key))
        chats = await services.db.read(lambda conn: read_chats(conn, lane))
    html = _render(
        site,
        look,
        framed=False,
        greeting=None if chats else greet(site, look.language, services.clock.now()),
        chats=chats,
        problem=_say_refused(refused, site, look.language) if refused else "",
        draft=draft if isinstance(draft, str) else "",
    )
    response = HTMLResponse(html, status_code=refused.status if refused else 200)
    response.headers["Content-Security-Policy"] = _policy("frame-ancestors 'none'")
    return response


def _say_refused(refused: RefusedError, site: Site, language: str) -> str:
    """Why it was refused, in the reader's language where there is a phrase for it."""
    if refused.code in _REFUSED_PHRASES:
        key, limit = _REFUSED_PHRASES[refused.code]
        return site.say(key, language, limit=limit)
    return refused.message


def greet(site: Site, language: str, now: datetime) -> Message:
    """The bot's first message, as it will be said with the visitor's first word; nothing is stored."""
    return _greet(site.desk, language, now.date())


@lru_cache(maxsize=64)
def _greet(desk: Desk, language: str, today: date) -> Message:
    now = datetime.combine(today, time(12), UTC)
    event = Event(
        key="greeting",
        at=address_for("greeting"),
        author=Author(kind=AuthorKind.CUSTOMER, key="greeting"),
        body=Opened(entry="web", language=language),
        sent_at=now,
        language=language,
    )
    conversation = open_conversation(None, event, desk, (ConversationId("greeting"), 0), now)
    return decide(conversation, event, desk, now).said[0]


def _render(
    site: Site,
    look: Look,
    *,
    framed: bool,
    greeting: Message | None,
    chats: tuple[Chat, ...] = (),
    problem: str = "",
    draft: str = "",
) -> str:
    language = look.language
    phrases = {name: site.say(f"web_{name}", language) for name in _SCRIPT_PHRASES}
    phrases |= {name: site.say(f"web_{name}", language, limit=MEGABYTES) for name in ("file_too_large",)}
    phrases |= {
        "too_long": site.say("web_too_long", language, limit=LONGEST_TEXT),
        "typing": site.say("web_typing", language, name="{name}"),
        "bot": site.bot_name,
    }
    keep = site.desk.settings.privacy.keep.days
    return render_page(
        "chat.html",
        language=language,
        direction=direction_of(language),
        theme=look.theme,
        theme_query=f"&theme={look.theme}&color={look.color.removeprefix('#')}" if framed else "",
        desk_name=site.desk.name,
        bot_name=site.bot_name,
        style=style_address(look.color),
        module=module_address(),
        framed=framed,
        phrases=json.dumps(phrases, ensure_ascii=False, separators=(",", ":")),
        sites=" ".join((*site.origins.own, *site.origins.sites)) if framed else "",
        limit=LONGEST_TEXT,
        megabytes=MEGABYTES,
        languages=[(code, own_name_of(code)) for code in site.desk.languages],
        about=site.say("privacy", language, keep=site.say("days", language, n=keep)),
        greeting=as_part(render_greeting(greeting, site, language)) if greeting else "",
        conversations=[
            (
                chat.conversation.id,
                [
                    as_part(render_message(message, chat.conversation, site, language, by_cookie=True))
                    for message in chat.changed
                ],
            )
            for chat in chats
        ],
        client_id=secrets.token_hex(16),
        problem=problem,
        draft=draft,
        say=lambda key, **values: site.say(key, language, **values),
    )


async def fetch_page_file(request: Request) -> Response:
    """Gives a file back to the visitor of the cookie, on the page without script."""
    site = chat_of(request)
    key = read_cookie(request)
    stored = site.services.files.find(request.path_params["file"])
    if not key or stored is None or stored.owner != site.identity.admit(key).key:
        raise RefusedError("not_found", "There is no such file.")
    return file_response(stored)


async def show_demo(request: Request) -> Response:
    """A page of ours with the chat on it, and the way to the console: what `firstline demo` opens."""
    site = chat_of(request)
    look = _read_look(request, site)
    html = render_page("demo.html", language=look.language, desk_name=site.desk.name, color=look.color)
    response = HTMLResponse(html)
    response.headers["Content-Security-Policy"] = _policy("frame-ancestors 'none'; frame-src 'self'")
    return response


def _read_look(request: Request, site: Site) -> Look:
    wanted = [request.query_params.get("lang", ""), *request.headers.get("accept-language", "").split(",")[:8]]
    theme = request.query_params.get("theme", "")
    return Look(
        language=site.choose_language(*(each.partition(";")[0] for each in wanted)),
        theme=theme if theme in tuple(Theme) else site.web.theme,
        color=read_color(request.query_params.get("color", ""), site),
    )


def _policy(more: str) -> str:
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
        f"form-action 'self'; base-uri 'none'; {more}"
    )


ROUTES = [
    Route("/widget/frame", show_frame),
    Route("/chat", show_chat),
    Route("/chat", take_form, methods=["POST"]),
    Route("/chat/files/{file}", fetch_page_file),
    Route("/demo", show_demo),
]
