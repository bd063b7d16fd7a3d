"""The rules A on Articles, X01 to X04 on their tests, and the life of an Article or Flow.

Called by `bot.desk`; what is common to all texts is in `config.text_rules`, what is named in `config.references`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, reduce
from hashlib import blake2b
from operator import xor

from config.findings import Findings, Fix
from config.place import Position
from config.texts import Text, Wording, analyse_condition
from kb.article import Article, Attachment, Button, ShowWhen, SmallTalk, Status, Variant
from kb.flows.model import Flow

FEW_QUESTIONS = 3
BUTTON_ACTIONS = ("article", "flow", "url", "say", "human", "escalate")
ATTACHMENT_KINDS = ("image", "file", "video")
NEARLY_THE_SAME = 0.9
"""Share of letter triples that two questions have in common, from which customers cannot tell them apart."""
CAPTION_LIMIT = 1024
_BLANKS = re.compile(r"\s+")
_PUNCTUATION = re.compile(r"[^\w\s]+")


def check_articles(articles: Sequence[Article], languages: Sequence[str], today: date, findings: Findings) -> None:
    """Every rule that looks at Articles only."""
    for article in articles:
        _check_article(article, findings)
        check_life("article", article, today, findings)
        check_shown("article", article.show_when, today, article.status, findings)
        _check_tests(article, languages, findings)
    live = [article for article in articles if article.status is not Status.ARCHIVED]
    _check_same_questions(live, findings)
    _check_near_questions(live, findings)


def check_life(kind: str, item: Article | Flow, today: date, findings: Findings) -> None:
    """A05 to A07: somebody keeps it true. Flows may do without an owner."""
    place = item.place
    shown = place.at("id")
    if item.review_by is not None and item.review_by < today and "review_by" not in place.misread:
        days = (today - item.review_by).days
        findings.report(
            "A05", place.at("review_by"), kind=kind, date=item.review_by, days=f"{days} day{'s' * (days != 1)}"
        )
    if kind != "article":
        return
    if not place.has("owner") and "owner" not in place.misread:
        findings.report("A06", shown, kind="Article", id=item.id)
    if not place.has("review_by") and "review_by" not in place.misread:
        findings.report("A07", shown, kind="Article", id=item.id)


def check_shown(kind: str, shown: ShowWhen, today: date, status: Status, findings: Findings) -> None:
    """A08 and A11: the days on which it is shown."""
    if shown.from_ and shown.until and shown.from_ > shown.until:
        findings.report("A11", shown.place.at("from"), kind=kind)
    elif shown.until and shown.until < today and status is Status.PUBLISHED:
        findings.report("A08", shown.place.at("until"), kind=kind, date=shown.until)


def check_button(button: Button, findings: Findings, *, own_article: str = "") -> None:
    """A10 and A14: a button leads to exactly one thing, and not back."""
    written = [name for name in BUTTON_ACTIONS if button.place.has(name)]
    if len(written) > 1 or not (written or button.place.misread):
        findings.report("A10", button.place.position, count=len(written), list=_listed(written))
    if own_article and button.article == own_article:
        findings.report("A14", button.place.at("article"))


def present_names(shown: ShowWhen) -> frozenset[str]:
    """Names that have a value for everybody who sees an Article or Flow."""
    found: frozenset[str] = frozenset()
    for condition in (shown.audience, shown.if_):
        if condition is not None:
            found |= analyse_condition(condition.source).present
    return found


def guarded_texts(articles: Iterable[Article]) -> Mapping[Position, frozenset[str]]:
    """Names that have a value wherever a text of an Article is shown, by the text's place."""
    guards: dict[Position, frozenset[str]] = {}
    for article in articles:
        always = present_names(article.show_when)
        for position in _places_of(article.answer, article.buttons, article.attachments):
            guards[position] = always
        for variant in article.variants:
            also = analyse_condition(variant.if_.source).present if variant.if_ else frozenset()
            for position in _places_of(variant.answer, variant.buttons, variant.attachments):
                guards[position] = always | also
    return guards


