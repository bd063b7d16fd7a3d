"""Others' word on what goes over the wire: aiogram's models of methods and updates."""

import json
from collections.abc import Mapping
from typing import Any

import aiogram.methods
from aiogram.methods import TelegramMethod
from aiogram.types import Update
from pydantic import ValidationError


def judge_call(method: str, parameters: Mapping[str, Any]) -> str:
    """What is wrong with a call by aiogram's account; empty if nothing is."""
    model: type[TelegramMethod[Any]] | None = getattr(aiogram.methods, method[:1].upper() + method[1:], None)
    if model is None:
        return f"aiogram knows no method {method}"
    if unknown := set(parameters) - set(model.model_fields):
        return f"{method} has no parameter {sorted(unknown)}"
    try:
        model.model_validate(dict(parameters))
    except ValidationError as error:
        return f"{method}: {error}"
    return ""


def judge_update(update: Mapping[str, Any]) -> str:
    """What is wrong with an update; empty if nothing is."""
    try:
        read = Update.model_validate(update)
    except ValidationError as error:
        return str(error)
    return "" if len(read.model_fields_set) == len(update) else "aiogram does not know the kind of this update"


def read_value(value: str) -> Any:
    """A parameter as it is meant: JSON where it is JSON, else the text itself."""
    try:
        read = json.loads(value)
    except ValueError:
        return value
    return read if isinstance(read, (dict, list, bool, int)) else value
