"""Read the items of an instrument, however its file spells their answers: options, an option set, scores or a range."""

from __future__ import annotations

from fenestra.science.instruments.reading import Table
from fenestra.science.instruments.values import AskIf, Item, Option


def read_items(table: Table) -> tuple[Item, ...]:
    """The items in the order of the form; none for a calendar."""
    sets = _option_sets(table)
    if table.has("item_range"):
        return _ranged_items(table)
    return tuple(_item(row, number, sets) for number, row in enumerate(table.tables("item"), 1))


def _option_sets(table: Table) -> dict[str, tuple[Option, ...]]:
    if not table.has("option_set"):
        return {}
    row = table.table("option_set")
    sets = {name: _options(row, name) for name in row.names()}
    used = {item.raw("set") for item in table.tables("item") if item.has("set")}
    for name in sets:
        if name not in used:
            row.fault(name, "no item uses this option set")
    return sets


def _ranged_items(table: Table) -> tuple[Item, ...]:
    """Items that differ by number only; their labels are the file's own short meanings, or “Item 3”."""
    row = table.table("item_range")
    prefix, first, last = row.text("prefix"), row.whole("from"), row.whole("to")
    scores = tuple(range(row.whole("min"), row.whole("max") + 1))
    row.close()
    numbered = {f"{prefix}{number}": number for number in range(first, last + 1)}
    labels = _meanings(table, numbered)
    return tuple(
        Item(id=key, number=n, label=labels.get(key, f"Item {n}"), scores=scores) for key, n in numbered.items()
    )


def _meanings(table: Table, numbered: dict[str, int]) -> dict[str, str]:
    if not table.has("item_meaning"):
        return {}
    row = table.table("item_meaning")
    labels = {key: row.text(key) for key in row.names()}
    for key in labels:
        if key not in numbered:
            row.fault(key, "there is no such item")
    return labels


def _item(row: Table, number: int, sets: dict[str, tuple[Option, ...]]) -> Item:
    options = _item_options(row, sets)
    item = Item(
        id=row.text("id"),
        number=number,
        label=row.text_or_none("name") or f"Item {number}",
        scores=_scores(row, options),
        options=options,
        text=row.text_or_none("text"),
        low=row.text_or_none("low"),
        high=row.text_or_none("high"),
        loinc=row.text_or_none("loinc"),
        group=row.text_or_none("group"),
        scored=row.flag("scored", default=True),
        required=row.flag("required", default=True),
        ask_if=_ask_if(row),
    )
    row.close()
    return item


def _item_options(row: Table, sets: dict[str, tuple[Option, ...]]) -> tuple[Option, ...]:
    given = [key for key in ("options", "set", "scores", "range") if row.has(key)]
    if len(given) != 1:
        row.fault("options", "an item has exactly one of: options, set, scores, range")
    if row.has("options"):
        return _options(row, "options")
    if row.has("set") and row.text("set") not in sets:
        row.fault("set", f"there is no option set “{row.text('set')}”")
    return sets[row.text("set")] if row.has("set") else ()


def _scores(row: Table, options: tuple[Option, ...]) -> tuple[int, ...]:
    if row.has("range"):
        return _range(row)
    scores = row.wholes("scores") if row.has("scores") else tuple(option.value for option in options)
    if not scores or len(set(scores)) != len(scores):
        row.fault("scores" if row.has("scores") else "options", "an item needs scores, each only once")
    return scores


def _range(row: Table) -> tuple[int, ...]:
    ends = row.wholes("range")
    if len(ends) != 2 or ends[0] >= ends[1]:
        row.fault("range", "must be the lowest and the highest whole number, as [0, 100]")
    return tuple(range(ends[0], ends[1] + 1))


def _options(row: Table, key: str) -> tuple[Option, ...]:
    pairs = row.raw(key)
    if type(pairs) is not list or not all(_is_option(pair) for pair in pairs):
        row.fault(key, "must be a list of [label, whole number]")
    options = tuple(Option(label, value) for label, value in pairs)
    _check_unique(row, key, options)
    return options


def _is_option(pair: object) -> bool:
    return type(pair) is list and [type(part) for part in pair] == [str, int]


def _check_unique(row: Table, key: str, options: tuple[Option, ...]) -> None:
    labels = [option.label.casefold() for option in options if option.label]
    if len(set(labels)) != len(labels):
        row.fault(key, "two options have the same label")
    if len({option.value for option in options}) != len(options):
        row.fault(key, "two options have the same score")
    for option in options:
        # an answer of "1" must mean the same whether it is read as a word or as a number
        if option.label.isdecimal() and int(option.label) != option.value:
            row.fault(key, f"the label “{option.label}” reads as a number but scores {option.value}")


def _ask_if(row: Table) -> AskIf | None:
    if row.has("ask_if_any"):
        return AskIf(row.texts("ask_if_any"))
    if not row.has("ask_if"):
        return None
    condition = row.table("ask_if")
    asked = AskIf((condition.text("item"),), condition.whole("value"))
    condition.close()
    return asked
