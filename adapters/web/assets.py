"""Style sheet, script and launcher of the chat, with the desk's colours and words put in. No build step.

An address carries a stamp of its content, so browsers may keep it for good; the launcher's cannot, it stands in the
pages of other people.
"""

import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from adapters.file_types import HEAD, find_file_type
from adapters.web.reading import services_of
from adapters.web.refusals import RefusedError
from adapters.web.site import COLOR, Site, ink_for, site_of

STATIC = Path(__file__).parent / "static"
FOR_GOOD = "public, max-age=31536000, immutable"
FIVE_MINUTES = "public, max-age=300"
_COLOR = re.compile(r"#?([0-9a-fA-F]{6})")


def read_color(given: str, site: Site) -> str:
    """A colour as `#1d4ed8`: the one asked for if it is one, else the desk's."""
    for color in (given, site.web.color):
        if found := _COLOR.fullmatch(color):
            return f"#{found[1].lower()}"
    return COLOR


def style_address(color: str) -> str:
    """Where the style sheet in this colour is."""
    return f"/widget/chat.css?color={color.removeprefix('#')}&v={_stamp('chat.css')}"


def module_address() -> str:
    """Where the script is."""
    return f"/widget/chat.js?v={_stamp('chat.js')}"


async def send_style(request: Request) -> Response:
    """The style sheet in the colour that the address names."""
    color = read_color(request.query_params.get("color", ""), site_of(services_of(request)))
    style = f"{_read('chat.css')}:root {{ --accent: {color}; --on-accent: {ink_for(color)}; }}\n"
    return _asset(style, "text/css", FOR_GOOD)


async def send_module(request: Request) -> Response:  # noqa: ARG001 -- the same for every request
    """The script of the chat."""
    return _asset(_read("chat.js"), "text/javascript", FOR_GOOD)


async def send_demo_style(request: Request) -> Response:  # noqa: ARG001 -- the same for every request
    """The style sheet of the demo page."""
    return _asset(_read("demo.css"), "text/css", FIVE_MINUTES)


async def send_loader(request: Request) -> Response:
    """The launcher for other people's pages."""
    site = site_of(services_of(request))
    settings = {
        "color": read_color("", site),
        "side": site.web.side,
        "theme": site.web.theme,
        "language": site.desk.default_language,
        "words": {
            language: [site.say("web_title", language, desk=site.desk.name), site.say("web_new_messages", language)]
            for language in site.desk.languages
        },
    }
    told = json.dumps(settings, ensure_ascii=False, separators=(",", ":"))
    return _asset(_read("loader.js").replace("/*SETTINGS*/ {}", told), "text/javascript", FIVE_MINUTES)


async def send_media(request: Request) -> Response:
    """A picture or document that stands beside the articles of the desk."""
    root = (services_of(request).folder / "kb" / "media").resolve()
    path = (root / request.path_params["path"]).resolve()
    if not path.is_relative_to(root) or not path.is_file():
        raise RefusedError("not_found", "There is nothing here.")
    with path.open("rb") as file:
        kind = find_file_type(file.read(HEAD))
    if kind is None:
        raise RefusedError("not_found", "There is nothing here.")
    return FileResponse(
        path,
        media_type=kind.media_type,
        headers={"Cache-Control": FIVE_MINUTES, "Content-Security-Policy": "default-src 'none'; sandbox"},
    )


async def send_icon(request: Request) -> Response:
    """The icon of our pages: a speech bubble in the desk's colour."""
    site = site_of(services_of(request))
    drawing = _read("icon.svg").replace("currentColor", read_color("", site))
    return _asset(drawing, "image/svg+xml", FIVE_MINUTES)


def _asset(text: str, media_type: str, keep: str) -> Response:
    return Response(
        text,
        media_type=media_type,
        headers={"Cache-Control": keep, "Cross-Origin-Resource-Policy": "cross-origin"},
    )


@lru_cache
def _read(name: str) -> str:
    """A file without its indentation and comments: a quarter less to send, and still legible."""
    text = (STATIC / name).read_text(encoding="utf-8")
    return re.sub(r"(?m)^\s*(//.*|/\*.*\*/)?\n", "", re.sub(r"(?m)^[ ]+", "", text))


@lru_cache
def _stamp(name: str) -> str:
    return hashlib.sha256(_read(name).encode()).hexdigest()[:10]


ROUTES = [
    Route("/widget/chat.css", send_style),
    Route("/widget/chat.js", send_module),
    Route("/widget/loader.js", send_loader),
    Route("/demo.css", send_demo_style),
    Route("/icon.svg", send_icon),
    Route("/media/{path:path}", send_media),
]
