"""The discharge sheet as a PDF: leave is written, asked for again, and only then are there bytes."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from fenestra.care.people import disclosure
from fenestra.care.people import queries as people
from fenestra.care.people.disclosure_rules import Basis
from fenestra.care.people.rules import Shared
from fenestra.care.visit import queries as visits
from fenestra.care.visit.sheet import discharge_sheet
from fenestra.care.visit.values import VisitValue
from fenestra.faces.web.handed_out import hand_out
from fenestra.ground.book import clock
from fenestra.ground.clinic import queries as clinics
from fenestra.ground.clinic.rules import AT_THE_CHAIR, check_has
from fenestra.ground.papers.render import render

WHAT = "discharge sheet"


@require_POST
def discharge(request: Any, visit_id: int) -> HttpResponse:
    """Print the sheet for the person: leave first, then bytes, then its line in the accounting and in the audit."""
    scope, mask, at = request.scope_, request.mask, clock.now()
    check_has(scope.roles, AT_THE_CHAIR, "print a discharge sheet")
    visit = visits.visit(scope, mask, visit_id)
    person = people.person(scope, mask, visit.person_id, at=at)
    paper = discharge_sheet(
        visit, person, clinics.clinic(scope, mask), ordered_by=_prescriber(request, visit), at=at
    )  # fmt: skip
    leave = disclosure.disclose(
        person_id=person.id, basis=Basis.TO_THE_PERSON.value, information=(Shared.VISITS.value,), what=WHAT,
        about=f"visit:{visit_id}", by=scope, at=at, key=request.POST.get("key") or f"sheet {uuid.uuid4().hex}",
    )  # fmt: skip
    return hand_out(
        request, leave.id or 0, lambda held: render(paper, held), content_type="application/pdf",
        file_name=f"visit-{visit_id}.pdf", inline=True,
    )  # fmt: skip


def _prescriber(request: Any, visit: VisitValue) -> str:
    by_id = (visit.order.by_id or 0) if visit.order else 0
    return clinics.names(request.scope_, request.mask, {by_id}).get(by_id, "not written down")
