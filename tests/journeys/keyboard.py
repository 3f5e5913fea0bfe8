"""Hands that never leave the keyboard."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

MOST_TABS = 90


class Keyboard:
    """Moves by Tab, types, ticks with Space, chooses with the arrows, sends with Enter."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def tab_to(self, target: Locator) -> None:
        """Press Tab until the target has the focus, and see that the focus shows."""
        expect(target).to_be_visible()
        for _ in range(MOST_TABS):
            if target.evaluate("node => node === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{target} is not reached by {MOST_TABS} tabs.")

    def follow(self, target: Locator) -> None:
        self.tab_to(target)
        self.press("Enter")

    @property
    def sheet(self) -> Locator:
        return self.page.locator("dialog[open]")

    def field(self, name: str) -> Locator:
        return self.sheet.locator(f"[name={name}]").first

    def write(self, **fields: str) -> None:
        """Type into fields of the open sheet, in the order in which they stand; what stood there is replaced."""
        for name, text in fields.items():
            self.tab_to(self.field(name))
            self.press("Control+a")
            self.page.keyboard.type(text)

    def tick(self, *names: str) -> None:
        for name in names:
            self.tab_to(self.field(name))
            self.press("Space")
            expect(self.field(name)).to_be_checked()

    def answer(self, **answers: str) -> None:
        """Yes or no: the group is reached by Tab, Space takes the first, the arrow goes on to the second."""
        for name, said in answers.items():
            self.tab_to(self.field(name))
            self.press("Space" if said == "yes" else "ArrowRight")
            expect(self.sheet.locator(f"[name={name}][value={said}]")).to_be_checked()

    def send(self) -> None:
        """Send the open sheet by its main button; it closes when the server has said yes."""
        self.tab_to(self.sheet.locator("button.fe-main"))
        self.press("Enter")
        expect(self.sheet).to_be_hidden()