def _places_of(answer: Text, buttons: Iterable[Button], attachments: Iterable[Attachment]) -> Iterator[Position]:
    """Where the texts and links stand that are shown together."""
    yield answer.position
    for button in buttons:
        yield from (button.label.position, button.say.position, button.place.at("url"))
    for attachment in attachments:
        yield from (attachment.alt.position, attachment.caption.position, attachment.place.at("video"))


def _check_article(article: Article, findings: Findings) -> None:
    for button in article.buttons:
        check_button(button, findings, own_article=article.id)
    _check_attachments(article.attachments, article.answer, findings)
    always = None
    for variant in article.variants:
        _check_variant(variant, article, findings, hidden=always is not None)
        if variant.if_ is None and set(variant.channels) >= _channels_of(article):
            always = variant
    _check_questions(article, findings)


def _channels_of(article: Article) -> set[str]:
    return set(article.show_when.channels) or {"web", "slack", "telegram"}


def _check_variant(variant: Variant, article: Article, findings: Findings, *, hidden: bool) -> None:
    place = variant.place
    if hidden:
        findings.report("A13", place.position)
    elif not place.has("if") and not place.has("channels") and not place.misread & {"if", "channels"}:
        used = "answer" if place.has("answer") else next(iter(place.names()), "answer")
        findings.report("A18", place.position, field=used)
    for button in variant.buttons:
        check_button(button, findings, own_article=article.id)
    _check_attachments(variant.attachments, variant.answer, findings)


def _check_attachments(attachments: Sequence[Attachment], answer: Text, findings: Findings) -> None:
    for attachment in attachments:
        place = attachment.place
        written = [name for name in ATTACHMENT_KINDS if place.has(name)]
        if len(written) > 1 or not (written or place.misread):
            findings.report("A19", place.position, count=len(written), list=_listed(written))
        if attachment.image and not attachment.alt and "alt" not in place.misread:
            findings.report("A09", place.position)
    if any(attachment.image for attachment in attachments):
        check_caption(answer, findings)


def check_caption(text: Text, findings: Findings) -> None:
    """C07: a text that goes with an image."""
    for _, wording in text.sentences():
        if len(wording.text) > CAPTION_LIMIT:
            findings.report("C07", wording.position)


def _check_questions(article: Article, findings: Findings) -> None:
    for wordings in article.questions.wordings.values():
        seen: set[str] = set()
        for wording in wordings:
            folded = fold_question(wording.text)
            if folded in seen:
                report_twice(wording, findings)
            seen.add(folded)
        if 0 < len(wordings) < FEW_QUESTIONS:
            count = f"{len(wordings)} question{'s' * (len(wordings) != 1)}"
            findings.report("A03", wordings[0].position, count=count)


def _check_tests(article: Article, languages: Sequence[str], findings: Findings) -> None:
    tests, place = article.tests, article.place
    if not tests.match and not tests.no_match and "tests" not in place.misread and article.status is Status.PUBLISHED:
        findings.report("X01", place.at("id"), id=article.id)
    own = {fold_test(wording.text) for _, wording in article.questions.sentences()}
    for _, wording in tests.match.sentences():
        if fold_test(wording.text) in own:
            findings.report("X02", wording.position)
    for sentences in tests.no_match.values():
        for sentence in sentences:
            if fold_test(sentence.text) in own:
                findings.report("X03", sentence.place.position, sentence=sentence.text, id=article.id)
    written = {**tests.match.wordings, **tests.no_match}
    for language in written:
        if article.questions and language in languages and language not in article.questions.wordings:
            findings.report("X04", tests.place.position, language=language)


@lru_cache(maxsize=65_536)
def fold_question(text: str) -> str:
    """A question without case and blanks."""
    return _BLANKS.sub(" ", text).strip().casefold()


