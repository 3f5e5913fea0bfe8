"""Words of the check-in: plain, and none that a passer-by could read as a diagnosis."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """How the questions speak of one substance."""

    wish: str
    yesterday: str
    how_much: str = ""

    @property
    def now(self) -> str:
        return f"How strong is {self.wish}, right now?"


ASKED = {
    "alcohol": Asked("the wish to drink", "Did you drink yesterday?", "About how many drinks?"),
    "nicotine": Asked("the wish to smoke or vape", "Did you smoke or vape yesterday?"),
}
OTHERWISE = Asked("the wish to use", "Did you use yesterday?")


def asked(substance: str) -> Asked:
    """The wording for one substance; the others share one that names none."""
    return ASKED.get(substance, OTHERWISE)
