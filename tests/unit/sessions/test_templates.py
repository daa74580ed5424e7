"""Prompt templates."""

from __future__ import annotations

import pytest

from minerva.core.errors import InvalidRequest, PromptTemplateNotFound, RevisionConflict
from minerva.sessions.records import Duplicates, TemplateEntry
from minerva.sessions.store import SessionStore


async def test_a_template_is_made_changed_listed_and_deleted(sessions: SessionStore) -> None:
    made = await sessions.put_template("Review", "Look at {{ code }} in {{language}}: {{code}} {{}} {x}", "a review")
    assert (made.variables, made.description, made.revision) == (("code", "language"), "a review", 1)
    assert await sessions.template("Review") == made
    changed = await sessions.put_template("Review", "None", revision=1)
    assert (changed.body, changed.description, changed.variables, changed.revision) == ("None", "", (), 2)
    await sessions.put_template("a", "b", revision=0)
    assert [template.name for template in await sessions.templates()] == ["a", "Review"]
    await sessions.delete_template("Review", revision=2)
    for call in (sessions.template, sessions.delete_template):
        with pytest.raises(PromptTemplateNotFound, match="'Review' not found"):
            await call("Review")


async def test_two_writers_do_not_overwrite_one_another(sessions: SessionStore) -> None:
    await sessions.put_template("a", "one")
    await sessions.put_template("a", "two", revision=1)
    for revision in (0, 1, 3):
        with pytest.raises(RevisionConflict) as caught:
            await sessions.put_template("a", "three", revision=revision)
        assert caught.value.revision == 2
    with pytest.raises(RevisionConflict):
        await sessions.delete_template("a", revision=1)
    with pytest.raises(RevisionConflict) as none:
        await sessions.put_template("b", "three", revision=1)
    assert none.value.revision == 0
    assert (await sessions.template("a")).body == "two"


@pytest.mark.parametrize("name", ["", " a", "a/b", "a\nb", "a" * 101, "\ud800"])
async def test_a_name_fits_into_an_address(sessions: SessionStore, name: str) -> None:
    with pytest.raises(InvalidRequest, match="`name`"):
        await sessions.put_template(name, "a")


def entries(*named: str, body: str = "new") -> list[TemplateEntry]:
    return [TemplateEntry(name=name, body=body, description="d") for name in named]


async def bodies(sessions: SessionStore) -> dict[str, str]:
    return {template.name: template.body for template in await sessions.templates()}


@pytest.mark.parametrize("duplicates", ["refuse", "keep_both", "replace"])
async def test_what_is_new_or_the_same_needs_no_choice(sessions: SessionStore, duplicates: Duplicates) -> None:
    await sessions.put_template("a", "new", "d")
    done = await sessions.import_templates(entries("b", "a"), duplicates)
    assert [(one.name, one.outcome, one.template.name) for one in done] == [("b", "made", "b"), ("a", "unchanged", "a")]
    assert done[1].template.revision == 1
    assert await bodies(sessions) == {"a": "new", "b": "new"}


async def test_another_of_the_same_name_is_replaced_or_kept_beside_it(sessions: SessionStore) -> None:
    for name in ("a", "a (2)"):
        await sessions.put_template(name, "old")
    [both, third] = await sessions.import_templates(entries("a", "a (3)"), "keep_both")
    assert (both.name, both.outcome, both.template.name) == ("a", "kept_both", "a (4)")
    assert third.outcome == "made"
    assert await bodies(sessions) == {"a": "old", "a (2)": "old", "a (3)": "new", "a (4)": "new"}
    [replaced] = await sessions.import_templates(entries("a"), "replace")
    assert (replaced.outcome, replaced.template.name, replaced.template.revision) == ("replaced", "a", 2)
    assert (await bodies(sessions))["a"] == "new"
    long = "x" * 100
    await sessions.put_template(long, "old")
    [cut] = await sessions.import_templates(entries(long), "keep_both")
    assert cut.template.name == "x" * 96 + " (2)"


@pytest.mark.parametrize(
    ("names", "param"),
    [(("b", "a"), "templates[1].name"), (("b", "b"), "templates[1].name"), (("b", "c/d"), "templates[1].name")],
)
async def test_a_file_with_a_fault_makes_nothing(sessions: SessionStore, names: tuple[str, ...], param: str) -> None:
    await sessions.put_template("a", "old")
    with pytest.raises(InvalidRequest, match=r"`templates\[1\]\.name`") as refused:
        await sessions.import_templates(entries(*names), "refuse")
    assert refused.value.param == param
    assert await bodies(sessions) == {"a": "old"}
