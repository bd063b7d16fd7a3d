"""The commonest words of each language: they carry grammar and courtesy, hardly ever the matter.

Used for two things: guessing the language of a short message, and keeping a small knowledge base, which has too few
sentences to learn it, from taking "how do I" for a matter. A language that is not listed simply has no such help.
"""

from collections.abc import Mapping
from types import MappingProxyType

from kb.normalise import words_of

_BY_LANGUAGE = {
    "en": """a an the i me my mine we us our you your yours he him his she her it its they them their this that these
        those am is are was were be been being do does did done doing have has had having will would shall should
        can could may might must cannot cant dont doesnt didnt wont wouldnt isnt im ive id ill youre theres whats of
        in on at to from for with by about as into onto and or but if so than then because while what which who whom
        whose when where why how there here please just very too also any some all no not yes hi hello hey dear
        thanks thank ok okay sorry good morning afternoon evening well really""",
    "et": """ma mina mul mulle minu mu meie me meil meile sa sina sinu su sul te teie teil teile ta tema tal nad nemad
        see need selle seda neid on olen oled oleme olete oli olid ole oleks olla ei ega ja või aga et kui siis sest
        kuid kas mis mida mille millal kus kuhu kust kuidas miks kes keda palju mitu kui ka veel nüüd siin seal väga
        saan saab saaks saada pean peab tahan tahaks soovin soovib võin võib palun tere aitäh tänan hei jah minust
        endale oma üks mingi kõik ära""",
    "ru": """я мне меня мной мой моя мое мои мы нам нас наш вы вам вас ваш ты тебе тебя он она оно они его ее их им это
        этот эта эти тот та то те есть был была было были быть буду будет в во на с со к ко от до из у о об по за
        для при без под над про и или а но если чтобы что как где когда куда откуда почему зачем какой какая какие
        какое кто сколько ли же бы не нет да ни уже еще очень там тут здесь так вот можно могу может надо нужно хочу
        пожалуйста здравствуйте привет спасибо добрый день вечер""",
    "da": """jeg mig min mit mine vi os vores du dig din dit dine i jer jeres han ham hun hende den det de dem deres
        denne dette disse er var være været har havde have vil ville skal skulle kan kunne må måtte bliver blev af
        på til fra for med om som ved under over efter og eller men hvis så fordi at når hvad hvilken hvilket hvilke
        hvem hvor hvornår hvordan hvorfor der her ikke nej ja meget også noget nogen alle en et hej goddag tak
        venligst bare lige gerne""",
    "it": """io mi me mio mia miei mie noi ci nostro tu ti te tuo tua voi vi vostro lui lei lo la li le gli loro si
        questo questa questi queste quello quella è sono sei siamo siete era essere ho hai ha abbiamo avete hanno
        avere posso può puoi possiamo devo deve vorrei voglio vuole di a da in con su per tra fra del della dei
        delle al alla ai dal dalla nel nella sul sulla e ed o ma se perché che cosa quale quali chi quando dove come
        quanto non no sì molto anche più un uno una il i ciao salve buongiorno buonasera grazie prego""",
    "lt": """aš man mane mano mes mums mus mūsų tu tau tave tavo jūs jums jus jūsų jis jam jo ji jai jos jie jų tai šis
        ši šie tas ta tie yra esu esi esame buvo būti bus ir ar arba bet jei jeigu kad nes su į iš nuo iki ant prie
        po per už apie be dėl kas ką ko kaip kur kada kodėl kiek koks kokia kokie kuris kuri ne nėra taip jau dar
        labai čia ten galiu gali galima reikia noriu norėčiau turiu prašau labas sveiki ačiū laba diena""",
}

FUNCTION_WORDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {language: frozenset(words_of(text)) for language, text in _BY_LANGUAGE.items()}
)
"""By language, folded."""
ANY_LANGUAGE: frozenset[str] = frozenset().union(*FUNCTION_WORDS.values())
"""All of them together."""
