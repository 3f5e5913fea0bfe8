"""Pages of docs/ that are drawn from the code, so that they cannot say anything else than the code does.

`write(root)` draws them, `stale(root)` names those that are not as they would be drawn now. What no code knows (which
room and which test stand for a requirement) is kept by hand in docs/requirements-map.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from fenestra.care.visit.rules import MEANING, STEPS, Route, VisitState
from fenestra.faces.web.access import SECTIONS, Door
from fenestra.ground.clinic import rules as clinic
from fenestra.science.errors import DataFault
from fenestra.science.protocols.adoption import NO_CLINIC
from fenestra.science.protocols.requirements import load_requirements
from fenestra.science.protocols.thresholds import in_force, load_thresholds
from fenestra.science.quantities import plain

MAP_FILE = "docs/requirements-map.toml"
DRAWN_BY = "*Drawn from the code by `fenestra docs`. Change the code, then draw again.*\n"


def write(root: Path) -> list[str]:
    """Draw every page under `root`; the names of those that changed."""
    changed = stale(root)
    for name in changed:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(PAGES[name](root), encoding="utf-8")
    return changed


def stale(root: Path) -> list[str]:
    """Pages that are missing, or not as the code would draw them now."""
    return [name for name, page in PAGES.items() if _there(root / name) != page(root)]


def _there(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"


# The states of a visit.

TITLES = {Route.IV: "Infusion (iv)", Route.IM: "Injection (im): no pause and no stop; given, then treated"}


def visit_states(root: Path) -> str:
    """Both state tables in words, with their pictures."""
    parts = ["# The states of a dosing day\n", DRAWN_BY]
    for route, steps in STEPS.items():
        rows = [
            (state.value, MEANING[state], ", ".join(then.value for then in following) or "closed")
            for state, following in steps.items()
        ]
        picture = f"![The states of a dosing day, {route.value}](visit-{route.value}.svg)\n"
        parts += [f"## {TITLES[route]}\n", picture, _table(("State", "Meaning", "Can become"), rows)]
    return "\n".join(parts)


ROW, BOX_WIDTH, BOX_HEIGHT, LEFT, LANE = 62, 360, 42, 20, 16


def visit_picture(route: Route) -> str:
    """One state table as a picture: states from top to bottom, each step an arrow beside them."""
    states = list(STEPS[route])
    steps = [(states.index(now), states.index(then)) for now in states for then in STEPS[route][now] if now is not then]
    width, height = LEFT + BOX_WIDTH + LANE * (len(steps) + 2), ROW * len(states) + 20
    boxes = "".join(_box(number, state) for number, state in enumerate(states))
    arrows = "".join(_arrow(lane, *step) for lane, step in enumerate(steps, 1))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" font-family="sans-serif"><title>The states of a dosing day, {route.value}</title>'
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0 8 4 0 8z" fill="#31546b"/></marker></defs>'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>{boxes}{arrows}</svg>\n'
    )


def _box(number: int, state: VisitState) -> str:
    top = ROW * number + 10
    return (
        f'<rect x="{LEFT}" y="{top}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="6" fill="#eef4f7" stroke="#31546b"/>'
        f'<text x="{LEFT + 12}" y="{top + 17}" font-size="14" font-weight="bold" fill="#12212b">{state.value}</text>'
        f'<text x="{LEFT + 12}" y="{top + 34}" font-size="12" fill="#12212b">{escape(MEANING[state])}</text>'
    )


def _arrow(lane: int, start: int, end: int) -> str:
    edge, out = LEFT + BOX_WIDTH, LEFT + BOX_WIDTH + LANE * (lane + 1)
    here, there = ROW * start + 10 + BOX_HEIGHT - 12, ROW * end + 10 + 12
    path = f"M{edge} {here} H{out} V{there} H{edge + 1}"
    return f'<path d="{path}" fill="none" stroke="#31546b" stroke-width="1.2" marker-end="url(#tip)"/>'


# Roles, alarms, requirements.

GROUPS = {
    "at the chair (starts, stops, measures, discharges)": clinic.AT_THE_CHAIR,
    "prescribes and decides about findings": clinic.PRESCRIBERS,
    "handles medicine": clinic.HANDLES_MEDICINE,
    "sees people": clinic.SEES_PEOPLE,
    "diagnoses": clinic.DIAGNOSES,
    "counsels": clinic.COUNSELS,
    "keeps triggers": clinic.KEEPS_TRIGGERS,
    "keeps the book of medicine": clinic.KEEPS_THE_BOOK,
    "takes down that a consent is withdrawn": clinic.TAKES_BACK,
    "sets chairs and hours": clinic.SETS_HOURS,
    "makes accounts": clinic.MAKES_ACCOUNTS,
}


def roles(root: Path) -> str:
    """What each role may do, and what it does not see."""
    rows = []
    for role in clinic.Role:
        may = [words for words, group in GROUPS.items() if role in group]
        hidden = sorted(clinic.HIDDEN_FROM[role])
        rows.append((role.value, "; ".join(may) or "none of these", ", ".join(hidden) or "nothing"))
    note = "A human with several roles sees what any of them sees, and is never both sides of a witness.\n"
    table = _table(("Role", "May", "Does not see"), rows)
    return "\n".join(["# Roles\n", DRAWN_BY, note, table])


def access(root: Path) -> str:
    """Every address by its name: what is done there, who may look and who may send."""
    parts = ["# Who may open and send what\n", DRAWN_BY, ACCESS_NOTE]
    for title, rules in SECTIONS.items():
        rows = [(name, rule.to, _who(rule.look), _who(rule.send)) for name, rule in rules.items()]
        parts += [f"## {title}\n", _table(("Address", "To", "May look", "May send"), rows)]
    return "\n".join(parts)


ACCESS_NOTE = """\
An address without a rule is not there, and a test fails. Nobody who is not signed in passes any door but those named.
What is not of the asker's clinic, is hidden from them or never was is answered alike: there is no such thing here. The
table says who may look and who may send at all; the act behind an address has roles of its own and stays the judge of
what is written, and [roles](roles.md) says which groups of fields a role does not see.
"""


def _who(opens: Door | tuple[clinic.Role, ...] | None) -> str:
    if opens is None:
        return "–"
    if isinstance(opens, Door):
        return opens.value
    return "everybody who works here" if set(opens) == set(clinic.Role) else ", ".join(role.value for role in opens)


def alarms(root: Path) -> str:
    """Every limit of readings as it would hold with every preset adopted, with its source and whether it was read."""
    sides = {"above": ">", "at_or_above": "≥", "below": "<", "at_or_below": "≤"}
    rows = [
        (
            each.id,
            f"{each.measure.words} {sides[each.comparison.value]} {plain(each.value)} {each.measure.unit}",
            ", ".join(each.phases),
            each.action.words,
            f"{each.rule}: {each.source}",
            "read in its source" if each.verified else "**unverified**: holds only once adopted",
        )
        for each in in_force(load_thresholds(), NO_CLINIC)
    ]
    note = "Before the dose these are findings that hold it or want a decision; during and after it they are alarms.\n"
    head = ("Limit", "When", "Phase", "What to do", "Source", "Standing")
    return "\n".join(["# Limits of readings\n", DRAWN_BY, note, _table(head, rows)])


def requirement_map(root: Path) -> Mapping[str, Mapping[str, Any]]:
    """Requirement → its room and test, or why there is none yet; refused when one is missing or unknown."""
    kept = tomllib.loads((root / MAP_FILE).read_text(encoding="utf-8"))
    wanted = {each.id for each in load_requirements()}
    if odd := sorted(wanted ^ set(kept)):
        raise DataFault(MAP_FILE, odd[0], "id", "every requirement stands here once, and nothing else does")
    return kept


def requirements(root: Path) -> str:
    """Every requirement with the room and the test that stand for it, or "not yet"."""
    kept = requirement_map(root)
    rows = [
        (
            each.id,
            each.text,
            kept[each.id].get("room", ""),
            f"`{kept[each.id]['test']}`" if "test" in kept[each.id] else f"not yet: {kept[each.id]['not_yet']}",
            "read" if each.verified else "unverified",
        )
        for each in load_requirements()
    ]
    tested = sum("test" in entry for entry in kept.values())
    note = f"{tested} of {len(rows)} requirements have a test that stands for them.\n"
    head = ("Id", "Requirement", "Room", "Test", "Source")
    return "\n".join(["# Requirements\n", DRAWN_BY, note, _table(head, rows)])


PAGES: Mapping[str, Callable[[Path], str]] = {
    "docs/visit-states.md": visit_states,
    "docs/visit-iv.svg": lambda root: visit_picture(Route.IV),
    "docs/visit-im.svg": lambda root: visit_picture(Route.IM),
    "docs/roles.md": roles,
    "docs/access.md": access,
    "docs/alarms.md": alarms,
    "docs/requirements.md": requirements,
}
