"""Every address the resolver knows, as a request can name it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

NOWHERE = 987_654_321  # a number that never was
# What an address is made of beside numbers of rows. None of it belongs to a clinic.
WORDS: Mapping[str, Any] = {
    "kind": "treatment", "substance": "alcohol", "instrument": "phq9", "rule_id": "LIM-001", "slug": "event", "number": 3,
}  # fmt: skip
TOKEN = "enter-link"


@dataclass(frozen=True)
class Route:
    """One address by its name and the names of what it is made of."""

    name: str
    parts: tuple[str, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The numbers of rows in it."""
        return tuple(part for part in self.parts if part.endswith("_id") and part != "rule_id")

    def path(self, ids: Mapping[str, int], **words: Any) -> str:
        told = {part: ids[part] if part in self.ids else {**WORDS, **words}.get(part, "no such") for part in self.parts}
        return reverse(self.name, kwargs=told)


def routes() -> list[Route]:
    """All of them, from the resolver itself: nothing has to be listed to be walked."""
    return list(_walk(get_resolver(), ""))


def _walk(resolver: URLResolver, space: str) -> Iterator[Route]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from _walk(each, f"{space}{each.namespace}:" if each.namespace else space)
        elif isinstance(each, URLPattern):
            yield Route(f"{space}{each.name}", tuple(each.pattern.converters))
