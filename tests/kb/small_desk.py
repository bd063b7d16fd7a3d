"""A small desk in six languages that the tests of matching share: a handful of articles, four wordings each."""

from collections.abc import Mapping
from functools import cache

from kb.entry import Entry, EntryKind, Phrasing, Synonym
from kb.index import Index, build_index

LANGUAGES = ("en", "et", "ru", "da", "it", "lt")

_QUESTIONS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "wifi-password": {
        "en": ("What is my Wi-Fi password?", "I forgot the wifi code", "Change the wireless password"),
        "et": ("Mis on mu WiFi parool?", "Unustasin wifi parooli", "Kuidas muuta wifi parooli?"),
        "ru": ("Какой пароль от Wi-Fi?", "Забыл пароль от вайфая", "Как сменить пароль беспроводной сети?"),
        "da": ("Hvad er min wifi-adgangskode?", "Jeg har glemt koden til wifi", "Skift kode til det trådløse net"),
        "it": ("Qual è la password del Wi-Fi?", "Ho dimenticato il codice wifi", "Cambiare la password wireless"),
        "lt": ("Koks mano „Wi-Fi“ slaptažodis?", "Pamiršau wifi kodą", "Kaip pakeisti belaidžio tinklo slaptažodį?"),
    },
    "pay-invoice": {
        "en": ("How do I pay my invoice?", "Where can I pay the bill?", "pay an invoice by card"),
        "et": ("Kuidas arvet maksta?", "Kus saan arve ära maksta?", "maksa arve kaardiga"),
        "ru": ("Как оплатить счёт?", "Где можно оплатить квитанцию?", "оплатить счёт картой"),
        "da": ("Hvordan betaler jeg min faktura?", "Hvor kan jeg betale regningen?", "betal en faktura med kort"),
        "it": ("Come pago la fattura?", "Dove posso pagare la bolletta?", "pagare una fattura con carta"),
        "lt": ("Kaip apmokėti sąskaitą?", "Kur galiu sumokėti už paslaugas?", "apmokėti sąskaitą kortele"),
    },
    "internet-down": {
        "en": ("The internet is not working", "I have no connection", "My internet is down since morning"),
        "et": ("Internet ei tööta", "Mul pole ühendust", "Netti ei ole hommikust saadik"),
        "ru": ("Интернет не работает", "Нет соединения с сетью", "С утра нет интернета"),
        "da": ("Internettet virker ikke", "Jeg har ingen forbindelse", "Mit internet har været nede siden i morges"),
        "it": ("Internet non funziona", "Non ho connessione", "La mia linea è caduta da stamattina"),
        "lt": ("Neveikia internetas", "Neturiu ryšio", "Nuo ryto nėra interneto"),
    },
    "cancel-contract": {
        "en": ("I want to cancel my contract", "How can I end my subscription?", "terminate the agreement"),
        "et": ("Soovin lepingut lõpetada", "Kuidas lepingust loobuda?", "lõpeta minu tellimus"),
        "ru": ("Хочу расторгнуть договор", "Как отказаться от услуг?", "прекратить подписку"),
        "da": ("Jeg vil opsige min aftale", "Hvordan stopper jeg mit abonnement?", "afslut kontrakten"),
        "it": ("Voglio disdire il contratto", "Come chiudo l'abbonamento?", "recedere dall'accordo"),
        "lt": ("Noriu nutraukti sutartį", "Kaip atsisakyti paslaugų?", "nutraukti prenumeratą"),
    },
    "moving-home": {
        "en": ("I am moving to a new address", "Take my internet to another flat", "we move house next month"),
        "et": ("Kolin uuele aadressile", "Internet teise korterisse kaasa võtta", "vahetame järgmisel kuul kodu"),
        "ru": ("Переезжаю на новый адрес", "Перенести интернет в другую квартиру", "в следующем месяце переезд"),
        "da": ("Jeg flytter til en ny adresse", "Tag internettet med til en anden lejlighed", "vi flytter næste måned"),
        "it": (
            "Mi trasferisco a un nuovo indirizzo",
            "Portare internet in un altro appartamento",
            "il mese prossimo trasloco",
        ),
        "lt": ("Kraustausi nauju adresu", "Perkelti internetą į kitą butą", "kitą mėnesį persikraustome"),
    },
    "tv-no-picture": {
        "en": ("There is no picture on my TV", "The TV box does not start", "all channels are black"),
        "et": ("Teleris ei ole pilti", "Digiboks ei käivitu", "kõik kanalid on mustad"),
        "ru": ("На телевизоре нет изображения", "Приставка не включается", "все каналы чёрные"),
        "da": ("Der er intet billede på mit tv", "TV-boksen starter ikke", "alle kanaler er sorte"),
        "it": ("Non c'è immagine sul televisore", "Il decoder non si avvia", "tutti i canali sono neri"),
        "lt": ("Televizoriuje nėra vaizdo", "Neįsijungia TV priedėlis", "visi kanalai juodi"),
    },
}

GLOSSARY = (
    Synonym(
        term="router", also={"en": ("modem", "wifi box"), "et": ("ruuter",), "ru": ("роутер",)}, misspelled=("rooter",)
    ),
    Synonym(term="invoice", also={"en": ("bill", "statement"), "et": ("arve",), "lt": ("sąskaita",)}),
    Synonym(term="NordLink", also={}, keep=True),
)


def small_entries() -> tuple[Entry, ...]:
    """The articles of the small desk."""
    return tuple(
        Entry(
            id=name,
            kind=EntryKind.ARTICLE,
            phrasings=tuple(
                Phrasing(text=text, language=language, file=f"kb/{name}.yml", line=line)
                for language, texts in by_language.items()
                for line, text in enumerate(texts, start=1)
            ),
        )
        for name, by_language in _QUESTIONS.items()
    )


@cache
def small_index() -> Index:
    """The index of the small desk, built once for all tests of a process."""
    return build_index(small_entries(), languages=LANGUAGES, synonyms=GLOSSARY)
