"""`minerva serve`: the server, in the foreground."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from minerva.cli.compose import server_options, service_settings
from minerva.core import log
from minerva.core.errors import InvalidModelFile, SettingsError
from minerva.models.template_files import read_template
from minerva.server.run import run
from minerva.service.loading import check_template
from minerva.settings.paths import find_paths
from minerva.settings.settings import Resolved, model_folders, resolve
from minerva.settings.sources import Given


def run_server(config: Path | None, flags: Sequence[Given], *, open_browser: bool) -> None:
    """Serve until told to stop. Raises `SettingsError` before anything is started."""
    resolved = resolve(config, flags)
    settings = resolved.settings
    _check_templates(resolved)
    log.configure(settings.log.level, settings.log.format)
    own = find_paths().models
    if own in model_folders(settings):
        # The folder people are told to put models into: it should be there to be found.
        own.mkdir(parents=True, exist_ok=True)
    for folder in model_folders(settings):
        if not folder.is_dir():
            log.get_logger("serve").warning("there is no such folder of models", folder=str(folder))
    run(service_settings(settings), server_options(settings, open_browser=open_browser))


def _check_templates(resolved: Resolved) -> None:
    """Refuse at once a file that would make every load of its model fail."""
    key = "models.chat_templates"
    for name, path in resolved.settings.models.chat_templates.items():
        try:
            check_template(read_template(Path(path)))
        except InvalidModelFile as error:
            source = resolved.sources[key]
            raise SettingsError(f"`{key}` of {name!r} ({source}): {error.message}", key, source) from error
