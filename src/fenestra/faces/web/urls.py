"""Addresses of the pages. None carries anything about a person but a bare number."""

from __future__ import annotations

from django.urls import path

from fenestra.faces.web import signin
from fenestra.faces.web.person import checkin
from fenestra.faces.web.person import help as person_help
from fenestra.faces.web.staff import (
    booking,
    calendar,
    calendar_hours,
    cover,
    dosing,
    measures,
    medicine,
    person,
    plan,
    plan_follow,
    screening,
    sheet,
    today,
    work,
)

urlpatterns = [
    path("sign-in/", signin.sign_in, name="sign-in"),
    path("sign-out/", signin.sign_out, name="sign-out"),
    path("clinic/", signin.change_clinic, name="change-clinic"),
    path("", today.page, name="today"),
    path("today/parts/", today.parts, name="today-parts"),
    path("people/", person.people, name="people"),
    path("people/new/", booking.register, name="register"),
    path("people/<int:person_id>/", person.page, name="person"),
    path("people/<int:person_id>/episodes/", booking.episode, name="open-episode"),
    path("people/<int:person_id>/visits/", booking.visit, name="book-visit"),
    path("people/<int:person_id>/screening/", screening.new, name="screen"),
    path("screenings/<int:screening_id>/", screening.page, name="screening"),
    path("people/<int:person_id>/plan/", plan.page, name="plan"),
    path("people/<int:person_id>/plan/end/", plan_follow.end, name="plan-end"),
    path("people/<int:person_id>/plan/intentions/", plan_follow.intend, name="plan-intend"),
    path("people/<int:person_id>/plan/reviews/<int:number>/", plan_follow.review, name="plan-review"),
    path("people/<int:person_id>/plan/visits/<int:number>/", plan_follow.book_visit, name="plan-visit"),
    path("calendar/", calendar.page, name="calendar"),
    path("calendar/hours/", calendar_hours.page, name="calendar-hours"),
    path("calendar/<int:appointment_id>/", calendar.appointment, name="appointment"),
    path("visits/<int:visit_id>/", dosing.page, name="visit"),
    path("visits/<int:visit_id>/board/", dosing.board, name="visit-board"),
    path("visits/<int:visit_id>/sheet/", sheet.discharge, name="discharge-sheet"),
    path("visits/<int:visit_id>/<slug:slug>/", dosing.sheet, name="visit-sheet"),
    path("work-list/", work.page, name="work"),
    path("work-list/cover/", cover.page, name="cover"),
    path("work-list/cover/<int:cover_id>/take-back/", cover.take_back, name="take-back-cover"),
    path("work-list/<int:item_id>/", work.item, name="work-item"),
    path("work-list/<int:item_id>/take/", work.take, name="take-item"),
    path("people/<int:person_id>/measures/", measures.page, name="measures"),
    path("people/<int:person_id>/measures/use/", measures.use, name="measures-use"),
    path("people/<int:person_id>/measures/use/<int:row_id>/", measures.correct_use, name="correct-use"),
    path("people/<int:person_id>/measures/weight/", measures.weigh, name="measures-weight"),
    path("people/<int:person_id>/measures/test/", measures.test, name="measures-test"),
    path("people/<int:person_id>/measures/answers/<int:response_id>/", measures.answered, name="answered"),
    path("people/<int:person_id>/measures/ask/<slug:instrument>/", measures.ask, name="ask"),
    path("medicine/", medicine.page, name="medicine"),
    path("medicine/count/<int:lot_id>/", medicine.count, name="count-lot"),
    path("medicine/receive/", medicine.receive, name="receive-medicine"),
    path("c/<str:token>/", checkin.enter, name="enter-link"),
    path("me/check-in/", checkin.page, name="my-check-in"),
    path("me/check-ins/", checkin.send, name="send-check-ins"),
    path("me/contract/", checkin.agree, name="read-contract"),
    path("me/help/", person_help.page, name="my-help"),
    path("me/worker.js", person_help.worker, name="person-worker"),
]
