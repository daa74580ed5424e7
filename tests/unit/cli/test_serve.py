"""`minerva serve` refuses at once what every load would fail for."""

from __future__ import annotations

from pathlib import Path

import pytest

from minerva.cli.serve import run_server
from minerva.core.errors import SettingsError


@pytest.mark.parametrize(
    ("text", "words"), [("{% if %}", r"bad\.jinja has an error in line 1"), (None, r"bad\.jinja cannot be read")]
)
def test_a_chat_template_that_cannot_be_used_is_named_with_both_places(
    tmp_path: Path, text: str | None, words: str
) -> None:
    if text is not None:
        (tmp_path / "bad.jinja").write_text(text)
    config = tmp_path / "minerva.toml"
    config.write_text('[server]\nport = 0\n[models.chat_templates]\n"some.model" = "bad.jinja"\n')
    with pytest.raises(SettingsError, match=words) as caught:
        run_server(config, [], open_browser=False)
    assert caught.value.key == "models.chat_templates"
    assert caught.value.source == f"{config} line 3"
    assert "'some.model'" in caught.value.message
