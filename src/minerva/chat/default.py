"""The chat template of a model file that has none: ChatML, which most instruction-tuned models have seen.

Source: https://github.com/openai/openai-python/blob/v0.27.0/chatml.md. A model without a template is usually a base
model, which continues text: for that, use completions with a prompt of your own.
"""

from __future__ import annotations

DEFAULT_TEMPLATE = """\
{{- bos_token }}
{%- for message in messages %}
    {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
"""
