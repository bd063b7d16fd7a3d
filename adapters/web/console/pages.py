"""The console's templates and how they are filled. The one place where rendered HTML is handed to them as it is."""

import hashlib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from adapters.markdown import Html

WEB = Path(__file__).resolve().parent.parent
STATIC = WEB / "static"
STATIC_URL = "/console/static"
KEY_HELP = (
    ("j", "console_next"),
    ("k", "console_previous"),
    ("gq", "console_queue"),
    ("gm", "console_mine"),
    ("s", "console_find"),
    ("c", "console_claim"),
    ("r", "console_reply"),
    ("n", "console_note"),
    ("/", "console_canned_replies"),
    ("f", "console_search_knowledge"),
    ("t", "console_transfer"),
    ("a", "console_assign"),
    ("e", "console_resolve"),
    ("b", "console_back_to_bot"),
    ("w", "console_why"),
    ("?", "console_keys_help"),
)
"""The keys with what they do, in the order of the help."""


class Pages:
    """Renders the console's pages and fragments."""

    def __init__(self) -> None:
        """Reads no template yet; each is compiled at its first use."""
        self._environment = Environment(
            loader=FileSystemLoader(WEB / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["rendered"] = _as_markup
        self._environment.globals.update(
            static=STATIC_URL, stamp=_stamp(), key_help=KEY_HELP, news=False, changed=False
        )

    def render(self, template: str, **values: object) -> str:
        """Fills a template of `templates/console`."""
        return self._environment.get_template(f"console/{template}").render(**values)


def _as_markup(html: Html) -> Markup:
    """HTML that has passed the allow-list of `adapters.markdown` stands in the page as it is."""
    return Markup(html)  # noqa: S704 -- `Html` is only made by the gate of adapters.markdown


def _stamp() -> str:
    """Changes whenever a style sheet or script does, so that no browser keeps an old one."""
    digest = hashlib.sha256()
    for path in sorted((STATIC / "console").iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:10]
