"""Relations between tables go down the house, as imports do, and leave nothing on what they point to."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from tests.house.relation_walks import relation_faults
from tests.house.walks import levels

# The real order; read once, so that a planted model is judged by it too.
LEVELS = levels()


def test_every_relation_of_the_house_goes_down_and_leaves_no_way_back() -> None:
    assert relation_faults(apps.get_models(include_auto_created=True), LEVELS) == []


def person() -> type[models.Model]:
    class Person(models.Model):
        __module__ = "fenestra.care.people.models"

        class Meta:
            app_label = "people"

    return Person


def visit() -> type[models.Model]:
    class Visit(models.Model):
        __module__ = "fenestra.care.visit.models"

        class Meta:
            app_label = "visit"

    return Visit


def pointing(room: str, field: models.Field) -> type[models.Model]:
    """A model of this room with one relation."""

    class Pointing(models.Model):
        __module__ = f"fenestra.{room}.models"
        to = field

        class Meta:
            app_label = room.split(".")[1]

    return Pointing


@isolate_apps()
def test_a_relation_down_without_a_way_back_is_sound() -> None:
    down = pointing("care.visit", models.ForeignKey(person(), on_delete=models.PROTECT, related_name="+"))
    assert relation_faults([down], LEVELS) == []


@isolate_apps()
@pytest.mark.parametrize("room", ["care.people", "ground.clinic", "care.plan"])
def test_a_relation_uphill_is_caught(room: str) -> None:
    uphill = pointing(room, models.ForeignKey(visit(), on_delete=models.PROTECT, related_name="+"))
    assert "points uphill to care.visit.Visit" in relation_faults([uphill], LEVELS)[0]


@isolate_apps()
def test_a_relation_between_rooms_that_stand_side_by_side_is_caught() -> None:
    stock = pointing("care.inventory", models.ForeignKey(person(), on_delete=models.PROTECT, related_name="+"))
    beside = pointing("care.plan", models.ForeignKey(stock, on_delete=models.PROTECT, related_name="+"))
    assert "points uphill to care.inventory" in relation_faults([beside], LEVELS)[0]


@isolate_apps()
@pytest.mark.parametrize("kind", [models.ForeignKey, models.OneToOneField])
@pytest.mark.parametrize("related_name", [None, "visits"])
def test_a_way_back_is_caught(kind: type[models.ForeignKey], related_name: str | None) -> None:
    open_ended = pointing("care.visit", kind(person(), on_delete=models.PROTECT, related_name=related_name))
    assert "leaves a way back" in relation_faults([open_ended], LEVELS)[0]


@isolate_apps()
def test_a_way_back_from_many_to_many_is_caught() -> None:
    open_ended = pointing("care.visit", models.ManyToManyField(person()))
    assert "leaves a way back" in relation_faults([open_ended], LEVELS)[0]
