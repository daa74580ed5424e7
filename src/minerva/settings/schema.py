"""Every setting: its type, range, default and meaning, in one place. Code, errors and documentation read it here.

The name of a setting is `section.key`, as in the file (`[server]`, then `port = 11434`); its variable is
`MINERVA_SECTION_KEY`. A key marked `DURATION` takes `"5m"` or seconds, one marked `SIZE` takes `"4GiB"` or bytes.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from minerva.core.model import KvType, LoadOptions, Numa
from minerva.core.request import Overflow

DURATION = {"unit": "duration"}
SIZE = {"unit": "size"}
FOLDERS = {"unit": "folders"}
FILES = {"unit": "files"}

# Those of `core.log`, which brings a logging library with it that most commands have no use for.
LogLevel = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["console", "json"]

_Name = Annotated[str, Meta(min_length=1)]
# What a header carries unharmed; a key with anything else in it could be set and never be sent.
_Key = Annotated[str, Meta(pattern=r"^[!-~]+\Z")]
_Count = Annotated[int, Meta(ge=1)]
_Seconds = Annotated[float, Meta(gt=0)]


class ServerSettings(msgspec.Struct, frozen=True, kw_only=True, rename={"body_limit_bytes": "body_limit"}):
    """How the HTTP server listens, whom it answers, and when it gives up."""

    host: Annotated[_Name, Meta(description="Address to listen on; 0.0.0.0 opens the server to the network.")] = (
        "127.0.0.1"
    )
    port: Annotated[int, Meta(ge=0, le=65535, description="TCP port to listen on; 0 takes any free one.")] = 11434
    api_key: Annotated[_Key | None, Meta(description="Requests must carry this key; unset: none is asked for.")] = None
    allowed_hosts: Annotated[
        tuple[_Name, ...],
        Meta(description="Host names to answer to besides localhost, the loopback addresses and `host`; * is any."),
    ] = ()
    allowed_origins: Annotated[
        tuple[_Name, ...],
        Meta(description="Origins whose web pages may call the server (CORS), like https://example.org; * is any."),
    ] = ()
    body_limit_bytes: Annotated[int, Meta(ge=1024, description="Largest request body that is read.", extra=SIZE)] = (
        64 * 1024 * 1024
    )
    drain_s: Annotated[
        float, Meta(ge=0, description="How long a stopping server lets running requests finish.", extra=DURATION)
    ] = 30.0
    timeout_s: Annotated[
        _Seconds | None, Meta(description="Longest time one generation may take; unset: no limit.", extra=DURATION)
    ] = None
    queue_timeout_s: Annotated[
        _Seconds | None,
        Meta(
            description="Longest time a request may wait in a model's queue before it gets 503; unset: no limit.",
            extra=DURATION,
        ),
    ] = None
    overflow: Annotated[
        Overflow,
        Meta(
            description="What happens to what does not fit the context window, where a request does not say: error, "
            "trim_history (a conversation's oldest turns are left out), or shift (an answer goes on past the window)."
        ),
    ] = "error"
    ping_s: Annotated[
        float, Meta(gt=0, description="Silence after which a stream sends a keep-alive comment.", extra=DURATION)
    ] = 10.0


class ModelsSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where model files are."""

    folders: Annotated[
        tuple[_Name, ...],
        Meta(description="Folders to look for *.gguf files in; unset: `models` in the data folder.", extra=FOLDERS),
    ] = ()
    default: Annotated[
        _Name | None,
        Meta(description="Model of a request that names none; unset: `starter`, the model that ships with Minerva."),
    ] = None
    chat_templates: Annotated[
        dict[_Name, _Name],
        Meta(
            description="Files of chat templates (Jinja) that hold instead of those in the files of these models; "
            "`NAME.jinja` beside `NAME.gguf` does the same.",
            extra=FILES,
        ),
    ] = {}


class PoolSettings(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename={"keep_alive_s": "keep_alive", "memory_limit_bytes": "memory_limit"},
):
    """Which models stay in memory, and how much of it they may take."""

    keep_alive_s: Annotated[
        float,
        Meta(ge=-1, description="How long an idle model stays loaded; 0 unloads at once, -1 never.", extra=DURATION),
    ] = 300.0
    max_loaded: Annotated[
        _Count | None, Meta(description="Most models loaded at once; unset: as many as fit in memory.")
    ] = None
    load_timeout_s: Annotated[float, Meta(gt=0, description="How long loading a model may take.", extra=DURATION)] = (
        600.0
    )
    memory_limit_bytes: Annotated[
        Annotated[int, Meta(ge=1024 * 1024)] | None,
        Meta(description="Memory that all models together may take; unset: what the machine has.", extra=SIZE),
    ] = None


class EngineSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How a model is loaded; the fields of `core.model.LoadOptions`."""

    context_length: Annotated[
        Annotated[int, Meta(ge=8)] | None,
        Meta(description="Context window in tokens; unset: the trained window, reduced to fit in memory."),
    ] = None
    kv_cells: Annotated[
        Annotated[int, Meta(ge=8)] | None,
        Meta(
            description="Tokens that all running sequences together may hold; unset: chosen from free memory, 16,384 at"
            " most unless one window needs more."
        ),
    ] = None
    max_sequences: Annotated[int, Meta(ge=1, le=256, description="Requests a model works on at once.")] = 32
    gpu_layers: Annotated[
        Annotated[int, Meta(ge=-1)] | None,
        Meta(description="Layers on the GPU; -1 all, 0 none; unset: as many as fit."),
    ] = None
    threads: Annotated[
        Annotated[int, Meta(ge=1, le=1024)] | None,
        Meta(
            description="CPU threads to compute with; unset: what `minerva bench --tune` found, else physical cores "
            "within affinity and cgroup quota."
        ),
    ] = None
    threads_batch: Annotated[
        Annotated[int, Meta(ge=1, le=1024)] | None,
        Meta(
            description="CPU threads for prompts, and for steps of several requests; unset: as many as `threads`, or "
            "what `minerva bench --tune` found where those are unset too."
        ),
    ] = None
    numa: Annotated[
        Numa | None,
        Meta(
            description="Where threads run on a machine with several memory nodes: distribute spreads them over all, "
            "isolate keeps them on the node the model is started on, numactl on those that numactl allows; mirror "
            "binds none in the present llama.cpp. Each also reads weights as they are used. Unset: the system decides."
        ),
    ] = None
    batch_tokens: Annotated[
        Annotated[int, Meta(ge=1, le=65536)] | None,
        Meta(description="Most tokens evaluated in one step; unset: what `minerva bench --tune` found, else 512."),
    ] = None
    kv_type_k: Annotated[
        KvType, Meta(description="Number format of the keys in the KV cache; only f16 and f32 let answers shift.")
    ] = "f16"
    kv_type_v: Annotated[KvType, Meta(description="Number format of the values in the KV cache.")] = "f16"
    flash_attention: Annotated[bool | None, Meta(description="Flash attention; unset: llama.cpp decides.")] = None
    mmap: Annotated[bool, Meta(description="Map model files into memory instead of reading them.")] = True
    mlock: Annotated[bool, Meta(description="Keep model weights from being swapped out.")] = False
    step_target_s: Annotated[
        float, Meta(gt=0, le=60, description="Longest planned step while any answer is streaming.", extra=DURATION)
    ] = 0.15
    queue_limit: Annotated[int, Meta(ge=1, description="Requests that may wait for one model; more get 429.")] = 256
    speculation: Annotated[
        bool, Meta(description="Compute ahead where an answer repeats its prompt or itself; answers stay the same.")
    ] = True
    self_check: Annotated[
        bool, Meta(description="Prove the prefix cache whenever the engine is idle; slow, for tests.")
    ] = False

    def load_options(self) -> LoadOptions:
        """Return the same choices in the engine's vocabulary."""
        return LoadOptions(**{name: getattr(self, name) for name in self.__struct_fields__})


class CacheSettings(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename={"ram_bytes": "ram", "disk_bytes": "disk", "keep_s": "keep"},
):
    """Where computed prompts go when a model's context has no room for them, so that nobody computes them again."""

    ram_bytes: Annotated[
        Annotated[int, Meta(ge=0)] | None,
        Meta(
            description="Memory for each loaded model; 0 for none; unset: a tenth of what the model leaves.",
            extra=SIZE,
        ),
    ] = None
    disk_bytes: Annotated[
        int,
        Meta(ge=0, description="Disk for all models together, below the cache folder; 0 keeps nothing.", extra=SIZE),
    ] = 4 * 1024**3
    keep_s: Annotated[
        float, Meta(gt=0, description="How long what nobody asks for again stays on disk.", extra=DURATION)
    ] = 7 * 24 * 3600.0


class ResponsesSettings(
    msgspec.Struct, frozen=True, kw_only=True, rename={"keep_s": "keep", "size_limit_bytes": "size_limit"}
):
    """How much of what `/v1/responses` answers is stored, in the data folder."""

    keep_s: Annotated[
        float,
        Meta(gt=0, description="How long a response is stored after it was made or last continued.", extra=DURATION),
    ] = 30 * 24 * 3600.0
    most: Annotated[_Count, Meta(description="Most responses that are stored; the longest unused ones go first.")] = (
        10_000
    )
    size_limit_bytes: Annotated[
        int, Meta(ge=1024 * 1024, description="Most bytes that stored responses take together.", extra=SIZE)
    ] = 1024 * 1024 * 1024


class LogSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What is logged, to stderr."""

    level: Annotated[LogLevel, Meta(description="Least severe level that is logged.")] = "info"
    format: Annotated[LogFormat, Meta(description="Text for a console, or one JSON object a line.")] = "console"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All settings, decided. Passed down by section."""

    server: ServerSettings = ServerSettings()
    models: ModelsSettings = ModelsSettings()
    pool: PoolSettings = PoolSettings()
    engine: EngineSettings = EngineSettings()
    cache: CacheSettings = CacheSettings()
    responses: ResponsesSettings = ResponsesSettings()
    log: LogSettings = LogSettings()
