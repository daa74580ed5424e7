"""`models.template_files`: which file holds the chat template of a model, and what cannot be read of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from minerva.core.errors import InvalidModelFile
from minerva.core.model import ChatTemplate, ModelFile
from minerva.models.gguf import KEPT_TEXT_BYTES
from minerva.models.template_files import TemplateFiles, read_template


def model(folder: Path, name: str = "some", *files: str) -> ModelFile:
    paths = tuple(str(folder / file) for file in files or (f"{name}.gguf",))
    return ModelFile(name=name, paths=paths, kind="model", size_bytes=1, modified_s=1.0)


def test_without_a_file_the_models_own_holds(tmp_path: Path) -> None:
    assert TemplateFiles({}).find(model(tmp_path)) is None
    assert TemplateFiles({}).read(model(tmp_path)) is None
    (tmp_path / "some.jinja").mkdir()
    assert TemplateFiles({"other": tmp_path / "x"}).find(model(tmp_path)) is None


def test_a_file_beside_the_model_is_found_by_its_name(tmp_path: Path) -> None:
    beside = tmp_path / "some.v1.jinja"
    beside.write_text("{{ messages }}")
    assert TemplateFiles({}).find(model(tmp_path, "some.v1")) == beside
    assert TemplateFiles({}).read(model(tmp_path, "folder/some.v1", "some.v1.gguf")) == ChatTemplate(
        "{{ messages }}", str(beside)
    )


def test_a_split_model_has_one_under_the_name_of_all_its_parts(tmp_path: Path) -> None:
    beside = tmp_path / "some.jinja"
    beside.write_text("x")
    parts = ("some-00001-of-00002.gguf", "some-00002-of-00002.gguf")
    assert TemplateFiles({}).find(model(tmp_path, "some", *parts)) == beside


def test_a_named_file_comes_first_and_must_be_there(tmp_path: Path) -> None:
    (tmp_path / "some.jinja").write_text("beside")
    named = tmp_path / "named.txt"
    files = TemplateFiles({"Some:latest": named})
    with pytest.raises(InvalidModelFile, match=r"named\.txt cannot be read"):
        files.read(model(tmp_path))
    named.write_text("named")
    assert files.read(model(tmp_path)) == ChatTemplate("named", str(named))


def test_names_that_no_model_has_are_told(tmp_path: Path) -> None:
    files = TemplateFiles({"some": tmp_path, "Other": tmp_path})
    assert files.unused(frozenset({"SOME"})) == ("other",)


def test_marks_and_line_ends_of_windows_are_no_part_of_a_template(tmp_path: Path) -> None:
    path = tmp_path / "a.jinja"
    path.write_bytes("\ufeffa\r\nö".encode())
    assert read_template(path).text == "a\nö"


@pytest.mark.parametrize(("data", "words"), [(b"\xff", "cannot be read"), (b"x" * (KEPT_TEXT_BYTES + 1), "more than")])
def test_what_is_no_text_or_too_long_is_refused(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "a.jinja"
    path.write_bytes(data)
    with pytest.raises(InvalidModelFile, match=words) as caught:
        read_template(path)
    assert caught.value.path == str(path)
