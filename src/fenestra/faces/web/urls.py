"""Addresses of the pages. None carries anything about a person but a bare number."""

from __future__ import annotations

from django.urls import path

from fenestra.faces.web import second, signin, unlock
from fenestra.faces.web.person import checkin, consents, mypage, proof
from fenestra.faces.web.person import help as person_help
from fenestra.faces.web.research import outcomes
from fenestra.faces.web.staff.account import factors as own_factors
from fenestra.faces.web.staff.calendar import hours as calendar_hours
from fenestra.faces.web.staff.calendar import page as calendar
from fenestra.faces.web.staff.checkins import page as checkins
from fenestra.faces.web.staff.clinic import rules as clinic_rules
from fenestra.faces.web.staff.clinic import signatures, who_saw
from fenestra.faces.web.staff.clinic import staff as clinic_staff
from fenestra.faces.web.staff.disclosures import law
from fenestra.faces.web.staff.disclosures import page as disclosures
from fenestra.faces.web.staff.journey import page as journey
from fenestra.faces.web.staff.measures import page as measures
from fenestra.faces.web.staff.measures import use as measure_use
from fenestra.faces.web.staff.medicine import book as medicine_book
from fenestra.faces.web.staff.medicine import page as medicine
from fenestra.faces.web.staff.medicine import products as medicine_products
from fenestra.faces.web.staff.people import booking, consent, erasure, record_pages
from fenestra.faces.web.staff.people import page as person
from fenestra.faces.web.staff.plan import follow as plan_follow
from fenestra.faces.web.staff.plan import page as plan
from fenestra.faces.web.staff.screening import page as screening
from fenestra.faces.web.staff.therapy import book as therapy_book
from fenestra.faces.web.staff.therapy import hour as therapy_hour
from fenestra.faces.web.staff.therapy import page as therapy
from fenestra.faces.web.staff.therapy import triggers
from fenestra.faces.web.staff.today import page as today
from fenestra.faces.web.staff.visit import discharge_sheet as sheet
from fenestra.faces.web.staff.visit import page as dosing
from fenestra.faces.web.staff.work import cover
from fenestra.faces.web.staff.work import page as work

