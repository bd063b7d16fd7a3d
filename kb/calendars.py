"""The words for days, months and spans of time, one table a language; `kb.dates` reads with them.

A word that ends in `*` fits every ending. To add a language, add a table.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """How one language speaks of dates."""

    months: str
    """January to December, divided by `|`; several forms of one by blanks."""
    weekdays: str
    """Monday to Sunday, in the same way."""
    days: str
    """From the day before yesterday to the day after tomorrow; several names of one by commas."""
    units: str
    """Day, week, month and year, written like the months."""
    ahead: str
    """Words that put a span of time into the future, divided by blanks."""
    ago: str
    """Words that put it into the past."""
    last: str
    """Words that make a weekday the one before today."""
    a: str = ""
    """Words for one span, besides the number."""


CALENDARS: Mapping[str, Calendar] = {
    "en": Calendar(
        months="jan january|feb february|mar march|apr april|may|jun june|jul july|aug august|sep sept september"
        "|oct october|nov november|dec december",
        weekdays="mon monday mondays|tue tues tuesday|wed wednesday|thu thur thurs thursday|fri friday|sat saturday"
        "|sun sunday",
        days="day before yesterday|yesterday, last night|today, tonight, right now|tomorrow, tomorow, tommorow, tmrw"
        "|day after tomorrow",
        units="day days|week weeks|month months|year years",
        ahead="in from later within",
        ago="ago back before earlier",
        last="last past previous",
        a="a an one",
    ),
    "et": Calendar(
        months="jaanuar*|veebruar*|märts*|aprill*|mai mail mais maist maiks maini|juuni*|juuli*|august*|septemb*"
        "|oktoob*|novemb*|detsemb*",
        weekdays="esmaspäev*|teisipäev*|kolmapäev*|neljapäev*|reede reedel reedeks reedest reedet reedeni|laupäev*"
        "|pühapäev*",
        days="üleeile|eile, eilne, eilsest|täna, tänane, tänasest|homme, homne, homseks, homsest|ülehomme",
        units="päev päeva päevi|nädal nädala nädalat nädalaid|kuu kuud kuude|aasta aastat aastate",
        ahead="pärast peale",
        ago="tagasi eest",
        last="eelmine eelmisel eelmise eelmist möödunud läinud",
    ),
    "ru": Calendar(
        months="январ* янв|феврал* фев|март марта марте|апрел* апр|май мая мае|июн*|июл*|август* авг|сентябр* сен сент"
        "|октябр* окт|ноябр* ноя|декабр* дек",
        weekdays="понедельник* пн|вторник* вт|среда среду среды среде ср|четверг* чт|пятниц* пт|суббот* сб"
        "|воскресень* вс",
        days="позавчера|вчера|сегодня|завтра|послезавтра",
        units="день дня дней|неделя неделю недели недель|месяц месяца месяцев|год года лет",
        ahead="через спустя",
        ago="назад тому",
        last="прошлый прошлую прошлое прошлой прошлого прошедший прошедшую",
    ),
    "da": Calendar(
        months="jan januar|feb februar|mar marts|apr april|maj|jun juni|jul juli|aug august|sep sept september"
        "|okt oktober|nov november|dec december",
        weekdays="mandag mandagen|tirsdag tirsdagen|onsdag onsdagen|torsdag torsdagen|fredag fredagen|lørdag lørdagen"
        "|søndag søndagen",
        days="i forgårs, forgårs|i går, igår|i dag, idag, i aften|i morgen, imorgen|i overmorgen, overmorgen",
        units="dag dage|uge uger|måned måneder|år",
        ahead="om",
        ago="siden",
        last="sidste forrige sidst",
    ),
    "it": Calendar(
        months="gen gennaio|feb febbraio|mar marzo|apr aprile|mag maggio|giu giugno|lug luglio|ago agosto|set settembre"
        "|ott ottobre|nov novembre|dic dicembre",
        weekdays="lunedì lun|martedì mart|mercoledì merc|giovedì giov|venerdì ven|sabato|domenica",
        days="altro ieri, altroieri, avantieri|ieri|oggi, stasera, stamattina|domani|dopodomani, dopo domani",
        units="giorno giorni|settimana settimane|mese mesi|anno anni",
        ahead="tra fra entro",
        ago="fa",
        last="scorso scorsa passato passata",
        a="un una",
    ),
    "lt": Calendar(
        months="saus*|vasario vasaris vasarį|kovo kovas kovą|baland*|geguž*|biržel*|liepos liepa liepą|rugpjū*|rugsėj*"
        "|spalio spalis spalį|lapkri*|gruod*",
        weekdays="pirmadien*|antradien*|trečiadien*|ketvirtadien*|penktadien*|šeštadien*|sekmadien*",
        days="užvakar|vakar, vakarykštės|šiandien, šiandiena|rytoj, rytojaus, rytdienos|poryt",
        units="diena dieną dienos dienas dienų|savaitė savaitę savaitės savaites savaičių"
        "|mėnuo mėnesį mėnesio mėnesiai mėnesius mėnesių|metai metus metų",
        ahead="po už",
        ago="prieš atgal",
        last="praėjęs praėjusį praėjusią praeitą",
    ),
}
"""By language code."""
