"""A walk over Django's models: relations go down the house, and none leaves a way back on what it points to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models


def room_of(model: type[models.Model]) -> str | None:
    """`care.visit`; None for models of third-party apps, which stand outside the walk."""
    parts = model.__module__.split(".")
    return ".".join(parts[1:3]) if parts[0] == "fenestra" else None


def stands_above(room: str, other: str, levels: Mapping[str, int]) -> bool:
    """Whether `other` stands above `room` or beside it, so that `room` must not know it."""
    if room == other:
        return False
    floor, other_floor = room.split(".")[0], other.split(".")[0]
    if floor != other_floor:
        return levels[other_floor] > levels[floor]
    return levels[other] >= levels[room]


def relation_faults(all_models: Iterable[type[models.Model]], levels: Mapping[str, int]) -> list[str]:
    """Relations of the house that point uphill or sideways, or that can be walked backwards."""
    found = []
    for model in all_models:
        room = room_of(model)
        if room is None or model._meta.auto_created:
            continue
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many, *model._meta.private_fields]:
            found += [f"{room}.{model.__name__}.{field.name}: {what}" for what in faults_of(field, room, levels)]
    return found


def faults_of(field: Any, room: str, levels: Mapping[str, int]) -> list[str]:
    if not field.is_relation:
        return []
    found = []
    target = field.related_model
    if target is None or target == "self":
        return ["points to any model, so also uphill"] if target is None else []
    there = room_of(target)
    if there and stands_above(room, there, levels):
        found.append(f"points uphill to {there}.{target.__name__}; keep its bare id, or let the upper room point down")
    if not field.remote_field.hidden and not getattr(field.remote_field, "parent_link", False):
        found.append("leaves a way back on what it points to; write related_name='+'")
    return found
