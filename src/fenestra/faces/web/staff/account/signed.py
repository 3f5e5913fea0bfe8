"""Forms that are a signature: the human at the screen proves once more who they are."""

from __future__ import annotations

from typing import Any

from django import forms

from fenestra.faces.web import forms as ours
from fenestra.faces.web.session import FACTOR


def secret(label: str = "Your password", missing: str = "Type your password: it is your signature.") -> forms.CharField:
    """A password that is typed and never shown again."""
    return forms.CharField(
        label=label, widget=forms.PasswordInput({"autocomplete": "off"}), strip=False, max_length=200,
        error_messages={"required": missing},
    )  # fmt: skip


def code_field(label: str, missing: str) -> forms.CharField:
    """Six figures of an app, or a code from paper."""
    return forms.CharField(
        label=label, max_length=40, error_messages={"required": missing},
        widget=forms.TextInput({"autocomplete": "one-time-code", "spellcheck": "false"}),
    )  # fmt: skip


class Signed(ours.Keyed):
    """Password, and a code of the second factor of who has one. `proves`: whether they have."""

    password = secret()
    proof = code_field("Code of your app", "Type the code that your app shows now: your signature has two halves.")

    def __init__(self, *args: Any, proves: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not proves:
            del self.fields["proof"]

    def signature(self) -> dict[str, str]:
        """What the act asks for."""
        return {name: self.cleaned_data[name] for name in ("password", "proof") if name in self.fields}


def proves(request: Any) -> bool:
    """Whether the human of this session has a second factor: then the session was opened with it."""
    return bool(request.session.get(FACTOR))
