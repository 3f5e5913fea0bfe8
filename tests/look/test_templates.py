"""The templates every page stands on, filled as views fill them."""

import re
from dataclasses import dataclass

import pytest
from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import path


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    path(f"{name}/", nothing, name=name)
    for name in (
        "today",
        "work",
        "people",
        "calendar",
        "therapy",
        "medicine",
        "clinic-rules",
        "sign-in",
        "sign-out",
        "unlock",
    )
]
pytestmark = pytest.mark.urls(__name__)


@dataclass(frozen=True)
class Named:
    name: str
    time_zone: str = "America/New_York"


@dataclass(frozen=True)
class DemoLogin:
    role: str
    name: str
    username: str


class Round(forms.Form):
    systolic = forms.IntegerField(
        label="Systolic", help_text="As the cuff shows it", widget=forms.TextInput({"inputmode": "numeric"})
    )


STAFF = {"me": Named("Ines Kaur RN"), "clinic": Named("Harbour Clinic"), "demo": True}
LOGINS = [DemoLogin("Nurse", "Ines Kaur", "nurse"), DemoLogin("Physician", "Ada Abara", "physician")]


def test_a_staff_page_names_its_place_and_who_is_signed_in() -> None:
    html = render_to_string("base.html", STAFF | {"here": "people"})
    assert re.search(r'<a href="/people/" aria-current="page">', html)
    assert html.count("aria-current") == 1
    assert "Ines Kaur RN" in html and "Harbour Clinic" in html


def test_the_demo_strip_is_on_every_page_of_a_demo_and_on_no_other() -> None:
    assert "Made-up demo clinic." in render_to_string("base.html", STAFF)
    assert "Made-up demo clinic." not in render_to_string("base.html", STAFF | {"demo": False})


def test_a_page_without_a_signed_in_human_opens_no_stream() -> None:
    assert "data-stream" not in render_to_string("base.html", {"demo": True})
    assert 'data-stream="/stream/"' in render_to_string("base.html", STAFF)


@pytest.mark.parametrize("template", ["base.html", "signin.html"])
def test_nothing_in_a_page_breaks_the_content_policy(template: str) -> None:
    html = render_to_string(template, STAFF | {"demo_logins": LOGINS})
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script>|<script (?![^>]*src=)|https?://", html)


def test_every_class_is_our_own() -> None:
    html = render_to_string("signin.html", STAFF | {"demo_logins": LOGINS})
    classes = {name for found in re.findall(r'class="([^"]*)"', html) for name in found.split()}
    assert classes and not [name for name in classes if not name.startswith("fe-")]


def test_demo_roles_are_one_click() -> None:
    html = render_to_string("signin.html", {"demo": True, "demo_logins": LOGINS})
    assert re.findall(r'name="demo_username" value="(\w+)"', html) == ["nurse", "physician"]
    assert "demo_username" not in render_to_string("signin.html", {"demo": False})


def test_an_error_stands_in_the_summary_and_at_the_field_and_what_was_typed_is_kept() -> None:
    form = Round({"systolic": "high"})
    summary = render_to_string("_parts/errors.html", {"form": form})
    field = render_to_string("_parts/field.html", {"field": form["systolic"], "unit": "mmHg"})
    assert '<a href="#id_systolic">Enter a whole number.</a>' in summary and "autofocus" in summary
    assert 'value="high"' in field and 'id="id_systolic_error"' in field and "Enter a whole number." in field
    assert 'inputmode="numeric"' in field and "mmHg" in field
    described_by = re.search(r'aria-describedby="([^"]*)"', field)
    assert described_by and set(described_by[1].split()) == {"id_systolic_helptext", "id_systolic_error"}


def test_without_errors_there_is_no_summary() -> None:
    assert not render_to_string("_parts/errors.html", {"form": Round({"systolic": "120"})}).strip()


def test_a_plain_field_says_its_error_and_keeps_its_value() -> None:
    html = render_to_string(
        "_parts/input.html", {"name": "reason", "label": "Reason", "value": "<b>", "error": "Say why."}
    )
    assert 'value="&lt;b&gt;"' in html and 'aria-describedby="reason_error"' in html and "Say why." in html
