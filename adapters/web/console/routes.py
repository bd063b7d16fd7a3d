"""The table of the console's routes: each line names what it asks for. What has no line is not served."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from adapters.web.console import acts, customer, overview, sheets, sign_in, stream, workspace
from adapters.web.console.guard import Handler, guard
from adapters.web.console.pages import STATIC, STATIC_URL
from adapters.web.console.rights import Right
from adapters.web.services import Services

TALK = "/console/c/{id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One route: how it is reached, who may, and what serves it."""

    method: str
    path: str
    right: Right
    handler: Handler
    needs_token: bool = False
    """The session's token is asked for on reading, too."""


def _get(path: str, right: Right, handler: Handler, *, needs_token: bool = False) -> Line:
    return Line(method="GET", path=path, right=right, handler=handler, needs_token=needs_token)


def _post(path: str, right: Right, handler: Handler) -> Line:
    return Line(method="POST", path=path, right=right, handler=handler)


LINES: Sequence[Line] = (
    _get("/console/login", Right.ANYBODY, sign_in.show_sign_in),
    _post("/console/login", Right.ANYBODY, sign_in.sign_in),
    _get("/console/link/{secret}", Right.ANYBODY, sign_in.show_link),
    _post("/console/link/{secret}", Right.ANYBODY, sign_in.use_link),
    _post("/console/logout", Right.OWN_ACCOUNT, sign_in.sign_out),
    _get("/console/password", Right.OWN_ACCOUNT, sign_in.show_password),
    _post("/console/password", Right.OWN_ACCOUNT, sign_in.change_password),
    _post("/console/preferences", Right.OWN_ACCOUNT, sign_in.keep_preferences),
    _post("/console/availability", Right.WORK, sign_in.set_availability),
    _get("/console", Right.OWN_ACCOUNT, workspace.show_start),
    _get("/console/queue", Right.WORK, workspace.show_queue),
    _get("/console/banner", Right.OWN_ACCOUNT, workspace.show_banner),
    _get("/console/stream", Right.WORK, stream.open_stream, needs_token=True),
    _get("/console/desk", Right.OPERATE, overview.show_overview),
    _post("/console/desk/replay", Right.OPERATE, overview.replay_event),
    _post("/console/desk/availability", Right.SUPERVISE, overview.set_availability),
    _post("/console/desk/again", Right.OPERATE, overview.send_again),
    _post("/console/desk/arrived", Right.OPERATE, overview.take_as_arrived),
    _get("/console/customer", Right.PERSONAL_DATA, customer.show_customer),
    _post("/console/customer/export", Right.PERSONAL_DATA, customer.give_out),
    _post("/console/customer/read", Right.PERSONAL_DATA, customer.read_in_need),
    _post("/console/customer/erase", Right.PERSONAL_DATA, customer.erase),
    _get(TALK, Right.WORK, workspace.show_talk),
    _get(f"{TALK}/news", Right.WORK, workspace.show_news),
    _get(f"{TALK}/card", Right.WORK, workspace.show_card),
    _get(f"{TALK}/knowledge", Right.WORK, workspace.show_knowledge),
    _get(f"{TALK}/files/{{file}}", Right.WORK, workspace.send_file),
    _post(f"{TALK}/reveal", Right.WORK, workspace.reveal),
    _get(f"{TALK}/why/{{number:int}}", Right.WORK, sheets.show_why),
    _get(f"{TALK}/sheet/{{kind}}", Right.WORK, sheets.show_sheet),
    _post(f"{TALK}/say", Right.WORK, acts.say),
    _post(f"{TALK}/note", Right.WORK, acts.save_note),
    _post(f"{TALK}/edit", Right.WORK, acts.edit),
    _post(f"{TALK}/delete", Right.WORK, acts.delete),
    _post(f"{TALK}/typing", Right.WORK, acts.tell_typing),
    _post(f"{TALK}/claim", Right.WORK, acts.act("claim")),
    _post(f"{TALK}/release", Right.WORK, acts.act("release")),
    _post(f"{TALK}/bot", Right.WORK, acts.act("bot")),
    _post(f"{TALK}/resolve", Right.WORK, acts.act("resolve")),
    _post(f"{TALK}/approve", Right.SUPERVISE, acts.act("approve")),
    _post(f"{TALK}/deny", Right.SUPERVISE, acts.act("deny", "reason")),
    _post(f"{TALK}/reopen", Right.WORK, acts.act("reopen")),
    _post(f"{TALK}/transfer", Right.WORK, acts.act("transfer", "team", "reason")),
    _post(f"{TALK}/assign", Right.WORK, acts.assign),
    _post(f"{TALK}/take_over", Right.WORK, acts.act("take_over", "reason")),
    _post(f"{TALK}/priority", Right.WORK, acts.act("priority", "priority")),
    _post(f"{TALK}/article", Right.WORK, acts.act("article", "id")),
    _post(f"{TALK}/send", Right.WORK, acts.act("send", "message")),
    _post(f"{TALK}/tick", Right.WORK, acts.act("tick", "step", "done")),
    _post(f"{TALK}/again", Right.WORK, acts.act("again", "delivery")),
    _post(f"{TALK}/arrived", Right.WORK, acts.act("arrived", "delivery")),
)


def build_console_routes(services: Services) -> list[BaseRoute]:
    """The console's routes behind their guard, and its scripts and style sheets, which anybody may load."""
    routes: list[BaseRoute] = [
        Mount(f"{STATIC_URL}/{folder}", StaticFiles(directory=Path(STATIC) / folder), name=f"console-{folder}")
        for folder in ("console", "vendor")
    ]
    routes += [
        Route(line.path, guard(line.handler, line.right, services, needs_token=line.needs_token), methods=[line.method])
        for line in LINES
    ]
    return routes
