"""The tiers of one model, as the options say."""

from __future__ import annotations

import functools
import shutil
from pathlib import Path

from minerva.core.log import Logger
from minerva.core.model import CacheOptions, ModelSpec
from minerva.engine.tiers.disk import Disk, DiskOptions
from minerva.engine.tiers.identity import key_of
from minerva.engine.tiers.tiers import Tiers


def open_tiers(options: CacheOptions, spec: ModelSpec, log: Logger) -> Tiers:
    """Return the tiers that `options` want for the model of `spec`; without a folder nothing goes on disk."""
    if spec.whole:
        # It has no cache: each text is read at once, and forgotten.
        return Tiers(0)
    disk = None
    if options.folder and options.disk_bytes:
        kept = DiskOptions(Path(options.folder), options.disk_bytes, options.keep_s)
        disk = Disk(kept, functools.partial(key_of, spec), log)
    elif options.folder:
        # Turned off: what is there from before would stay for ever.
        shutil.rmtree(options.folder, ignore_errors=True)
    return Tiers(options.ram_bytes or 0, disk)
