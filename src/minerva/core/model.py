"""Models as data: a file that was found, how to load it, what it is once loaded, and what memory all that takes."""

from __future__ import annotations

from typing import Literal

import msgspec

from minerva.core.sampling import SamplingOptions

FileKind = Literal["model", "projector", "adapter", "vocabulary"]
Capability = Literal["completion", "embedding", "rerank"]
"""What a model can be asked for: text, vectors, or scores of documents. All that write text give vectors too."""

KvType = Literal["f32", "f16", "bf16", "q8_0", "q5_1", "q5_0", "q4_1", "q4_0"]

Numa = Literal["distribute", "isolate", "numactl", "mirror"]
"""`ggml_numa_strategy`, ggml-cpu.h."""

USUAL_BATCH_TOKENS = 512
"""`n_ubatch` of llama.cpp's own programs."""


class ModelShape(msgspec.Struct, frozen=True):
    """What a GGUF header says of a model's size; token and head counts, no bytes. 0 where the header is silent.

    `kv_heads`: one number for each layer; 0 for a layer that keeps no keys and values. `state_size`: numbers of
    recurrent state that a sequence keeps. `sliding_window`: some layers look back so many tokens only.
    `whole`: it reads a text at once, in one batch, and writes none.
    """

    architecture: str
    context_length: int
    vocabulary: int
    layers: int
    embedding: int
    heads: int
    kv_heads: tuple[int, ...]
    key_length: int
    value_length: int
    feed_forward: int
    experts: int = 0
    sliding_window: int = 0
    state_size: int = 0
    whole: bool = False


class ModelFile(msgspec.Struct, frozen=True, kw_only=True):
    """A GGUF file, or a group of split files, that was found on disk and whose header is sound.

    `name` is unique among all that were found. `paths` holds the parts in order; the first is the one to load.
    `modified_s` is seconds since the epoch. `parameters` counts weights; `weight_bytes` is what they take.
    `shipped`: it is the starter model, which comes with Minerva. In a list a preset is an entry too, of its own name
    and time; `preset_of` is then the name of the model whose file this is, and `context_limit` what it says of the
    context, tokens.
    """

    name: str
    paths: tuple[str, ...]
    kind: FileKind
    size_bytes: int
    modified_s: float
    title: str = ""
    quantisation: str = ""
    parameters: int = 0
    weight_bytes: int = 0
    shape: ModelShape | None = None
    has_chat_template: bool = False
    capabilities: tuple[Capability, ...] = ()
    shipped: bool = False
    preset_of: str | None = None
    context_limit: int | None = None

    @property
    def context_length(self) -> int | None:
        """The most tokens that prompt and answer may take together, before memory is asked; `None`: nothing says."""
        return self.context_limit or (None if self.shape is None else self.shape.context_length)


class InvalidFile(msgspec.Struct, frozen=True):
    """A file named like a model that cannot be used, and why."""

    path: str
    reason: str


class Device(msgspec.Struct, frozen=True):
    """A GPU that the compiled llama.cpp can use, with its memory in bytes."""

    name: str
    description: str
    free_bytes: int
    total_bytes: int


class MemoryPlan(msgspec.Struct, frozen=True):
    """Bytes a model takes, before it is loaded (estimated from its header) or after (as the engine reports).

    `device_bytes` of them lie in GPU memory, the others in RAM.
    """

    weights_bytes: int
    kv_bytes: int
    compute_bytes: int
    overhead_bytes: int = 0
    device_bytes: int = 0

    @property
    def total_bytes(self) -> int:
        """The sum, wherever it lies."""
        return self.weights_bytes + self.kv_bytes + self.compute_bytes + self.overhead_bytes

    @property
    def ram_bytes(self) -> int:
        """What of the sum lies in RAM."""
        return self.total_bytes - self.device_bytes


class LoadOptions(msgspec.Struct, frozen=True):
    """What a person may fix about a load; `None` leaves the choice to `models/fit.py` or the engine.

    `context_length`: window of one sequence, tokens. `kv_cells`: tokens that all sequences together may hold.
    `max_sequences`: sequences that run at once. `gpu_layers`: -1 all. `threads`: 0 is never valid; they compute steps
    of one token, and `threads_batch` all others (`None`: as many). What both and `batch_tokens` leave open, a `Tuning`
    may decide. `numa`: where threads run on a machine whose memory is divided among its processors.
    `speculation`: compute ahead what a sequence has said before.
    `self_check`: prove the prefix cache against llama.cpp's memory whenever the engine is idle; for tests.
    """

    context_length: int | None = None
    kv_cells: int | None = None
    max_sequences: int = 32
    gpu_layers: int | None = None
    threads: int | None = None
    threads_batch: int | None = None
    numa: Numa | None = None
    batch_tokens: int | None = None
    kv_type_k: KvType = "f16"
    kv_type_v: KvType = "f16"
    flash_attention: bool | None = None
    mmap: bool = True
    mlock: bool = False
    step_target_s: float = 0.15
    queue_limit: int = 256
    speculation: bool = True
    self_check: bool = False

    @property
    def batch(self) -> int:
        """Most tokens of a step."""
        return self.batch_tokens or USUAL_BATCH_TOKENS