@lru_cache(maxsize=65_536)
def fold_test(text: str) -> str:
    """A sentence without case, blanks and punctuation."""
    return _BLANKS.sub(" ", _PUNCTUATION.sub(" ", text)).strip().casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One question of an Article."""

    wording: Wording
    article: str


def _check_same_questions(articles: Sequence[Article], findings: Findings) -> None:
    first: dict[tuple[str, str], tuple[Article, Wording]] = {}
    for article in articles:
        for language, wording in article.questions.sentences():
            key = (language, fold_question(wording.text))
            other, before = first.setdefault(key, (article, wording))
            if other is not article and other.id != article.id:
                findings.report(
                    "A02",
                    wording.position,
                    question=wording.text,
                    language=language,
                    other=other.id,
                    place=f"{before.position.file}:{before.position.line}",
                )


def _check_near_questions(articles: Sequence[Article], findings: Findings) -> None:
    """A12, once for each pair of Articles; equal questions are A02's."""
    by_language: dict[str, list[_Asked]] = defaultdict(list)
    for article in articles:
        for language, wording in article.questions.sentences():
            by_language[language].append(_Asked(wording=wording, article=article.id))
    reported: set[frozenset[str]] = set()
    for asked in by_language.values():
        for first, second, share in _near_pairs(asked):
            pair = frozenset({first.article, second.article})
            if pair not in reported:
                reported.add(pair)
                findings.report(
                    "A12",
                    second.wording.position,
                    first=first.article,
                    second=second.article,
                    similarity=f"{share:.2f}",
                )


def _near_pairs(asked: Sequence[_Asked]) -> Iterator[tuple[_Asked, _Asked, float]]:
    """Pairs of different Articles; only questions that differ in one word at most are compared."""
    for first, second, share in _near_numbers(tuple((one.article, one.wording.text) for one in asked)):
        yield asked[first], asked[second], share


# Whoever saves an Article while `check --watch` runs has changed it in one or two languages; the others are known.
@lru_cache(maxsize=16)
def _near_numbers(asked: tuple[tuple[str, str], ...]) -> tuple[tuple[int, int, float], ...]:
    """Which questions are near which, by their number, of `(article, question)`."""
    # A set of words has the exclusive or of its words' numbers as its key (Zobrist 1970): leaving a word out is one
    # operation. Two sets that share a key by chance are told apart below, where questions are compared.
    value: dict[str, int] = {}
    first_with: dict[int, int] = {}
    near = []
    for number, (article, text) in enumerate(asked):
        words = dict.fromkeys(fold_test(text).split())
        values = [value[word] if word in value else value.setdefault(word, _number_of(word)) for word in words]
        whole = reduce(xor, values, 0)
        met = set()
        for size, keys in ((len(values), [whole]), (len(values) - 1, [whole ^ one for one in values])):
            for key in keys:
                holder = first_with.setdefault(key, number)
                if size > 1 and asked[holder][0] != article:
                    met.add(holder)
        for holder in sorted(met):
            share = _share(_triples(text), _triples(asked[holder][1]))
            if share >= NEARLY_THE_SAME and fold_question(text) != fold_question(asked[holder][1]):
                near.append((holder, number, share))
    return tuple(near)


def _number_of(word: str) -> int:
    return int.from_bytes(blake2b(word.encode(), digest_size=8).digest())


def _triples(text: str) -> frozenset[str]:
    words = f" {fold_test(text)} "
    return frozenset(words[i : i + 3] for i in range(len(words) - 2))


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    if min(len(one), len(other)) < NEARLY_THE_SAME * max(len(one), len(other)):
        return 0.0
    return len(one & other) / len(one | other) if one or other else 0.0


def check_smalltalk(smalltalk: Iterable[SmallTalk], findings: Findings) -> None:
    """A04 for small talk: a sentence that is there twice."""
    for talk in smalltalk:
        for wordings in talk.says.wordings.values():
            seen: set[str] = set()
            for wording in wordings:
                if fold_question(wording.text) in seen:
                    report_twice(wording, findings)
                seen.add(fold_question(wording.text))


def report_twice(wording: Wording, findings: Findings) -> None:
    """A04: the second of two equal sentences can go."""
    fix = Fix(position=wording.position, old=wording.text, new="")
    findings.report("A04", wording.position, question=wording.text, fix=fix)


def _listed(names: Sequence[str]) -> str:
    return f": {', '.join(names)}" if names else ""
