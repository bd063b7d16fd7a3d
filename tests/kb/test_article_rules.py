"""Articles as editors write them: defaults, guards, and questions that are too near to each other."""

import pytest

from bot.content import Content
from bot.desk import check_folder
from kb.article import Status
from kb.check import guarded_texts
from tests.samples import TODAY, codes_of, sample_folder

ARTICLE = "articles: [{id: a, owner: x, review_by: 2027-01-01, title: A, questions: [q], tests: {match: [y]}, %s}]"


def read(content: str) -> Content:
    checked = check_folder(sample_folder(content), today=TODAY)
    assert checked.content is not None, checked.findings
    return checked.content


def test_an_article_needs_little() -> None:
    """Everything but id, title, questions and answer has a default."""
    article = read("articles: [{id: a, title: A, questions: q, answer: Hold it.}]").articles[0]
    assert (article.status, article.ask_solved, article.internal) == (Status.PUBLISHED, True, False)
    assert article.title.wordings["en"][0].text == "A"
    assert article.questions.wordings["en"][0].position.line == 1


def test_a_text_without_a_language_is_in_the_main_one() -> None:
    """One text without codes stands under the desk's default language."""
    article = read("articles: [{id: a, title: A, questions: q, answer: [Hold it., Just hold it.]}]").articles[0]
    language, wordings = article.answer.choose("et", "en")
    assert language == "en"
    assert [wording.text for wording in wordings] == ["Hold it.", "Just hold it."]


@pytest.mark.parametrize(
    "fields",
    [
        "answer: 'Hi {{ first_name | default(1) }}'",
        "answer: '{% if first_name %}{{ first_name }}{% endif %}'",
        "answer: '{{ first_name }}', show_when: {audience: first_name}",
        "answer: '{{ first_name }}', show_when: {audience: first_name and vip}",
        "answer: Hi, variants: [{if: first_name, answer: 'Hi {{ first_name }}'}]",
        "answer: Hi, variants: [{if: plan == 'home', answer: 'Your plan is {{ plan }}'}]",
    ],
)
def test_a_value_that_must_be_there_needs_no_default(fields: str) -> None:
    """A condition that asks for a value, or a default, makes the text safe."""
    assert codes_of(ARTICLE % fields) == []


@pytest.mark.parametrize(
    "fields",
    [
        "answer: 'Hi {{ first_name }}'",
        "answer: '{{ first_name }}', show_when: {audience: first_name or vip}",
        "answer: '{% if not first_name %}{{ first_name }}{% endif %}'",
        "answer: Hi, variants: [{if: vip, answer: 'Hi {{ first_name }}'}]",
        "answer: Hi, buttons: [{label: 'Hi {{ first_name }}', human: yes}]",
    ],
)
def test_a_value_that_may_be_missing_is_reported(fields: str) -> None:
    """A customer we do not know has no name."""
    assert codes_of(ARTICLE % fields) == ["T25"]


def test_a_guard_holds_for_all_texts_of_its_variant() -> None:
    """Buttons and captions of a variant are shown under the variant's condition."""
    content = read(
        ARTICLE % "answer: Hi, variants: [{if: vip, answer: A, buttons: [{label: 'x', human: yes}]}], internal: no"
    )
    guards = guarded_texts(content.articles)
    variant = content.articles[0].variants[0]
    assert guards[variant.buttons[0].label.position] == frozenset({"vip"})


def test_word_order_and_one_typo_make_questions_near() -> None:
    """The same words in another order, or one letter more, are nearly the same question."""
    two = "articles: [{id: a, title: A, questions: [%s], answer: x}, {id: b, title: B, questions: [%s], answer: y}]"
    same = "how can I restart my broadband router", "how can I restart my broadband routter"
    other = "how can I restart my broadband router", "how can I pay my mobile phone invoice"
    assert "A12" in codes_of(two % (f"{same[0]} this evening", f"{same[1]} this evening"))
    assert "A12" not in codes_of(two % other)
