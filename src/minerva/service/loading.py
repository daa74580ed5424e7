"""How models come into memory: by the settings of the engine, and with the chat template that holds for each."""

from __future__ import annotations

import contextlib
import functools

import msgspec

from minerva.chat.program import Program
from minerva.core.errors import OutOfMemory
from minerva.core.model import ChatTemplate, Device, LoadOptions, ModelFile, ModelSpec
from minerva.models.fit import fit
from minerva.models.template_files import TemplateFiles
from minerva.models.tuned import TunedFiles
from minerva.workers.pool import Plan


class Loader:
    """Plans loads. Shared by all use cases that may be the first to need a model."""

    def __init__(self, options: LoadOptions, templates: TemplateFiles, tuned: TunedFiles) -> None:
        """`options` apply to every model, and `tuned` to what they leave open."""
        self.templates = templates
        self._tuned = tuned
        self._options = options

    def plan(self, model: ModelFile) -> Plan:
        """Return what the pool asks how to load `model`.

        It raises what `models.fit.fit` raises, and `InvalidModelFile` for a template in a file of its own that cannot
        be read or compiled. That is read only when a load is due, so a model that is loaded keeps the one it has.
        """
        return functools.partial(self._plan, model)

    def _plan(self, model: ModelFile, available_bytes: int, devices: tuple[Device, ...]) -> ModelSpec:
        spec = self._fit(model, available_bytes, devices)
        template = self.templates.read(model)
        if template is None:
            return spec
        check_template(template)
        return msgspec.structs.replace(spec, template=template)

    def _fit(self, model: ModelFile, available_bytes: int, devices: tuple[Device, ...]) -> ModelSpec:
        """Return how `model` fits, tuned if that was measured with as many layers on the GPU, and fits too."""
        options, tuning = self._options, self._tuned.find(model)
        plain = fit(model, options, available_bytes, devices)
        if tuning is None:
            return plain
        tuning = tuning.without(options)
        larger = msgspec.structs.replace(options, batch_tokens=options.batch_tokens or tuning.batch_tokens)
        with contextlib.suppress(OutOfMemory):
            spec = plain if larger == options else fit(model, larger, available_bytes, devices)
            # A larger batch that costs cells makes prompts fail that fitted before.
            if spec.gpu_layers == tuning.gpu_layers and _holds_as_much(spec, plain):
                return msgspec.structs.replace(spec, tuning=tuning if tuning.values() else None)
        return plain


def _holds_as_much(spec: ModelSpec, plain: ModelSpec) -> bool:
    return spec.context_length >= plain.context_length and spec.kv_cells >= plain.kv_cells


def check_template(template: ChatTemplate) -> None:
    """Raise `InvalidModelFile`, naming file and line, if `template` is no Jinja or goes beyond a limit."""
    Program(template.text, path=template.path)
