"""A data file is read strictly: a slip is refused with its file, row and field."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

import pytest

from fenestra.science.errors import DataFault
from fenestra.science.evidence.tables import build_all, read_toml


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Part:
    name: str


@dataclass(frozen=True)
class Row:
    id: str
    amount: Decimal
    count: int
    verified: bool
    day: date | None = None
    colour: Colour | None = None
    names: tuple[str, ...] = ()
    part: tuple[Part, ...] = ()


WHOLE = '[[row]]\nid = "a"\namount = 0.10\ncount = 2\nverified = false\n'


def rows(tmp_path: Path, text: str) -> tuple[Row, ...]:
    path = tmp_path / "rows.toml"
    path.write_text(text, encoding="utf-8")
    return build_all(Row, read_toml(path).get("row"), file=path.name, table="row")


def test_numbers_with_a_point_stay_exact(tmp_path: Path) -> None:
    assert str(rows(tmp_path, WHOLE)[0].amount) == "0.10"


def test_a_whole_number_may_stand_for_an_amount(tmp_path: Path) -> None:
    assert rows(tmp_path, WHOLE.replace("0.10", "3"))[0].amount == Decimal(3)


def test_what_is_not_given_stays_missing(tmp_path: Path) -> None:
    assert rows(tmp_path, WHOLE)[0].day is None


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (WHOLE + "amonut = 1\n", "rows.toml: row a: amonut: "),
        (WHOLE.replace("count = 2\n", ""), "rows.toml: row a: count: is missing"),
        (WHOLE.replace("count = 2", "count = 2.0"), "rows.toml: row a: count: must be a whole number"),
        (WHOLE.replace("count = 2", "count = true"), "rows.toml: row a: count: must be a whole number"),
        (WHOLE.replace("0.10", "true"), "rows.toml: row a: amount: must be a number"),
        (WHOLE.replace("0.10", "nan"), "rows.toml: row a: amount: must be a finite number"),
        (WHOLE.replace("false", '"no"'), "rows.toml: row a: verified: must be true or false"),
        (WHOLE + 'colour = "blue"\n', "rows.toml: row a: colour: must be one of red"),
        (WHOLE + "names = [1]\n", "rows.toml: row a: names: must be text"),
        (WHOLE + '[[row.part]]\nnaem = "x"\n', "rows.toml: row a part 1: naem: "),
        (WHOLE.replace('id = "a"\n', ""), "rows.toml: row 1: id: is missing"),
        (WHOLE + WHOLE, "rows.toml: row a: id: is used twice"),
        ("[row]\n", "rows.toml: row: rows: must be written as [[row]]"),
        ("row = ", "rows.toml: file: syntax: "),
    ],
)
def test_a_slip_is_refused_with_its_place(tmp_path: Path, text: str, where: str) -> None:
    with pytest.raises(DataFault) as refused:
        rows(tmp_path, text)
    assert str(refused.value).startswith(where)


def test_a_file_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(DataFault, match=r"gone\.toml: file: path: is not there"):
        read_toml(tmp_path / "gone.toml")
