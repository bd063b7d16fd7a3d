"""What an agent has chosen for this browser: language, appearance, keys. Kept in cookies that hold nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

YEAR = 365 * 24 * 3600
THEMES = ("auto", "light", "dark")
SWITCH = ("on", "off")
LANGUAGES = ("en", "et", "ru", "da", "it", "lt")
"""Languages that the console speaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the console looks in one browser."""

    language: str
    theme: str
    keys: str
    """`on` or `off`: the single-letter keys."""


def read_settings(request: Request, default_language: str) -> Settings:
    """The choices of a browser; the language is else the browser's own, else the desk's."""
    cookies = request.cookies
    accepted = _accepted(request.headers.get("accept-language", ""))
    language = _pick(cookies.get("firstline-language", ""), LANGUAGES, "")
    fallback = default_language if default_language in LANGUAGES else LANGUAGES[0]
    return Settings(
        language=language or next((each for each in accepted if each in LANGUAGES), fallback),
        theme=_pick(cookies.get("firstline-theme", ""), THEMES, THEMES[0]),
        keys=_pick(cookies.get("firstline-keys", ""), SWITCH, SWITCH[0]),
    )


def keep_settings(response: Response, fields: Mapping[str, str], *, secure: bool) -> None:
    """Writes the choices of a form into the browser; what is no choice of ours is left out."""
    for name, choices in (("language", LANGUAGES), ("theme", THEMES), ("keys", SWITCH)):
        if fields.get(name) in choices:
            response.set_cookie(
                f"firstline-{name}",
                fields[name],
                max_age=YEAR,
                path="/console",
                secure=secure,
                httponly=True,
                samesite="lax",
            )


def go_back(fields: Mapping[str, str]) -> RedirectResponse:
    """Leads to the page the form came from, and never out of the console."""
    back = fields.get("back", "")
    is_ours = back == "/console" or back.startswith(("/console/", "/console?"))
    return RedirectResponse(back if is_ours and back.isprintable() else "/console", status_code=303)


def _accepted(header: str) -> Sequence[str]:
    """Language codes of an Accept-Language header, in the order written, which browsers keep by preference."""
    return [part.split(";")[0].strip().split("-")[0].lower() for part in header.split(",")[:10]]


def _pick(value: str, choices: Sequence[str], default: str) -> str:
    return value if value in choices else default
