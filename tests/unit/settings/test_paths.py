from __future__ import annotations

from pathlib import Path

from minerva.settings.paths import find_paths


def test_one_folder_holds_all_when_told(tmp_path: Path) -> None:
    paths = find_paths({"MINERVA_HOME": str(tmp_path)})
    assert paths.models == tmp_path / "models"
    assert paths.config_file == tmp_path / "minerva.toml"
    assert all(folder.is_relative_to(tmp_path) for folder in (paths.data, paths.cache, paths.config, paths.log))


def test_the_platforms_own_folders_are_absolute_and_named_after_us() -> None:
    paths = find_paths({})
    for folder in (paths.data, paths.cache, paths.config, paths.log):
        assert folder.is_absolute()
        assert "minerva" in str(folder).lower()
