"""The slips that editors really make: each ends in one message that says what to do."""

import pytest

from bot.desk import check_folder
from config.source import DeskFolder
from tests.samples import TODAY

DESK = """desk:
  name: Sample
  languages: [en, et]
  default_language: en
  bot:
    starters: [{article: reset}]
  customer: {first_name: text}
"""
GOOD = """articles:
  - id: reset
    title: {en: Reset the router, et: Ruuteri taastamine}
    owner: liis
    review_by: 2027-01-01
    questions:
      en: [How do I reset the router?, restore factory settings, router reset button]
      et: [Kuidas ruuterit taastada?, tehaseseaded tagasi, ruuteri nupp]
    answer:
      en: |
        Hold **Reset** for 10 seconds.
      et: |
        Hoia **Reset** 10 sekundit.
    buttons:
      - label: {en: Call us, et: Helista}
        url: https://help.example
    tests:
      match: {en: [please reset my box], et: [palun taasta karp]}
"""
ANSWER = GOOD[GOOD.index("    answer:") : GOOD.index("    buttons:")]
BUTTON = GOOD[GOOD.index("      - label") : GOOD.index("    tests:")]
AGAIN = """    tests:
      match: {en: [please reset my box]}
  - id: reset
    title: Again
    owner: liis
    review_by: 2027-01-01
    questions: {en: [where is it], et: [kus see on]}
    answer: There.
    tests:"""

SLIPS = {
    "one blank too few": ("    owner: liis", "   owner: liis", "4:4 Y07"),
    "one blank too many": ("    owner: liis", "     owner: liis", "4:6 Y07"),
    "no blank after the colon": ("owner: liis", "owner:liis", "4:5 Y99"),
    "a list is not closed": ("router reset button]", "router reset button", "7:11 Y99"),
    "a block is not closed": ("Ruuteri taastamine}", "Ruuteri taastamine", "3:12 Y99"),
    "an id was renamed": ("id: reset", "id: router-reset", "config/desk.yml 6:26 R01"),
    "the main language was deleted": ("      en: |\n        Hold **Reset** for 10 seconds.\n", "", "10:7 T01"),
    "a wrong language code": ("      et: |", "      ee: |", "12:7 T02"),
    "a language by its name": ("      et: |", "      estonian: |", "12:7 T03"),
    "quotes of a word processor": ("owner: liis", "owner: “liis”", "4:12 Y11"),
    "blanks of a word processor": ("    owner: liis", "\u00a0\u00a0\u00a0 owner: liis", "4:1 Y10"),
    "a tabulator": ("    owner: liis", "\towner: liis", "4:1 Y05"),
    "a colon in a title": ("{en: Reset the router, et: Ruuteri taastamine}", "Reset: how to", "3:12 Y01"),
    "a colon in an answer": (ANSWER, "    answer: Note: hold it\n", "9:13 Y01"),
    "an answer begins in bold": (ANSWER, "    answer: **Hold** it\n", "9:13 Y04"),
    "an answer begins with a link": (ANSWER, "    answer: [Help](https://x.example) has it\n", "9:13 Y03"),
    "an answer begins with a value": (ANSWER, "    answer: {{ channel }} it is\n", "9:13 Y02"),
    "an answer begins with a dash": (ANSWER, "    answer: - hold it\n", "9:13 Y18"),
    "an apostrophe": ("owner: liis", "owner: 'liis's'", "4:12 Y08"),
    "an open quote": ("owner: liis", 'owner: "liis', "4:12 Y17"),
    "a text that is not indented": ("        Hold **Reset** for", "      Hold **Reset** for", "11:7 Y07"),
    "a day as people write it": ("2027-01-01", "1.1.2027", "5:16 S14"),
    "a field with a capital": ("owner:", "Owner:", "4:5 S03"),
    "a field in the plural": ("title:", "titles:", "3:5 S03"),
    "a link without https": ("https://help.example", "www.help.example", "16:14 S17"),
    "a forgotten dash": (BUTTON, BUTTON.replace("- label", "label").replace("    url", "  url"), "15:7 S05"),
    "a button that leads nowhere": ("        url: https://help.example\n", "", "15:9 A10"),
    "a dash without its blank": ("  - id: reset", "  -id: reset", "3:5 Y07"),
    "an unknown value": ("Hold **Reset**", "{{ firstname }}, hold **Reset**", "11:12 T06"),
    "single braces": ("Hold **Reset**", "Hi {first_name}, hold **Reset**", "11:12 T10"),
    "half a brace": ("Hold **Reset**", "Hi {{ first_name }, hold **Reset**", "10:11 T09"),
    "an article pasted twice": ("    tests:", AGAIN, "19:9 R02"),
    "a question pasted twice": ("restore factory", "How do I reset the router?, restore factory", "7:40 A04"),
    "a field left empty": ("    owner: liis", "    owner:", "4:11 S08"),
    "another first word": ("articles:", "article:", "1:1 S02"),
    "html": ("Hold **Reset**", "Hold <b>Reset</b>", "10:11 C08"),
    "a secret sign first": ("owner: liis", "owner: @liis", "4:12 Y06"),
    "two values for one": ("owner: liis", "owner: [liis, mari]", "4:12 S07"),
}  # fmt: skip


def check(text: bytes) -> list[str]:
    folder = DeskFolder(root="x", content={"config/desk.yml": DESK.encode(), "kb/a.yml": text})
    findings = check_folder(folder, today=TODAY).findings
    return [f"{f.position} {f.code}".removeprefix("kb/a.yml:").replace("desk.yml:", "desk.yml ") for f in findings]


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_ends_in_one_message(slip: str) -> None:
    """One slip of an editor is one finding, at the place where it can be put right."""
    right, wrong, finding = SLIPS[slip]
    assert right in GOOD
    assert check(GOOD.replace(right, wrong, 1).encode()) == [finding]


def test_what_is_right_is_not_reported() -> None:
    """The article without a slip has no finding."""
    assert check(GOOD.encode()) == []


@pytest.mark.parametrize("text", [GOOD.replace("\n", "\r\n").encode(), b"\xef\xbb\xbf" + GOOD.encode()])
def test_line_ends_and_byte_order_marks_do_not_matter(text: bytes) -> None:
    """Files saved on Windows are read like any other."""
    assert check(text) == []


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (GOOD.encode("utf-16"), "1:1 Y15"),
        (GOOD.replace("Hoia", "Hõia").encode("latin-1"), "13:10 Y15"),
        (GOOD.replace("Hoia", "H\0ia").encode(), "13:10 Y99"),
    ],
)
def test_bytes_that_are_no_text_are_named(text: bytes, finding: str) -> None:
    """Another encoding and invisible characters are found at their place."""
    assert check(text) == [finding]
