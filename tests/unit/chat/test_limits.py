"""A hostile template ends in a typed error, quickly and in little memory, whichever way it grows."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from minerva.chat.template import render
from minerva.core.errors import InvalidModelFile
from minerva.core.message import Message

CHAT = (Message("user", "hi"),)
MANY = "{% for i in range(99999) %}"
END = "{% endfor %}"
BIG = "'b' * 1000000"


def grow(first: str, step: str, use: str, times: int = 99) -> str:
    """Return a template that makes `x` out of `x` many times, then uses it."""
    return (
        f"{{% set ns = namespace(x={first}) %}}{{% for i in range({times}) %}}{{% set ns.x = {step} %}}"
        f"{{% endfor %}}{use}"
    )


NEST = grow("(1,)", "(ns.x, ns.x)", "{}")

HOSTILE = [
    "{% for i in range(10**9) %}{% endfor %}",
    MANY + MANY + END + END,
    MANY + MANY.replace("%}", "if false %}") + END + END,
    MANY + "x" * 1000 + END,
    MANY + "{% set x = range(99999) | list %}" + END,
    MANY + "{% set x = range(99999) | map('string') | list %}" + END,
    MANY + "{% set x = 5 in range(99999) | list %}" + END,
    MANY + "{% set x = (range(99999) | list)[::-1] %}" + END,
    MANY + "{% set x = range(99999) | sort %}" + END,
    MANY + "{% set x = ('a ' * 1000000) | title %}" + END,
    MANY + "{% set x = ('a,' * 1000000).split(',') %}" + END,
    MANY + "{% set x = ('a' * 1000000).upper() %}" + END,
    MANY + "{% set x = ('1' * 4000) | int | string %}" + END,
    MANY.replace("%}", "recursive %}") + "{{ loop(range(99999)) }}" + END,
    "{% macro f(n) %}{{ f(n - 1) }}{{ f(n - 1) }}{% endmacro %}{{ f(1) }}",
    "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(90) }}",
    "{% block a %}{{ self.a() }}{% endblock %}",
    "{{ 'a' * 10**9 }}",
    "{{ [1] * 10**9 }}",
    "{{ 10 ** (10 ** 10) }}",
    grow("9", "ns.x * ns.x", "", 9999),
    grow("'aa'", "ns.x ~ ns.x", "{{ ns.x }}"),
    grow("'aa'", "ns.x + ns.x", "{{ ns.x }}"),
    grow("'aa'", "'%s%s' % (ns.x, ns.x)", "{{ ns.x }}"),
    grow("'aa'", "'{0}{0}'.format(ns.x)", "{{ ns.x }}"),
    grow("'aa'", "ns.x.replace('a', 'aa')", "{{ ns.x }}"),
    grow("'aa'", "[ns.x, ns.x] | join", "{{ ns.x }}"),
    "{% set ns = namespace(x='aa') %}" + MANY + "{% set ns.x %}{{ ns.x }}{{ ns.x }}{% endset %}" + END,
    *(NEST.replace("{}", use) for use in ("{{ ns.x }}", "{{ ns.x == ns.x }}", "{{ ns.x ~ '' }}", "{{ ns.x in [1] }}")),
    *(NEST.replace("{}", use) for use in ("{{ ns.x | tojson }}", "{{ ns.x | string }}", "{{ '%s' % (ns.x,) }}")),
    *(NEST.replace("{}", use) for use in ("{% set d = {ns.x: 1} %}", "{% set d = {}[ns.x] %}", "{{ dict(a=ns.x) }}")),
    *(NEST.replace("{}", use) for use in ("{{ '{}'.format(ns.x) }}", "{{ [ns.x] | unique | list }}")),
    "{{ '%1000000000d' % 1 }}",
    "{{ '%1000000000d' | format(1) }}",
    "{{ '%*d' % (1000000000, 1) }}",
    "{{ '{:>1000000000}'.format(1) }}",
    "{{ '{:>{}}'.format(1, 10000) }}",
    "{{ 'a' | center(10**9) }}",
    "{{ 'a'.ljust(10**9) }}",
    "{{ 1.0 | round(10**9, 'ceil') }}",
    "{{ strftime_now('%1000000000Y') }}",
    "{{ ('a\n' * 100000) | indent(10000) }}",
    f"{{{{ ('a\n' * 100000) | indent({BIG}) }}}}",
    f"{{{{ ('a' * 100000).replace('a', {BIG}) }}}}",
    f"{{{{ ('a' * 100000) | replace('a', {BIG}) }}}}",
    f"{{{{ ({BIG}).join(range(99999) | map('string')) }}}}",
    f"{{{{ range(99999) | join({BIG}) }}}}",
    f"{{{{ ([{BIG}] * 1000) | join }}}}",
    f"{{{{ [1] | batch(10000, {BIG}) | join }}}}",
    f"{{{{ ('{{0}}' * 100000).format({BIG}) }}}}",
    f"{{{{ ('%(a)s' * 100000) % {{'a': {BIG}}} }}}}",
    f"{{{{ 'aaaa'.translate({{97: {BIG}}}) }}}}",
    "{{ (1).to_bytes(10**9, 'big') }}",
    "{{ 'x'.encode().ljust(10**9) }}",
    "{{ lipsum(n=1000000) }}",
    "{{ [[1]] * 60000 | sum(start=[]) }}",
    grow("[]", "ns.x + [i | string * 600000]", "", 99999),
    MANY + "{% set x = namespace(l=[]) %}" + MANY + "{% set _ = x.l.append(1) %}" + END + END,
    "{% set x = [1] %}{% for i in x %}{% set _ = x.append(i) %}{% endfor %}",
    "{% set x = [] %}{% set _ = x.append(x) %}{{ x }}",
    "{% set x = [] %}{% set _ = x.append(x) %}{{ x == x }}",
    "{% set x = [] %}{% set _ = x.append(x) %}{{ x | tojson }}",
    "{% set x = [] %}" + MANY + "{% set _ = x.append('a' * 1000000) %}" + END,
]


@pytest.mark.parametrize("template", HOSTILE)
def test_hostile_template_is_stopped(template: str) -> None:
    began_s = time.process_time()
    with pytest.raises(InvalidModelFile):
        render(template, CHAT, bos="", eos="")
    # A second on a quiet machine; the rest is for a busy one.
    assert time.process_time() - began_s < 5


@pytest.mark.parametrize(
    "template",
    [
        grow("'aa'", "ns.x ~ ns.x", ""),
        grow("[]", "ns.x + [i | string * 600000]", "", 99999),
        "{% set x = [] %}" + MANY + "{% set _ = x.append('a' * 600000) %}" + END,
    ],
)
def test_hostile_template_takes_little_memory(template: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(InvalidModelFile):
            render(template, CHAT, bos="", eos="")
        assert tracemalloc.get_traced_memory()[1] < 700_000_000
    finally:
        tracemalloc.stop()


def test_long_conversation_is_rendered() -> None:
    template = (
        "{% for m in messages %}{% if m.role == 'user' %}{{ '<u>' + m['content'] | trim + '</u>' }}"
        "{% else %}{{ '<a>' ~ m.content ~ '</a>' }}{% endif %}"
        "{% if loop.index0 == messages | length - 1 %}.{% endif %}{% endfor %}"
    )
    messages = tuple(Message(("user", "assistant")[i % 2], f"{i} " + "wörd " * 600) for i in range(2000))
    text = render(template, messages, bos="", eos="").text
    assert len(text) > 2000 * 3000


def test_backward_searches_in_a_long_conversation_are_rendered() -> None:
    template = (
        "{% for m in messages %}{% set ns = namespace(found=-1) %}"
        "{% for j in range(loop.index0 - 1, -1, -1) %}{% if messages[j].role == 'system' %}{% set ns.found = j %}"
        "{% endif %}{% endfor %}{{ ns.found }},{% endfor %}"
    )
    messages = (Message("system", "x" * 100), *(Message("user", "x" * 1000) for _ in range(600)))
    assert render(template, messages, bos="", eos="").text.count(",") == 601
