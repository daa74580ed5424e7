"""Where Minerva keeps its files: the platform's own folders, or everything below `MINERVA_HOME`.

Nothing here creates a folder; whoever writes into one does.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec
import platformdirs

APP = "minerva"
CONFIG_NAME = "minerva.toml"


class Paths(msgspec.Struct, frozen=True):
    """The four folders, absolute. `models` and `config_file` are the two places a person has to know."""

    data: Path
    cache: Path
    config: Path
    log: Path

    @property
    def models(self) -> Path:
        """Where model files are looked for unless the settings say otherwise."""
        return self.data / "models"

    @property
    def config_file(self) -> Path:
        """The settings file that is read unless another is named."""
        return self.config / CONFIG_NAME


def find_paths(environ: Mapping[str, str] | None = None) -> Paths:
    """Return the folders of this machine; `MINERVA_HOME` puts all four below one folder."""
    home = (os.environ if environ is None else environ).get("MINERVA_HOME")
    if home:
        root = Path(home).expanduser().absolute()
        return Paths(data=root, cache=root / "cache", config=root, log=root / "log")
    return Paths(
        data=platformdirs.user_data_path(APP, appauthor=False),
        cache=platformdirs.user_cache_path(APP, appauthor=False),
        config=platformdirs.user_config_path(APP, appauthor=False, roaming=True),
        log=platformdirs.user_log_path(APP, appauthor=False),
    )