urlpatterns = [
    path("sign-in/", signin.sign_in, name="sign-in"),
    path("sign-in/second/", second.page, name="second-factor"),
    path("sign-out/", signin.sign_out, name="sign-out"),
    path("clinic/", signin.change_clinic, name="change-clinic"),
    path("clinic/rules/", clinic_rules.page, name="clinic-rules"),
    path("clinic/rules/<str:rule_id>/", clinic_rules.rule, name="clinic-rule"),
    path("clinic/intended-use/", clinic_rules.feeds, name="clinic-feeds"),
    path("clinic/staff/", clinic_staff.page, name="clinic-staff"),
    path("clinic/staff/<int:staff_id>/", clinic_staff.account, name="clinic-account"),
    path("clinic/signatures/", signatures.of_clinic, name="signatures"),
    path("clinic/who-saw/", who_saw.page, name="who-saw"),
    path("clinic/password/", clinic_staff.own_password, name="clinic-password"),
    path("account/left/", unlock.left, name="time-left"),
    path("account/stay/", unlock.stay, name="stay"),
    path("account/unlock/", unlock.unlock, name="unlock"),
    path("account/", own_factors.page, name="factors"),
    path("account/app/", own_factors.add_app, name="add-app"),
    path("account/codes/", own_factors.renew_codes, name="renew-codes"),
    path("account/factors/<int:factor_id>/end/", own_factors.end, name="end-factor"),
    path("", today.page, name="today"),
    path("today/parts/", today.parts, name="today-parts"),
    path("people/", person.people, name="people"),
    path("people/new/", booking.register, name="register"),
    path("people/<int:person_id>/", person.page, name="person"),
    path("people/<int:person_id>/journey/", journey.page, name="journey"),
    path("people/<int:person_id>/episodes/", booking.episode, name="open-episode"),
    path("people/<int:person_id>/visits/", booking.visit, name="book-visit"),
    path("people/<int:person_id>/screening/", screening.new, name="screen"),
    path("people/<int:person_id>/signatures/", signatures.of_person, name="person-signatures"),
    path("people/<int:person_id>/erase/", erasure.page, name="erase"),
    path("people/<int:person_id>/referrals/", record_pages.refer, name="refer"),
    path("people/<int:person_id>/medicines/", record_pages.keep_medicine, name="keep-medicine"),
    path("people/<int:person_id>/medicines/<int:medicine_id>/end/", record_pages.end_medicine, name="end-medicine"),
    path("people/<int:person_id>/consents/<int:consent_id>/withdraw/", consent.withdraw, name="withdraw-consent"),
    path("people/<int:person_id>/consents/<int:consent_id>/event/", consent.note_event, name="consent-event"),
    path("people/<int:person_id>/consents/<slug:kind>/", consent.sign, name="sign-consent"),
    path("people/<int:person_id>/disclosures/", disclosures.page, name="disclosures"),
    path("people/<int:person_id>/disclosures/new/", disclosures.new, name="new-disclosure"),
    path("people/<int:person_id>/disclosures/emergency/", law.told_in_emergency, name="emergency"),
    path("people/<int:person_id>/disclosures/hold/", law.hold, name="legal-hold"),
    path("people/<int:person_id>/disclosures/law/", law.summary, name="law-summary"),
    path("people/<int:person_id>/disclosures/law/print/", law.print_summary, name="print-law-summary"),
    path("disclosures/", disclosures.clinic, name="clinic-disclosures"),
    path("disclosures/contact/", law.contact, name="report-contact"),
    path("disclosures/<int:disclosure_id>/file/", disclosures.fetch, name="fetch-disclosure"),
    path("disclosures/<int:disclosure_id>/stop/", disclosures.stop, name="stop-disclosure"),
    path("disclosures/emergencies/<int:emergency_id>/", law.review, name="review-emergency"),
    path("people/<int:person_id>/supporters/<int:supporter_id>/end/", consent.end_supporter, name="end-supporter"),
    path("episodes/<int:episode_id>/criteria/<slug:substance>/", record_pages.criteria, name="criteria"),
    path("episodes/<int:episode_id>/close/", record_pages.close_episode, name="close-episode"),
    path("screenings/<int:screening_id>/", screening.page, name="screening"),
    path("people/<int:person_id>/plan/", plan.page, name="plan"),
    path("people/<int:person_id>/plan/end/", plan_follow.end, name="plan-end"),
    path("people/<int:person_id>/plan/intentions/", plan_follow.intend, name="plan-intend"),
    path("people/<int:person_id>/plan/reviews/<int:number>/", plan.review, name="plan-review"),
    path("people/<int:person_id>/plan/dates/<int:number>/", plan_follow.give_date, name="plan-date"),
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
    path("people/<int:person_id>/measures/use/", measure_use.use, name="measures-use"),
    path("people/<int:person_id>/measures/use/<int:row_id>/", measure_use.correct_use, name="correct-use"),
    path("people/<int:person_id>/measures/weight/", measures.weigh, name="measures-weight"),
    path("people/<int:person_id>/measures/test/", measures.test, name="measures-test"),
    path("people/<int:person_id>/measures/answers/<int:response_id>/", measures.answered, name="answered"),
    path("people/<int:person_id>/measures/ask/<slug:instrument>/", measures.ask, name="ask"),
    path("people/<int:person_id>/check-ins/", checkins.page, name="check-ins"),
    path("people/<int:person_id>/check-ins/<int:link_id>/end/", checkins.end, name="end-link"),
    path("outcomes/", outcomes.page, name="outcomes"),
    path("therapy/", therapy.page, name="therapy"),
    path("therapy/hours/new/", therapy_hour.new, name="therapy-hour-new"),
    path("therapy/hours/<int:hour_id>/", therapy_hour.page, name="therapy-hour"),
    path("people/<int:person_id>/therapy/book/", therapy_book.page, name="therapy-book"),
    path("people/<int:person_id>/triggers/new/", triggers.new, name="trigger-new"),
    path("people/<int:person_id>/triggers/<int:trigger_id>/", triggers.change, name="trigger"),
    path("medicine/", medicine.page, name="medicine"),
    path("medicine/count/<int:lot_id>/", medicine.count, name="count-lot"),
    path("medicine/adjust/<int:lot_id>/", medicine_book.adjust, name="adjust-lot"),
    path("medicine/destroy/<int:lot_id>/", medicine_book.destroy, name="destroy-stock"),
    path("medicine/reverse/<int:line_id>/", medicine_book.reverse, name="reverse-line"),
    path("medicine/products/new/", medicine_products.new, name="new-product"),
    path("medicine/receive/", medicine.receive, name="receive-medicine"),
    path("c/<str:token>/", checkin.enter, name="enter-link"),
    path("me/", mypage.page, name="my-page"),
    path("me/birth-date/", proof.page, name="my-proof"),
    path("me/coming/<int:appointment_id>/", mypage.answer_coming, name="answer-coming"),
    path("me/words/", mypage.keep_words, name="keep-my-words"),
    path("me/about/", mypage.about, name="my-leaflet"),
    path("me/consents/", consents.page, name="my-consents"),
    path("me/consents/<int:consent_id>/", consents.withdraw, name="withdraw-my-consent"),
    path("me/hour/", checkin.offer, name="ask-for-hour"),
    path("me/check-in/", checkin.page, name="my-check-in"),
    path("me/check-ins/", checkin.send, name="send-check-ins"),
    path("me/contract/", checkin.agree, name="read-contract"),
    path("me/help/", person_help.page, name="my-help"),
    path("me/worker.js", person_help.worker, name="person-worker"),
]
