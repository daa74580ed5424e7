"""A person with nothing but a keyboard: where the focus is, whether it can be seen, and how to get elsewhere."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

_MOST_STEPS = 80
_SEEN = """() => {
  const one = document.activeElement;
  if (one === null || one === document.body) return 'the focus is nowhere';
  if (!one.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return 'what has the focus is hidden';
  const { top, bottom } = one.getBoundingClientRect();
  if (bottom <= 0 || top >= innerHeight) return 'what has the focus is not on the screen';
  const marks = [one, one.closest('form')].filter(Boolean).map((element) => getComputedStyle(element));
  const isRinged = marks.some((style) => style.outlineStyle !== 'none' || style.boxShadow !== 'none');
  const isFilled = one.role === 'menuitem' && marks[0].backgroundColor !== 'rgba(0, 0, 0, 0)';
  return isRinged || isFilled ? '' : `nothing shows the focus on ${one.outerHTML.slice(0, 300)}`;
}"""
"""Says what is wrong with the focus; nothing if it can be seen."""


class Keyboard:
    """The keyboard of a page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        """Press keys or chords one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Type a text where the focus is."""
        self.page.keyboard.type(text)

    def go_to(self, target: Locator, key: str = "Tab") -> None:
        """Press `key` until `target` has the focus; wherever it rests on the way it can be seen."""
        expect(target).to_have_count(1)
        for _ in range(_MOST_STEPS):
            self.press(key)
            if target.evaluate("one => one === document.activeElement"):
                self.expect_at(target)
                return
        raise AssertionError(f"{target} is not reached with {key}")

    def expect_at(self, target: Locator) -> None:
        """Check that `target` has the focus, and that it can be seen there."""
        expect(target).to_be_focused()
        self.page.wait_for_function(f"() => ({_SEEN})() === ''")
