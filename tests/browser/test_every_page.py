"""What holds for every page: people can use it, in light and dark, on a narrow screen, and it keeps to its policy."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.chat import Chat

PAGES = {
    "#/": "What shall we talk about?",
    "#/models": "starter",
    "#/server": "Requests that are over",
    "#/settings": "Appearance",
}
"""The pages, and a heading that each shows when it has what it shows."""
NARROW: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
PROFILES: list[dict[str, Any]] = [
    {"color_scheme": "light"},
    {"color_scheme": "dark"},
    {**NARROW, "color_scheme": "light"},
    {**NARROW, "color_scheme": "dark"},
]
profiles = pytest.mark.parametrize("profile", PROFILES, ids=["light", "dark", "narrow", "narrow-dark"])


def _settled(page: Page, path: str) -> None:
    page.goto(f"./{path}")
    expect(page.get_by_role("heading", name=PAGES[path]).first).to_be_visible()
    expect(page.get_by_text("Loading …")).to_have_count(0)


def _sideways(page: Page) -> int:
    """How many pixels the page is wider than the screen."""
    wider: int = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wider


@profiles
@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_nothing_that_keeps_people_out(page: Page, path: str, profile: dict[str, Any]) -> None:
    _settled(page, path)
    assert violations(page) == []
    assert _sideways(page) <= 0


@profiles
def test_a_conversation_too(chat: Chat, profile: dict[str, Any]) -> None:
    chat.ask("I have 69 cards and give away 37. How many do I have left?")
    assert violations(chat.page) == []
    assert _sideways(chat.page) <= 0


def test_a_menu_is_no_place_apart(chat: Chat) -> None:
    answer = chat.ask("What is 12 + 30?")
    page = chat.page
    rows = page.get_by_role("navigation", name="Conversations")
    for button in (
        answer.get_by_role("button", name="More actions"),
        rows.get_by_role("button", name=re.compile("^More for ")).first,
        page.get_by_role("button", name="More for this conversation"),
    ):
        button.click()
        menu = page.get_by_role("menu")
        expect(menu).to_be_visible()
        box, screen = menu.bounding_box(), page.viewport_size
        assert box is not None
        assert screen is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= screen["height"]
        assert violations(page) == []
        page.keyboard.press("Escape")
        expect(menu).to_have_count(0)


@pytest.mark.parametrize("profile", [{"color_scheme": "light"}, {"color_scheme": "dark"}], ids=["light", "dark"])
def test_the_systems_theme_is_followed(page: Page, profile: dict[str, Any]) -> None:
    _settled(page, "#/")
    red = page.evaluate("() => Number(getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/)[0])")
    assert (red < 128) == (profile["color_scheme"] == "dark")
