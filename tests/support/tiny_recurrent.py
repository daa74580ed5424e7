"""Write a tiny Mamba with random weights: a model whose memory is a state, which can be neither cut nor shifted."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np

from tests.support.tiny_model import BOS, CHATML, EOS, UNKNOWN, vocabulary


def write_tiny_recurrent(path: Path, *, context: int = 512, seed: int = 0) -> Path:
    """Write a GGUF file of architecture `mamba` in f32 and return `path`; the same arguments give the same bytes."""
    size, inner, state, rank, kernel = 32, 64, 8, 4, 4
    tokens, types = vocabulary()
    writer = gguf.GGUFWriter(path, "mamba")
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_context_length(context)
    writer.add_embedding_length(size)
    writer.add_block_count(1)
    writer.add_feed_forward_length(0)
    writer.add_head_count(0)
    writer.add_ssm_conv_kernel(kernel)
    writer.add_ssm_inner_size(inner)
    writer.add_ssm_state_size(state)
    writer.add_ssm_time_step_rank(rank)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(tokens)
    writer.add_token_scores([float(-index) for index in range(len(tokens))])
    writer.add_token_types(types)
    writer.add_unk_token_id(UNKNOWN)
    writer.add_bos_token_id(BOS)
    writer.add_eos_token_id(EOS)
    writer.add_chat_template(CHATML)
    rng = np.random.default_rng(seed)
    for name, shape in {
        "token_embd.weight": (len(tokens), size),
        "output.weight": (len(tokens), size),
        "blk.0.ssm_in.weight": (2 * inner, size),
        "blk.0.ssm_conv1d.weight": (inner, kernel),
        "blk.0.ssm_x.weight": (rank + 2 * state, inner),
        "blk.0.ssm_dt.weight": (inner, rank),
        "blk.0.ssm_out.weight": (size, inner),
    }.items():
        writer.add_tensor(name, rng.standard_normal(shape, dtype=np.float32) * np.float32(shape[-1] ** -0.5))
    for name in ("blk.0.ssm_conv1d.bias", "blk.0.ssm_dt.bias"):
        writer.add_tensor(name, np.zeros(inner, np.float32))
    # It holds minus the speeds at which the parts of the state decay.
    writer.add_tensor("blk.0.ssm_a", -np.tile(np.arange(1, state + 1, dtype=np.float32), (inner, 1)))
    for name, length in (("blk.0.ssm_d", inner), ("blk.0.attn_norm.weight", size), ("output_norm.weight", size)):
        writer.add_tensor(name, np.ones(length, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
