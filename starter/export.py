"""Write the trained network as a GGUF file that llama.cpp runs as architecture `llama`."""

from __future__ import annotations

import argparse
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from starter.checkpoint import State, load_model
from starter.model import Llama, Shape, count_parameters
from starter.render import TEMPLATE
from starter.tokenizer import CONTROL_TOKENS, END_OF_TEXT, MARKUP_TOKENS, PRE_TOKENIZER, TURN_END, load

SIZE_LIMIT_BYTES = 8_000_000
SAMPLING = {"temp": 0.4, "top_k": 20, "top_p": 0.9, "min_p": 0.05}
"""Defaults for a network this small: what is unlikely is mostly wrong."""

TYPES = {"f32": gguf.GGMLQuantizationType.F32, "q8_0": gguf.GGMLQuantizationType.Q8_0}
_FILE_TYPES = {"f32": gguf.LlamaFileType.ALL_F32, "q8_0": gguf.LlamaFileType.MOSTLY_Q8_0}
PARTS = {
    "attn_norm": "attention_norm",
    "attn_q": "attention.q",
    "attn_k": "attention.k",
    "attn_v": "attention.v",
    "attn_output": "attention.output",
    "ffn_norm": "feed_forward_norm",
    "ffn_gate": "feed_forward.gate",
    "ffn_up": "feed_forward.up",
    "ffn_down": "feed_forward.down",
}
"""llama.cpp's names of the tensors in a block, and ours."""


@dataclass(frozen=True, slots=True)
class Card:
    """Where the weights come from: the corpus generator's seed, the commit of this repository, the tokens seen."""

    seed: int
    commit: str
    steps: int
    tokens: int


def export(model: Llama, tokenizer: Tokenizer, card: Card, path: Path, kind: str = "q8_0") -> None:
    """Write `path` in one piece, or not at all; `kind` is a key of `TYPES`.

    Raises:
        ValueError: the file is larger than the limit of what is shipped; it is left beside `path`, as `.partial`.
    """
    partial = path.with_suffix(".partial")
    writer = gguf.GGUFWriter(partial, "llama")
    _add_card(writer, card, count_parameters(model))
    _add_shape(writer, model.shape)
    writer.add_file_type(_FILE_TYPES[kind])
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    _add_tokenizer(writer, tokenizer)
    for key, value in SAMPLING.items():
        add = writer.add_int32 if isinstance(value, int) else writer.add_float32
        add(f"general.sampling.{key}", value)
    for name, weights in tensors(model):
        if weights.ndim == 1 or kind == "f32":
            writer.add_tensor(name, weights)
        else:
            writer.add_tensor(name, gguf.quants.quantize(weights, TYPES[kind]), raw_dtype=TYPES[kind])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file(progress=False)
    writer.close()
    if kind == "q8_0" and (size := partial.stat().st_size) > SIZE_LIMIT_BYTES:
        raise ValueError(f"The file has {size:,} bytes; at most {SIZE_LIMIT_BYTES:,} are shipped. Train a smaller one.")
    partial.replace(path)


def tensors(model: Llama) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Yield llama.cpp's name and the weights of every tensor; the embedding serves as the output matrix too."""
    state = {name: weights.detach().float().cpu().numpy() for name, weights in model.state_dict().items()}
    yield "token_embd.weight", state["embedding.weight"]
    for layer in range(model.shape.layers):
        for theirs, ours in PARTS.items():
            yield f"blk.{layer}.{theirs}.weight", state[f"blocks.{layer}.{ours}.weight"]
    yield "output_norm.weight", state["norm.weight"]


def commit_of(folder: Path) -> str:
    """Return the commit that `folder` is at, `-dirty` behind it if the generator differs from that; or `unknown`."""
    try:
        head = _git(folder, "rev-parse", "HEAD")
        changes = _git(folder, "status", "--porcelain", "--", ".")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return f"{head}-dirty" if changes else head


def card_of(state: State) -> Card:
    """Return the card of a run, with the commit that the generator is at now."""
    return Card(state.seed, commit_of(Path(__file__).parent), state.step, state.tokens)


def _git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603, S607 - fixed words


def _add_card(writer: gguf.GGUFWriter, card: Card, parameters: int) -> None:
    writer.add_type(gguf.GGUFType.MODEL)
    writer.add_name("starter")
    writer.add_author("The Minerva authors")
    writer.add_description(
        "Minerva's starter model: a tiny chat model trained from nothing on sentences that the project's own generator"
        " writes. It holds a simple conversation and shows what the product does. It knows nothing of the world."
    )
    writer.add_license("Apache-2.0")
    writer.add_size_label(f"{parameters / 1e6:.1f}M")
    writer.add_languages(["en"])
    writer.add_tags(["chat", "text-generation"])
    writer.add_uint64("minerva.starter.seed", card.seed)
    writer.add_string("minerva.starter.commit", card.commit)
    writer.add_uint64("minerva.starter.steps", card.steps)
    writer.add_uint64("minerva.starter.tokens", card.tokens)


def _add_shape(writer: gguf.GGUFWriter, shape: Shape) -> None:
    writer.add_vocab_size(shape.vocabulary)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.feed_forward)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_rope_dimension_count(shape.head_width)
    writer.add_rope_freq_base(shape.rope_base)
    writer.add_layer_norm_rms_eps(shape.epsilon)


def _add_tokenizer(writer: gguf.GGUFWriter, tokenizer: Tokenizer) -> None:
    ids = tokenizer.get_vocab()
    tokens = sorted(ids, key=ids.__getitem__)
    kinds = dict.fromkeys(CONTROL_TOKENS, gguf.TokenType.CONTROL)
    kinds |= dict.fromkeys(MARKUP_TOKENS, gguf.TokenType.USER_DEFINED)
    merges = json.loads(tokenizer.to_str())["model"]["merges"]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(PRE_TOKENIZER)
    writer.add_token_list(tokens)
    writer.add_token_types([int(kinds.get(token, gguf.TokenType.NORMAL)) for token in tokens])
    writer.add_token_merges([" ".join(merge) for merge in merges])
    writer.add_bos_token_id(ids[END_OF_TEXT])
    writer.add_eos_token_id(ids[TURN_END])
    writer.add_pad_token_id(ids[END_OF_TEXT])
    writer.add_add_bos_token(False)
    writer.add_chat_template(TEMPLATE.read_text(encoding="utf-8"))


def main() -> None:
    """Export the checkpoint of a run."""
    parser = argparse.ArgumentParser(prog="python -m starter.export", description=main.__doc__)
    parser.add_argument("run", type=Path, help="folder of a training run")
    parser.add_argument("file", type=Path, help="the GGUF file to write")
    parser.add_argument("--type", choices=sorted(TYPES), default="q8_0")
    options = parser.parse_args()
    torch.set_grad_enabled(False)
    model, state = load_model(options.run / "checkpoint.pt")
    export(model, load(options.run / "tokenizer.json"), card_of(state), options.file, options.type)


if __name__ == "__main__":
    main()
