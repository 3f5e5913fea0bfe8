"""Signatures of a person's record, and those of the clinic's own rules and stock: name, moment, meaning, and whether what
was signed still stands."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fenestra.care.people import queries as people
from fenestra.ground.book import clock, reads
from fenestra.ground.clinic import signatures


@require_safe
def of_clinic(request: Any) -> HttpResponse:
    found = signatures.signatures(request.scope_, request.mask)
    return render(request, "clinic/signatures.html", {"here": "clinic", "place": "signatures", "found": found})


@require_safe
def of_person(request: Any, person_id: int) -> HttpResponse:
    scope, mask = request.scope_, request.mask
    person = people.person(scope, mask, person_id, at=clock.now())
    reads.call("signatures of a person")
    found = signatures.signatures(scope, mask, person_id=person.id)
    return render(request, "clinic/signatures.html", {"here": "people", "person": person, "found": found})
