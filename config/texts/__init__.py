"""Texts in several languages, templates and conditions: all that Jinja2 does in firstline, inside an allow-list.

`wording` holds texts as data, `template` renders, `condition` decides, `analysis` looks into a template before it is
ever compiled. Nothing here knows which names exist where; the checks of each room say so.
"""

from config.texts.analysis import Analysis, Comparison, NameUse, Problem, analyse_condition, analyse_text
from config.texts.comparing import read_moment
from config.texts.condition import Condition
from config.texts.template import EmptyValueError, TextError, compute_value, render_note, render_text
from config.texts.wording import EMPTY_TEXT, Text, Wording

__all__ = [
    "EMPTY_TEXT",
    "Analysis",
    "Comparison",
    "Condition",
    "EmptyValueError",
    "NameUse",
    "Problem",
    "Text",
    "TextError",
    "Wording",
    "analyse_condition",
    "analyse_text",
    "compute_value",
    "read_moment",
    "render_note",
    "render_text",
]
