"""Prompt templates."""

from __future__ import annotations

import pytest

from minerva.core.errors import InvalidRequest, PromptTemplateNotFound, RevisionConflict
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
