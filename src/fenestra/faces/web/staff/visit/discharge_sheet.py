"""The discharge sheet as a PDF: leave is written, asked for again, and only then are there bytes."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from fenestra.care.people import actions as people_actions
from fenestra.care.people import queries as people
from fenestra.care.visit import queries as visits
from fenestra.care.visit.sheet import discharge_sheet
from fenestra.care.visit.values import VisitValue
from fenestra.ground.book import clock
from fenestra.ground.book.act import write_line
from fenestra.ground.clinic import queries as clinics
from fenestra.ground.clinic.rules import AT_THE_CHAIR, check_has
from fenestra.ground.papers.render import render

WHAT = "discharge sheet"


@require_POST
def discharge(request: Any, visit_id: int) -> HttpResponse:
    """Print the sheet for the person. The print line in the audit says that bytes went out; leave alone does not."""
    scope, mask, at = request.scope_, request.mask, clock.now()
    check_has(scope.roles, AT_THE_CHAIR, "print a discharge sheet")
    visit = visits.visit(scope, mask, visit_id)
    person = people.person(scope, mask, visit.person_id, at=at)
    paper = discharge_sheet(
        visit, person, clinics.clinic(scope, mask), ordered_by=_prescriber(request, visit), at=at
    )  # fmt: skip
    disclosed = people_actions.disclose_to_person(
        person_id=person.id, what=WHAT, by=scope, at=at, key=request.POST.get("key") or f"sheet {uuid.uuid4().hex}"
    )
    leave = people.leave(scope, mask, disclosed.id or 0, person_id=person.id)
    made = render(paper, leave)
    write_line("print", WHAT, by=scope, at=at, person_id=person.id, about=f"visit:{visit_id}")
    return HttpResponse(
        made,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="visit-{visit_id}.pdf"',
            "Cache-Control": "no-store",
            # the browser shows a PDF through an object of its own
            "Content-Security-Policy": "default-src 'none'; object-src 'self'; frame-ancestors 'none'",
        },
    )


def _prescriber(request: Any, visit: VisitValue) -> str:
    by_id = (visit.order.by_id or 0) if visit.order else 0
    return clinics.names(request.scope_, request.mask, {by_id}).get(by_id, "not written down")
