"""Write a tiny Llama with random weights that llama.cpp loads and runs: about 400 KB and a few milliseconds a step.

Weights are scaled so that greedy text varies and the two best logits are well apart, so that a different batch
shape, which moves logits in the fifth digit, does not change the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import gguf
import numpy as np
from numpy.typing import NDArray

UNKNOWN, BOS, EOS = 0, 1, 2
CONTROL_TOKENS = ("<|im_start|>", "<|im_end|>")
USER_TOKENS = ("<think>", "</think>", "<tool_call>", "</tool_call>")
WORDS = (
    *("a", "and", "are", "as", "at", "be", "big", "bird", "by", "can", "cat", "day", "did", "dog", "for", "friend"),
    *("from", "girl", "good", "had", "happy", "has", "have", "he", "her", "him", "his", "in", "is", "it", "like"),
    *("little", "long", "made", "man", "mom", "more", "my", "name", "no", "not", "now", "of", "on", "once", "one"),
    *("out", "play", "red", "said", "saw", "she", "so", "some", "sun", "that", "the", "then", "there", "they"),
    *("time", "to", "tree", "two", "up", "upon", "very", "was", "way", "we", "went", "were", "what", "when", "will"),
    *("with", "word", "you"),
)
WIDE = ("é", "ü", "世", "界", "🙂")
INFILL_MARKS = ("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|repo_name|>", "<|file_sep|>")
"""Those of Qwen2.5-Coder, by whose texts llama.cpp knows them."""
CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)

Scalar = str | int | float | bool
Weights = NDArray[np.float32]


def vocabulary(words: Sequence[str] = WORDS, marks: Sequence[str] = ()) -> tuple[list[str], list[int]]:
    """Return the pieces of a small SentencePiece vocabulary, and the type of each.

    All 256 bytes have a token, so any text can be encoded; every prefix of a word is a piece, so that merging reaches
    the word.
    """
    kinds = gguf.TokenType
    tokens = [("<unk>", kinds.UNKNOWN), ("<s>", kinds.CONTROL), ("</s>", kinds.CONTROL)]
    tokens += [(f"<0x{byte:02X}>", kinds.BYTE) for byte in range(256)]
    tokens += [(text, kinds.CONTROL) for text in (*CONTROL_TOKENS, *marks)]
    tokens += [(text, kinds.USER_DEFINED) for text in USER_TOKENS]
    prefixes = [f"▁{word}"[:end] for word in words for end in range(1, len(word) + 2)]
    singles = ["▁", *(chr(code) for code in range(33, 127)), *WIDE]
    tokens += [(piece, kinds.NORMAL) for piece in dict.fromkeys([*singles, *prefixes])]
    return [text for text, _ in tokens], [int(kind) for _, kind in tokens]


def write_tiny_model(
    path: Path,
    *,
    architecture: str = "llama",
    seed: int = 0,
    name: str = "tiny",
    context: int = 512,
    layers: int = 2,
    embedding: int = 64,
    heads: int = 4,
    kv_heads: int = 2,
    feed_forward: int = 128,
    words: Sequence[str] = WORDS,
    marks: Sequence[str] = (),
    chat_template: str | None = CHATML,
    byte_scale: float = 0.2,
    sampling: Mapping[str, int | float] | None = None,
    metadata: Mapping[str, Scalar] | None = None,
    pooling: gguf.PoolingType | None = None,
) -> Path:
    """Write a GGUF file in f32 and return `path`; the same arguments give the same bytes.

    `architecture`: `llama`, or another one with the same tensors.

    `byte_scale`: 0 never generates byte tokens, 1 as often as any other (the text is then often invalid UTF-8).
    `marks`: more control tokens.
    `pooling` makes an embedding model of it. `sampling`: `{"temp": 0.5}` becomes `general.sampling.temp`.
    `metadata`: further keys, whole.
    Control tokens have a logit of 0 and are thus never the greedy choice: force an end with `logit_bias`.
    """
    tokens, types = vocabulary(words, marks)
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_name(name)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_context_length(context)
    writer.add_embedding_length(embedding)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(feed_forward)
    writer.add_head_count(heads)
    writer.add_head_count_kv(kv_heads)
    writer.add_rope_dimension_count(embedding // heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(tokens))
    add_tokenizer(writer, tokens, types, chat_template)
    for key, value in {f"general.sampling.{key}": value for key, value in (sampling or {}).items()}.items():
        _add(writer, key, value)
    for key, text in (metadata or {}).items():
        _add(writer, key, text)
    if pooling is not None:
        writer.add_pooling_type(pooling)
    rng = np.random.default_rng(seed)
    kv_width = embedding // heads * kv_heads
    for tensor, weights in _tensors(rng, layers, embedding, kv_width, feed_forward):
        writer.add_tensor(tensor, weights)
    for tensor, weights in token_tensors(rng, types, embedding, byte_scale):
        writer.add_tensor(tensor, weights)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file(progress=False)
    writer.close()
    return path


def _add(writer: gguf.GGUFWriter, key: str, value: Scalar) -> None:
    match value:
        case bool():
            writer.add_bool(key, value)
        case int():
            writer.add_int32(key, value)
        case float():
            writer.add_float32(key, value)
        case str():
            writer.add_string(key, value)


def add_tokenizer(writer: gguf.GGUFWriter, tokens: list[str], types: list[int], chat_template: str | None) -> None:
    """Add the vocabulary as llama.cpp reads that of SentencePiece."""
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(tokens)
    writer.add_token_scores([float(-index) for index in range(len(tokens))])
    writer.add_token_types(types)
    writer.add_unk_token_id(UNKNOWN)
    writer.add_bos_token_id(BOS)
    writer.add_eos_token_id(EOS)
    writer.add_add_bos_token(True)
    writer.add_add_eos_token(False)
    writer.add_add_space_prefix(True)
    if chat_template is not None:
        writer.add_chat_template(chat_template)


def matrix(rng: np.random.Generator, rows: int, columns: int, gain: float = 1.0) -> Weights:
    """Return weights that turn an input of variance 1 into an output of variance `gain` squared."""
    return rng.standard_normal((rows, columns), dtype=np.float32) * np.float32(gain * columns**-0.5)


def _tensors(
    rng: np.random.Generator, layers: int, embedding: int, kv_width: int, feed_forward: int
) -> Iterator[tuple[str, Weights]]:
    """Sharp attention (gain 3 on the queries) and a strong attention output keep the text from falling into a loop."""
    for layer in range(layers):
        block = f"blk.{layer}."
        yield block + "attn_norm.weight", np.ones(embedding, np.float32)
        yield block + "attn_q.weight", matrix(rng, embedding, embedding, 3)
        yield block + "attn_k.weight", matrix(rng, kv_width, embedding)
        yield block + "attn_v.weight", matrix(rng, kv_width, embedding)
        yield block + "attn_output.weight", matrix(rng, embedding, embedding, 2)
        yield block + "ffn_norm.weight", np.ones(embedding, np.float32)
        yield block + "ffn_gate.weight", matrix(rng, feed_forward, embedding)
        yield block + "ffn_up.weight", matrix(rng, feed_forward, embedding)
        yield block + "ffn_down.weight", matrix(rng, embedding, feed_forward)


def token_tensors(
    rng: np.random.Generator, types: Sequence[int], embedding: int, byte_scale: float
) -> Iterator[tuple[str, Weights]]:
    """Logits have a standard deviation of 5; those of byte tokens `byte_scale` of that, of control tokens 0."""
    kinds = gguf.TokenType
    scales = {kinds.BYTE: byte_scale, kinds.CONTROL: 0.0, kinds.UNKNOWN: 0.0}
    row_scale = np.array([scales.get(kinds(kind), 1.0) for kind in types], np.float32)[:, None]
    yield "token_embd.weight", rng.standard_normal((len(types), embedding), dtype=np.float32)
    yield "output_norm.weight", np.ones(embedding, np.float32)
    yield "output.weight", matrix(rng, len(types), embedding, 5) * row_scale
