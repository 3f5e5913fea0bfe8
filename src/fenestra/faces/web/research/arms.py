"""Published arms as a page shows them: each with a letter that stands in the picture and in the list. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from string import ascii_uppercase

from fenestra.science.outcomes.published import PublishedPoint


@dataclass(frozen=True)
class ArmShown:
    """One arm of one source under one definition, with its points in time."""

    letter: str
    points: tuple[PublishedPoint, ...]

    @property
    def first(self) -> PublishedPoint:
        return self.points[0]

    @property
    def name(self) -> str:
        return "everybody" if self.first.arm == "all" else self.first.arm

    @property
    def marks(self) -> tuple[str, ...]:
        """What a reader must know before believing the number."""
        first = self.first
        said = [] if first.verified else ["nobody read this in its source"]
        said += ["read off a figure"] if first.approximate else []
        said += ["counts worked back from a per cent"] if any(each.events_derived for each in self.points) else []
        return (*said, *(["no count was published: no interval"] if first.interval is None else []))


def arms(points: Iterable[PublishedPoint]) -> tuple[ArmShown, ...]:
    """The arms in the order of the evidence file; points of one arm come together."""
    found: dict[tuple[str, str, str], list[PublishedPoint]] = {}
    for point in points:
        found.setdefault((point.source_id, point.arm, point.definition), []).append(point)
    return tuple(
        ArmShown(ascii_uppercase[n % len(ascii_uppercase)], tuple(sorted(each, key=lambda point: point.day)))
        for n, each in enumerate(found.values())
    )
