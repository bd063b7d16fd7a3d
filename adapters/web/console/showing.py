"""How a handler answers: with a page, a fragment, or a word for the script. Headers that every answer carries."""

import json
from collections.abc import Mapping

from starlette.responses import HTMLResponse, Response

from adapters.desk.formats import hue_of, initials_of, language_name, time_of
from adapters.web.console.pages import Pages
from adapters.web.console.rights import Right, may
from adapters.web.console.settings import LANGUAGES, read_settings
from adapters.web.console.visit import Visit
from adapters.web.refusals import RefusedError

PAGES = Pages()
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Vary": "HX-Request, Cookie",
}


def page(visit: Visit, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """A whole page with its frame."""
    return HTMLResponse(PAGES.render(template, **(_frame(visit) | values)), status_code=status, headers=HEADERS)


def fragment(visit: Visit, template: str, **values: object) -> HTMLResponse:
    """A part of a page, for a script to place."""
    return HTMLResponse(
        PAGES.render(template, say=visit.reader.say, language=visit.reader.language, **values), headers=HEADERS
    )


def told(events: Mapping[str, Mapping[str, object]], *, status: int = 204) -> Response:
    """No content, but events for the page's script; the header holds ASCII alone.

    They go to the page as a whole: the button that was pressed may have been replaced meanwhile.
    """
    whole = {name: {"target": "body", **event} for name, event in events.items()}
    return Response(status_code=status, headers={**HEADERS, "HX-Trigger": json.dumps(whole)})


def trouble_page(visit: Visit, error: RefusedError) -> HTMLResponse:
    """What could not be done, as a page of its own."""
    title = visit.reader.say("console_trouble")
    return page(visit, "trouble.html", status=error.status, title=title, words=error.message)


def problems_of(visit: Visit) -> dict[str, object]:
    """What the banner says: why a newer desk folder is not in force."""
    return {"problems": visit.services.current.problems}


def _frame(visit: Visit) -> dict[str, object]:
    reader, request = visit.reader, visit.request
    settings = read_settings(request, reader.desk.default_language)
    query = f"?{request.url.query}" if request.url.query else ""
    roles = reader.agent.roles
    return {
        "say": reader.say,
        "language": settings.language,
        "theme": settings.theme,
        "keys": settings.keys,
        "desk_name": reader.desk.name,
        "token": visit.session.token if visit.session else "",
        "here": f"{request.url.path}{query}" if request.method == "GET" else "/console",
        "languages": [(code, language_name(code, code)) for code in LANGUAGES],
        "me": {
            "name": reader.agent.name,
            "login": visit.session.login if visit.session else "",
            "initials": initials_of(reader.agent.name),
            "hue": hue_of(reader.agent.key),
            "available": visit.session is not None and visit.session.available,
        },
        "can": {each.value: may(roles, each) for each in Right},
        "page": "",
        "now": time_of(reader.now, reader.zone, reader.language),
        **problems_of(visit),
    }
