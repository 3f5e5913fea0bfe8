"""A paper is what its values say, and what PDF/UA asks for."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pypdf import PdfReader

from fenestra.ground.book.leave import Leave
from fenestra.ground.papers.paper import Bullets, Heading, Notice, Pairs, Paper, Paragraph
from fenestra.ground.papers.render import MADE_UP, CannotBeSet, NoLeave, render

LEAVE = Leave(7, "the person themselves", "given at their visit", "", datetime(2026, 11, 20, 15, tzinfo=UTC), True)
HOSTILE = ['#panic("x")', "]", "*bold* _it_ $x$", '#read("/etc/passwd")', "\\ // /* <label> @ref", "= Not a heading"]


def paper(**other: Any) -> Paper:
    blocks = (
        Heading("What you were given"),
        Paragraph("First words."),
        Pairs(("What", "How much"), (("Ketamine", "37 mg"), ("Time", "40 minutes"))),
        Notice("Do not drive."),
        Bullets(("one", "two")),
    )
    whole = Paper("Your dosing day", "en", "River Clinic", "Marta Ellison, A-1", "America/New_York", blocks)
    return replace(whole, **other)


def read(made: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(made))


def text_of(made: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in read(made).pages).split())


def roles(node: Any) -> list[str]:
    """The structure tags in their reading order."""
    node = node.get_object()
    if isinstance(node, list):
        return [role for kid in node for role in roles(kid)]
    if not isinstance(node, dict):
        return []
    own = [str(node["/S"])] if "/S" in node else []
    return own + (roles(node["/K"]) if "/K" in node else [])


def test_no_bytes_without_a_leave() -> None:
    nothing: Any = None
    with pytest.raises(NoLeave):
        render(paper(), nothing)


def test_it_says_of_itself_that_it_is_tagged_pdf_ua_one_in_a_language_with_a_title() -> None:
    made = read(render(paper(), LEAVE))
    catalog = made.root_object
    assert catalog["/MarkInfo"]["/Marked"] is not None and bool(catalog["/MarkInfo"]["/Marked"])
    assert catalog["/Lang"] == "en"
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert made.metadata and made.metadata.title == "Your dosing day"
    described = catalog["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in described
    assert "Your dosing day" in described


def test_its_structure_has_title_heading_table_with_header_cells_and_list() -> None:
    found = roles(read(render(paper(), LEAVE)).root_object["/StructTreeRoot"])
    assert {"/Title", "/H1"} & set(found)
    for role in ("/H1", "/Table", "/TH", "/TD", "/L", "/LI", "/P"):
        assert role in found, found
    assert found.count("/TH") == 2


def test_every_page_is_part_of_the_tagged_order() -> None:
    long = paper(blocks=tuple(Paragraph(f"Paragraph {n}. " + "Words. " * 40) for n in range(30)))
    made = read(render(long, LEAVE))
    assert len(made.pages) > 1
    assert all(page["/Tabs"] == "/S" and "/StructParents" in page for page in made.pages)


def test_it_reads_in_the_order_of_its_blocks() -> None:
    text = text_of(render(paper(), LEAVE))
    parts = [
        "Your dosing day",
        "What you were given",
        "First words.",
        "Ketamine",
        "37 mg",
        "Do not drive.",
        "one",
        "two",
    ]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_it_names_recipient_basis_notice_person_clinic_time_and_page_on_every_page() -> None:
    long = paper(blocks=tuple(Paragraph("Words. " * 60) for _ in range(30)))
    made = read(render(long, replace(LEAVE, notice="This record is protected.")))
    for number, page in enumerate(made.pages, start=1):
        text = " ".join(page.extract_text().split())
        assert "Marta Ellison, A-1 · River Clinic · 20 November 2026, 10:00" in text
        assert f"page {number} of {len(made.pages)}" in text
        assert MADE_UP in text
    whole = " ".join(" ".join(page.extract_text().split()) for page in made.pages)
    assert "For: the person themselves. Basis: given at their visit." in whole
    assert "This record is protected." in whole


def test_a_real_clinic_is_not_called_made_up() -> None:
    assert MADE_UP not in text_of(render(paper(), replace(LEAVE, made_up=False)))


@pytest.mark.parametrize("words", HOSTILE)
def test_words_are_printed_as_they_are_and_never_run(words: str) -> None:
    hostile = paper(
        person=words, title=words, clinic=words, blocks=(Heading(words), Notice(words), Pairs((words, "b"), ((words, words),)), Bullets((words,)))
    )  # fmt: skip
    assert text_of(render(hostile, LEAVE)).count(" ".join(words.split())) >= 7


@given(words=some.text(alphabet=some.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=25))
def test_any_printable_words_come_out_as_they_went_in(words: str) -> None:
    made = render(paper(blocks=(Paragraph(f"Begin {words} end"),)), LEAVE)
    assert words in "".join(text_of(made).split())


@pytest.mark.parametrize("name", ["张伟", "a\x00b"])
def test_letters_the_font_has_not_got_are_refused_and_never_printed_as_boxes(name: str) -> None:
    with pytest.raises(CannotBeSet, match="letters"):
        render(paper(person=name), LEAVE)


def test_the_same_values_and_leave_make_the_same_bytes() -> None:
    assert render(paper(), LEAVE) == render(paper(), LEAVE)
