"""Which presets hold in a clinic, as the rules of `science` ask it."""

from __future__ import annotations

from fenestra.ground.book.scope import OPEN, Scope
from fenestra.ground.clinic.queries import adopted_names
from fenestra.science.protocols.adoption import Adoption


def adoption_of(scope: Scope) -> Adoption:
    """The presets this clinic's medical director has signed. A rule of the clinic: no mask hides it."""
    return Adoption(adopted_names(scope, OPEN))