class Tuning(msgspec.Struct, frozen=True, kw_only=True):
    """What `minerva bench --tune` found to be fastest for one model on one machine; `None` where it found nothing.

    It was found with `gpu_layers` on the GPU, and where the engine by itself would take `usual_threads`: where that is
    another number now, a quota of processors has changed, and the threads do not hold any more.
    """

    threads: int | None
    threads_batch: int | None
    batch_tokens: int | None
    usual_threads: int
    gpu_layers: int

    def without(self, options: LoadOptions) -> Tuning:
        """Return what is left of it for a load with `options`: nothing that somebody has set."""
        free = options.threads is None
        return msgspec.structs.replace(
            self,
            threads=self.threads if free else None,
            threads_batch=self.threads_batch if free and options.threads_batch is None else None,
            batch_tokens=self.batch_tokens if options.batch_tokens is None else None,
        )

    def values(self) -> dict[str, int]:
        """Return what it decides, by the names of the settings."""
        decided = {"threads": self.threads, "threads_batch": self.threads_batch, "batch_tokens": self.batch_tokens}
        return {name: value for name, value in decided.items() if value is not None}


class CacheOptions(msgspec.Struct, frozen=True):
    """Where computed prompts go that have no place in a model's context any more.

    `ram_bytes`: for each model; `None`: a tenth of what the model leaves when it is loaded. `folder`, without which
    nothing goes on disk, and `disk_bytes` are for all models together: with 0 what is in the folder is removed, and
    otherwise what was not used for `keep_s`.
    """

    ram_bytes: int | None = None
    folder: str | None = None
    disk_bytes: int = 0
    keep_s: float = 7 * 24 * 3600.0


class ChatTemplate(msgspec.Struct, frozen=True):
    """A chat template that stands in a file of its own; `path` is that file."""

    text: str
    path: str


class ModelSpec(msgspec.Struct, frozen=True, kw_only=True):
    """How to load a model, every choice made. `memory` is what the choices are expected to take.

    `whole` as in `ModelShape`; the batch is then as large as the window. `template` holds instead of the one in the
    model's file. `tuning` holds for what `options` leave open; a batch of its size is in them already.
    """

    name: str
    paths: tuple[str, ...]
    context_length: int
    kv_cells: int
    gpu_layers: int
    options: LoadOptions
    memory: MemoryPlan
    whole: bool = False
    template: ChatTemplate | None = None
    tuning: Tuning | None = None
    notes: tuple[str, ...] = ()
    """What had to be reduced to fit, in words."""


class InfillMarks(msgspec.Struct, frozen=True):
    """Texts of the tokens between the parts of a text that has a gap to be filled.

    `repository` stands before the name of what several files belong to, and `file` before the name of each; empty where
    the model knows none.
    """

    prefix: str
    suffix: str
    middle: str
    repository: str = ""
    file: str = ""


class LoadedModel(msgspec.Struct, frozen=True, kw_only=True):
    """A model in memory, as its worker describes it once it is ready.

    `sampling` holds the defaults stored in the GGUF header; `bos`/`eos` are the texts of those tokens, for templates.
    `control_tokens` are the texts of all control tokens: written by a caller they must stay text; `control_ids` are
    their ids, in the same order. `can_shift`: an answer can go on past the window, see `core.request.Overflow`.
    `embedding_length` counts the numbers of an embedding; of a reranker, the scores it gives a document.
    `threads` compute a step of one token and `threads_batch` any other, of `batch_tokens` at most; `tuned` names those
    of the three that are from `minerva bench --tune`.
    `infill`: it can fill gaps. `template_path`: what `chat_template` is from, for errors, if not the model's file.
    """

    name: str
    context_length: int
    kv_cells: int
    max_sequences: int
    vocabulary: int
    threads: int
    device: str
    gpu_layers: int
    chat_template: str | None
    bos: str
    eos: str
    control_tokens: tuple[str, ...] = ()
    control_ids: tuple[int, ...] = ()
    infill: InfillMarks | None = None
    template_path: str | None = None
    can_shift: bool = False
    threads_batch: int = 0
    batch_tokens: int = 0
    tuned: tuple[str, ...] = ()
    capabilities: tuple[Capability, ...] = ("completion", "embedding")
    embedding_length: int = 0
    sampling: SamplingOptions
    memory: MemoryPlan
    load_s: float
    pid: int
