"""The tiers of one model, as the options say."""

from __future__ import annotations

import shutil
from pathlib import Path

from minerva.core.log import Logger
from minerva.core.model import CacheOptions, ModelSpec
from minerva.engine.tiers.disk import Disk, DiskOptions
from minerva.engine.tiers.identity import key_of
from minerva.engine.tiers.tiers import Tiers


def open_tiers(options: CacheOptions, spec: ModelSpec, log: Logger) -> Tiers:
    """Return the tiers that `options` want for the model of `spec`; without a folder nothing goes on disk."""
    disk = None
    if spec.whole:
        # It has no cache: each text is read at once, and forgotten.
        return Tiers(0)
    if options.folder and not options.disk_bytes:
        # Turned off: what is there from before would stay for ever.
        shutil.rmtree(options.folder, ignore_errors=True)
    if options.folder and options.disk_bytes:
        try:
            key = key_of(spec)
        except OSError as error:
            log.warning("prompts are not kept on disk: the model's file could not be read again", error=str(error))
        else:
            disk = Disk(DiskOptions(Path(options.folder), options.disk_bytes, options.keep_s), key, log)
    return Tiers(options.ram_bytes or 0, disk)
