"""How the bot's Markdown and people's words become HTML and plain text."""

from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.links import find_links
from adapters.markdown import SCHEMES, render_html, render_plain, render_words
from tests.web.hostile import EVERYTHING

TAGS = {"p", "br", "strong", "em", "code", "pre", "a", "ul", "ol", "li"}


class Reader(HTMLParser):
    """Reads rendered HTML as a browser would: its tags, its links, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes a tag with its attributes."""
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag == "br":
            self.text += "\n"

    def handle_data(self, data: str) -> None:
        """Notes a run of text."""
        self.text += data

    @property
    def links(self) -> list[str]:
        """Where the links lead."""
        return [value for tag, name, value in self.attributes if (tag, name) == ("a", "href")]


def test_markdown_becomes_the_few_tags_of_a_chat() -> None:
    """Paragraphs, bold, italic, code, links and lists become HTML; nothing else does."""
    html = render_html(
        "Press **Reset**, then *wait*.\n\n1. Open `192.168.1.1`\n2. [Sign in](https://a.example)\n\n- done"
    )
    assert html == (
        "<p>Press <strong>Reset</strong>, then <em>wait</em>.</p>\n"
        "<ol>\n<li>Open <code>192.168.1.1</code></li>\n"
        '<li><a href="https://a.example" target="_blank" rel="noopener nofollow ugc">Sign in</a></li>\n</ol>\n'
        "<ul>\n<li>done</li>\n</ul>\n"
    )


@pytest.mark.parametrize("written", ["# Title", "<b>bold</b>", "![picture](https://a.example/x.png)", "a | b\n--|--"])
def test_what_a_chat_does_not_show_stays_text(written: str) -> None:
    """Headings, HTML, pictures and tables are not converted."""
    assert Reader(render_html(written)).tags <= {"p", "br", "a"}


def test_an_escaped_value_is_shown_literally() -> None:
    """A value that was written into a text with backslashes never becomes markup."""
    assert Reader(render_html(r"Hello \*\*Anna\*\* \<b\>")).text.strip() == "Hello **Anna** <b>"


def test_bare_addresses_become_links_but_not_twice() -> None:
    """An address in running text is a link; one that stands in a link already is not linked again."""
    html = render_html("See https://a.example/x_(y). Or [https://b.example](https://c.example).")
    assert Reader(html).links == ["https://a.example/x_(y)", "https://c.example"]


def test_people_write_plain_text() -> None:
    """What a person wrote is shown letter by letter, with line breaks and links only."""
    reader = Reader(render_words("**not bold** <b>\nhttps://a.example, me@b.example!"))
    assert reader.text == "**not bold** <b>\nhttps://a.example, me@b.example!"
    assert reader.links == ["https://a.example", "mailto:me@b.example"]


@pytest.mark.parametrize("render", [render_html, render_words])
@pytest.mark.parametrize("text", EVERYTHING, ids=range(len(EVERYTHING)))
def test_hostile_text_runs_nothing(text: str, render: Callable[[str], str]) -> None:
    """Whatever is written, only allow-listed tags, attributes and schemes come out."""
    reader = Reader(render(text))
    assert reader.tags <= TAGS
    assert {name for _, name, _ in reader.attributes} <= {"href", "target", "rel", "start"}
    assert all(link.partition(":")[0].lower() in SCHEMES for link in reader.links)


@pytest.mark.parametrize("text", EVERYTHING, ids=range(len(EVERYTHING)))
def test_hostile_words_are_read_as_written(text: str) -> None:
    """A person's words come back from the HTML exactly as he wrote them."""
    assert Reader(render_words(text)).text == text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=200))
def test_any_words_are_read_as_written(text: str) -> None:
    """Reading rendered words gives the words."""
    assert Reader(render_words(text)).text == text


@given(st.text(alphabet="[]()*_`<>!#-1. \\\n&;:/abhtps@\"'", max_size=120))
def test_any_markdown_stays_inside_the_allow_list(text: str) -> None:
    """No mixture of marks gets anything else than the allowed tags and schemes out of the renderer."""
    reader = Reader(render_html(text))
    assert reader.tags <= TAGS
    assert all(link.partition(":")[0].lower() in SCHEMES for link in reader.links)


def test_plain_text_keeps_lists_and_addresses() -> None:
    """A terminal shows bullets, numbers and the address of a link."""
    written = (
        "Press **Reset**:\n\n1. Open [the page](https://a.example)\n2. Save\n   - twice\n\nDone, see https://b.example."
    )
    assert render_plain(written) == (
        "Press Reset:\n\n1. Open the page (https://a.example)\n2. Save\n  • twice\n\nDone, see https://b.example."
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see https://a.example/x.", ["https://a.example/x"]),
        ("(https://a.example/x)", ["https://a.example/x"]),
        ("https://a.example/x_(y)!", ["https://a.example/x_(y)"]),
        ("HTTPS://A.example", ["HTTPS://A.example"]),
        ("http://", []),
        ("ftp://a.example javascript:alert(1)", []),
        ("me@a.example and you@b.example.", ["mailto:me@a.example", "mailto:you@b.example"]),
        ("@a.example a@ @", []),
        ("https://me@a.example/b@c.example", ["https://me@a.example/b@c.example"]),
    ],
)
def test_links_are_found(text: str, found: list[str]) -> None:
    """Addresses are found without the punctuation around them."""
    assert [link.href for link in find_links(text)] == found


@pytest.mark.parametrize("text", ["a@" * 8000, "http://" + ")" * 16000, "https://" * 2000, "[" * 16000, "*a_" * 5000])
def test_finding_links_reads_each_character_a_bounded_number_of_times(text: str) -> None:
    """Text made to be slow is read to its end like any other."""
    assert Reader(render_words(text)).text == text
