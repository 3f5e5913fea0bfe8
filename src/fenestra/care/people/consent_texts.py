"""The texts people sign: versioned data of this room, each known by the hash of its exact words. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from fenestra.care.people.rules import ConsentKind
from fenestra.ground.book.digest import digest_of
from fenestra.science.errors import BadInput, DataFault, Refused
from fenestra.science.evidence.tables import build, build_all, check_keys, read_toml

TEXTS_FILE = Path(__file__).parent / "data" / "consent_texts.toml"


@dataclass(frozen=True)
class AboutTexts:
    """What holds for every text of the file: who must still read them, and their language."""

    note: str
    language: str


@dataclass(frozen=True)
class WrittenText:
    """One version of one text as the file has it."""

    kind: ConsentKind
    version: str
    title: str
    paragraphs: tuple[str, ...]
    follows: str = ""


@dataclass(frozen=True)
class ConsentText:
    """One version of one text. `text_hash` is over kind, version, title, paragraphs and language, and over the law it
    says it follows, where it names one."""

    kind: ConsentKind
    version: str
    title: str
    paragraphs: tuple[str, ...]
    follows: str
    language: str
    note: str
    text_hash: str


class OtherText(Refused):
    """What was shown is not the text that is signed here now."""


@cache
def consent_texts() -> tuple[ConsentText, ...]:
    """Every version of every text that ships, oldest version of a kind first."""
    tables = read_toml(TEXTS_FILE)
    check_keys(tables, {"meta", "text"}, file=TEXTS_FILE.name)
    about = build(AboutTexts, tables.get("meta", {}), file=TEXTS_FILE.name, row="meta")
    written = build_all(WrittenText, tables.get("text", []), file=TEXTS_FILE.name, table="text")
    for kind in ConsentKind:
        if kind not in {text.kind for text in written}:
            raise DataFault(TEXTS_FILE.name, f"text {kind.value}", "kind", "there is no text of this kind")
    return tuple(_with_hash(text, about) for text in written)


def _with_hash(text: WrittenText, about: AboutTexts) -> ConsentText:
    exact = {**asdict(text), "kind": text.kind.value, "language": about.language}
    if not text.follows:
        del exact["follows"]  # texts signed before any named its law keep the hash they were signed under
    return ConsentText(**vars(text), language=about.language, note=about.note, text_hash=digest_of(exact))


def newest_text(kind: ConsentKind) -> ConsentText:
    """The version of a text that is signed today."""
    return [text for text in consent_texts() if text.kind is kind][-1]


def signed_text(kind: ConsentKind, version: str, text_hash: str) -> ConsentText | None:
    """The text somebody signed, word for word; None when this installation no longer has those exact words."""
    same = (text for text in consent_texts() if (text.kind, text.version, text.text_hash) == (kind, version, text_hash))
    return next(same, None)


def check_is_newest(kind: ConsentKind, version: str, text_hash: str) -> None:
    """Refuse a signature under any words but those of today's version."""
    today = newest_text(kind)
    if not version or not text_hash:
        raise BadInput("Show the text to the person before they sign it.", field="text_version")
    if (version, text_hash) != (today.version, today.text_hash):
        raise OtherText(
            "The text has changed since it was shown. Open it again and let the person read it as it is now."
        )
