"""Answers in which the model of each family calls tools, written as its chat template shows them."""

# ruff: noqa: RUF001 - DeepSeek's tokens are written with such bars

from __future__ import annotations

import json
from dataclasses import dataclass

from minerva.chat.formats import (
    apertus,
    apriel,
    command,
    deepseek,
    dsml,
    functionary,
    gemma,
    gigachat,
    glm,
    granite,
    harmony,
    hermes,
    kimi,
    kimi_k3,
    lfm,
    llama,
    minicpm,
    minimax,
    minimax_m3,
    mistral,
    muse,
    nemotron,
    phi,
    qwen_coder,
    solar,
)
from minerva.chat.formats.format import Format
from minerva.chat.formats.generic import GENERIC
from minerva.core.tools import Tool

WEATHER = Tool(
    "get_weather",
    "The weather in a city.",
    json.dumps(
        {
            "type": "object",
            "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
            "required": ["city"],
        }
    ),
)
SEARCH = Tool(
    "search",
    "Search notes.",
    json.dumps(
        {
            "type": "object",
            "properties": {
                "query": {"type": "string"},
                "exact": {"type": "boolean"},
                "tags": {"type": "array", "items": {"type": "string"}},
            },
            "required": ["query", "exact", "tags"],
        }
    ),
)
TOOLS = (WEATHER, SEARCH)

IN_PARIS: tuple[str, dict[str, object]] = ("get_weather", {"city": "Paris", "days": 2})
NOTES: tuple[str, dict[str, object]] = ("search", {"query": "rain, or sun", "exact": True, "tags": ["a", "b"]})


@dataclass(frozen=True)
class Recorded:
    """An answer and what is in it. `constrained`: the format's grammar accepts its calls, written as they are here."""

    call_format: Format
    answer: str
    calls: tuple[tuple[str, dict[str, object]], ...] = (IN_PARIS,)
    text: str = ""
    thought: str = ""
    ids: tuple[str | None, ...] = (None, None)
    constrained: bool = True


RECORDED = (
    Recorded(
        hermes.HERMES,
        '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris", "days": 2}}\n</tool_call>\n'
        '<tool_call>\n{"name": "search", "arguments": {"query": "rain, or sun", "exact": true, "tags": ["a", "b"]}}'
        "\n</tool_call>",
        (IN_PARIS, NOTES),
    ),
    Recorded(
        GENERIC,
        "I look it up.\n\n"
        '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris", "days": 2}}\n</tool_call>',
        text="I look it up.",
        constrained=False,
    ),
    Recorded(
        GENERIC, '```json\n{"name": "get_weather", "arguments": {"city": "Paris", "days": 2}}\n```', constrained=False
    ),
    Recorded(GENERIC, '{"name": "get_weather", "parameters": {"city": "Paris", "days": 2}}', constrained=False),
    Recorded(llama.LLAMA, '{"name": "get_weather", "parameters": {"city": "Paris", "days": 2}}'),
    Recorded(
        llama.LLAMA,
        '{"type": "function", "name": "get_weather", "parameters": {"city": "Paris", "days": 2}}; '
        '{"name": "search", "parameters": {"query": "rain, or sun", "exact": true, "tags": ["a", "b"]}}',
        (IN_PARIS, NOTES),
        constrained=False,
    ),
    Recorded(llama.LLAMA, '<|python_tag|>get_weather.call(city="Paris", days=2)', constrained=False),
    Recorded(
        mistral.LISTED,
        '[TOOL_CALLS][{"name": "get_weather", "arguments": {"city": "Paris", "days": 2}}, '
        '{"name": "search", "arguments": {"query": "rain, or sun", "exact": true, "tags": ["a", "b"]}}]',
        (IN_PARIS, NOTES),
    ),
    Recorded(
        mistral.LISTED,
        '[TOOL_CALLS] [{"name": "get_weather", "arguments": {"city": "Paris", "days": 2}, "id": "VvvODy9mT"}]',
        constrained=False,
    ),
    Recorded(
        mistral.NAMED,
        '[TOOL_CALLS]get_weather[ARGS]{"city": "Paris", "days": 2}'
        '[TOOL_CALLS]search[ARGS]{"query": "rain, or sun", "exact": true, "tags": ["a", "b"]}',
        (IN_PARIS, NOTES),
    ),
    Recorded(
        mistral.WITH_IDS,
        '[TOOL_CALLS]get_weather[CALL_ID]abcDEF134[ARGS]{"city": "Paris", "days": 2}',
        ids=("abcDEF134",),
    ),
    Recorded(
        functionary.TAGS,
        '<function=get_weather>{"city": "Paris", "days": 2}</function>'
        '<function=search>{"query": "rain, or sun", "exact": true, "tags": ["a", "b"]}</function>',
        (IN_PARIS, NOTES),
    ),
    Recorded(
        functionary.RECIPIENTS,
        'all\nI look it up.\n>>>get_weather\n{"city": "Paris", "days": 2}'
        '>>>search\n{"query": "rain, or sun", "exact": true, "tags": ["a", "b"]}',
        (IN_PARIS, NOTES),
        text="I look it up.",
        constrained=False,
    ),
    Recorded(functionary.RECIPIENTS, 'get_weather\n{"city": "Paris", "days": 2}'),
    Recorded(
        command.TOKENS,
        '<|START_ACTION|>[\n    {"tool_call_id": "0", "tool_name": "get_weather", "parameters": {"city": "Paris", '
        '"days": 2}},\n    {"tool_call_id": "1", "tool_name": "search", "parameters": {"query": "rain, or sun", '
        '"exact": true, "tags": ["a", "b"]}}\n]<|END_ACTION|>',
        (IN_PARIS, NOTES),
    ),
    Recorded(
        command.ACTION,
        'Action:\n```json\n[\n    {\n        "tool_name": "get_weather",\n        "parameters": {\n            "city": '
        '"Paris",\n            "days": 2\n        }\n    }\n]```\n',
        constrained=False,
    ),
    Recorded(
        deepseek.FENCED,
        "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n```json\n"
        '{"city": "Paris", "days": 2}\n```<｜tool▁call▁end｜>\n'
        "<｜tool▁call▁begin｜>function<｜tool▁sep｜>search\n```json\n"
        '{"query": "rain, or sun", "exact": true, "tags": ["a", "b"]}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
        (IN_PARIS, NOTES),
    ),
    Recorded(
        deepseek.PLAIN,
        "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>"
        '{"city": "Paris", "days": 2}<｜tool▁call▁end｜><｜tool▁call▁begin｜>search<｜tool▁sep｜>'
        '{"query": "rain, or sun", "exact": true, "tags": ["a", "b"]}<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
        (IN_PARIS, NOTES),
    ),
    Recorded(
        dsml.FUNCTION_CALLS,
        'I look it up.\n\n<｜DSML｜function_calls>\n<｜DSML｜invoke name="get_weather">\n'
        '<｜DSML｜parameter name="city" string="true">Paris</｜DSML｜parameter>\n'
        '<｜DSML｜parameter name="days" string="false">2</｜DSML｜parameter>\n</｜DSML｜invoke>\n'
        '<｜DSML｜invoke name="search">\n'
        '<｜DSML｜parameter name="query" string="true">rain, or sun</｜DSML｜parameter>\n'
        '<｜DSML｜parameter name="exact" string="false">true</｜DSML｜parameter>\n'
        '<｜DSML｜parameter name="tags" string="false">["a", "b"]</｜DSML｜parameter>\n</｜DSML｜invoke>\n'
        "</｜DSML｜function_calls>",
        (IN_PARIS, NOTES),
        text="I look it up.",
        constrained=False,
    ),
    Recorded(
        dsml.TOOL_CALLS,
        '<｜DSML｜tool_calls>\n<｜DSML｜invoke name="get_weather">\n'
        '<｜DSML｜parameter name="city" string="true">Paris</｜DSML｜parameter>\n'
        '<｜DSML｜parameter name="days" string="false">2</｜DSML｜parameter>\n</｜DSML｜invoke>\n</｜DSML｜tool_calls>',
    ),
    Recorded(
        harmony.HARMONY,
        "<|channel|>analysis<|message|>The user asks for the weather.<|end|><|start|>assistant<|channel|>commentary"
        ' to=functions.get_weather <|constrain|>json<|message|>{"city": "Paris", "days": 2}<|call|>',
        thought="The user asks for the weather.",
        constrained=False,
    ),
    Recorded(
        harmony.HARMONY,
        ' to=functions.get_weather<|channel|>commentary json<|message|>{"city": "Paris", "days": 2}',
    ),
    Recorded(
        harmony.HARMONY,
        "<|channel|>analysis<|message|>Easy.<|end|><|start|>assistant<|channel|>final<|message|>"
        "Sunny, 2 < 3.<|return|>",
        (),
        text="Sunny, 2 < 3.",
        thought="Easy.",
        constrained=False,
    ),
    Recorded(
        glm.LINES,
        "<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Paris</arg_value>\n<arg_key>days</arg_key>\n"
        "<arg_value>2</arg_value>\n</tool_call>\n<tool_call>search\n<arg_key>query</arg_key>\n"
        "<arg_value>rain, or sun</arg_value>\n<arg_key>exact</arg_key>\n<arg_value>true</arg_value>\n"
        '<arg_key>tags</arg_key>\n<arg_value>["a", "b"]</arg_value>\n</tool_call>',
        (IN_PARIS, NOTES),
    ),
    Recorded(
        glm.DENSE,
        "<tool_call>get_weather<arg_key>city</arg_key><arg_value>Paris</arg_value><arg_key>days</arg_key>"
        "<arg_value>2</arg_value></tool_call>",
    ),
    Recorded(
        glm.hunyuan(":x"),
        "<tool_calls:x>\n<tool_call:x>get_weather<tool_sep:x>\n<arg_key:x>city</arg_key:x>\n"
        "<arg_value:x>Paris</arg_value:x>\n<arg_key:x>days</arg_key:x>\n<arg_value:x>2</arg_value:x>\n</tool_call:x>\n"
        "</tool_calls:x>",
    ),
    Recorded(
        qwen_coder.QWEN_CODER,
        "<tool_call>\n<function=get_weather>\n<parameter=city>\nParis\n</parameter>\n<parameter=days>\n2\n</parameter>\n"
        "</function>\n</tool_call>\n<tool_call>\n<function=search>\n<parameter=query>\nrain, or sun\n</parameter>\n"
        '<parameter=exact>\ntrue\n</parameter>\n<parameter=tags>\n["a", "b"]\n</parameter>\n</function>\n</tool_call>',
        (IN_PARIS, NOTES),
    ),
    Recorded(
        qwen_coder.SEED,
        "<seed:tool_call>\n<function=get_weather>\n<parameter=city>Paris</parameter>\n<parameter=days>2</parameter>\n"
        "</function>\n</seed:tool_call>",
    ),
    Recorded(
        kimi.KIMI,
        "<|tool_calls_section_begin|><|tool_call_begin|>functions.get_weather:0<|tool_call_argument_begin|>"
        '{"city": "Paris", "days": 2}<|tool_call_end|><|tool_call_begin|>functions.search:1<|tool_call_argument_begin|>'
        '{"query": "rain, or sun", "exact": true, "tags": ["a", "b"]}<|tool_call_end|><|tool_calls_section_end|>',
        (IN_PARIS, NOTES),
        ids=("functions.get_weather:0", "functions.search:1"),
    ),
    Recorded(
        kimi_k3.KIMI_K3,
        '<|open|>tools<|sep|><|open|>call tool="get_weather" index="1"<|sep|>'
        '<|open|>argument key="city" type="string"<|sep|>Paris<|close|>argument<|sep|>'
        '<|open|>argument key="days" type="number"<|sep|>2<|close|>argument<|sep|><|close|>call<|sep|>'
        '<|open|>call tool="search" index="2"<|sep|>'
        '<|open|>argument key="query" type="string"<|sep|>rain, or sun<|close|>argument<|sep|>'
        '<|open|>argument key="exact" type="boolean"<|sep|>true<|close|>argument<|sep|>'
        '<|open|>argument key="tags" type="array"<|sep|>["a", "b"]<|close|>argument<|sep|><|close|>call<|sep|>'
        "<|close|>tools<|sep|>",
        (IN_PARIS, NOTES),
    ),
    Recorded(
        minimax.M1,
        '<tool_calls>\n{"name": "get_weather", "arguments": {"city": "Paris", "days": 2}}\n'
        '{"name": "search", "arguments": {"query": "rain, or sun", "exact": true, "tags": ["a", "b"]}}\n</tool_calls>',
        (IN_PARIS, NOTES),
    ),
    Recorded(
        minimax.M2,
        '<minimax:tool_call>\n<invoke name="get_weather">\n<parameter name="city">Paris</parameter>\n'
        '<parameter name="days">2</parameter>\n</invoke>\n<invoke name="search">\n'
        '<parameter name="query">rain, or sun</parameter>\n<parameter name="exact">true</parameter>\n'
        '<parameter name="tags">["a", "b"]</parameter>\n</invoke>\n</minimax:tool_call>',
        (IN_PARIS, NOTES),
    ),
    Recorded(
        minimax_m3.MINIMAX_M3,
        ']<]minimax[>[<tool_call>\n]<]minimax[>[<invoke name="get_weather">]<]minimax[>[<city>Paris]<]minimax[>[</city>'
        ']<]minimax[>[<days>2]<]minimax[>[</days>]<]minimax[>[</invoke>\n]<]minimax[>[<invoke name="search">'
        "]<]minimax[>[<query>rain, or sun]<]minimax[>[</query>]<]minimax[>[<exact>true]<]minimax[>[</exact>"
        "]<]minimax[>[<tags>]<]minimax[>[<item>a]<]minimax[>[</item>]<]minimax[>[<item>b]<]minimax[>[</item>"
        "]<]minimax[>[</tags>]<]minimax[>[</invoke>\n]<]minimax[>[</tool_call>",
        (IN_PARIS, NOTES),
    ),
    Recorded(
        minicpm.MINICPM,
        '<function name="get_weather"><param name="city">Paris</param><param name="days">2</param></function>\n'
        '<function name="search"><param name="query">rain, or sun</param><param name="exact">true</param>'
        '<param name="tags">["a", "b"]</param></function>',
        (IN_PARIS, NOTES),
    ),
    Recorded(
        muse.MUSE,
        ' to=get_weather<|message|><atem:function_calls>\n<atem:invoke name="get_weather">\n'
        '<atem:parameter name="city">Paris</atem:parameter>\n<atem:parameter name="days">2</atem:parameter>\n'
        "</atem:invoke>\n</atem:function_calls>",
    ),
    Recorded(
        nemotron.NEMOTRON,
        '<TOOLCALL>[{"name": "get_weather", "arguments": {"city": "Paris", "days": 2}}, '
        '{"name": "search", "arguments": {"query": "rain, or sun", "exact": true, "tags": ["a", "b"]}}]</TOOLCALL>',
        (IN_PARIS, NOTES),
    ),
    Recorded(
        granite.GRANITE,
        '<|tool_call|>[{"name": "get_weather", "arguments": {"city": "Paris", "days": 2}}]',
    ),
    Recorded(
        phi.PHI,
        '<|tool_call|>[{"name": "get_weather", "arguments": {"city": "Paris", "days": 2}}]<|/tool_call|>',
    ),
    Recorded(phi.FUNCTOOLS, ' functools[{"name": "get_weather", "arguments": {"city": "Paris", "days": 2}}]'),
    Recorded(
        apriel.APRIEL,
        '<tool_calls>[{"name": "get_weather", "arguments": {"city": "Paris", "days": 2}}]</tool_calls>',
    ),
    Recorded(apertus.APERTUS, '<|tools_prefix|>[{"get_weather": {"city": "Paris", "days": 2}}]<|tools_suffix|>'),
    Recorded(gigachat.TOKEN, '<|function_call|>{"name": "get_weather", "arguments": {"city": "Paris", "days": 2}}'),
    Recorded(
        gigachat.HEADER,
        'function call<|role_sep|>\n{"name": "get_weather", "arguments": {"city": "Paris", "days": 2}}',
    ),
    Recorded(
        solar.SOLAR,
        "<|tool_calls|><|tool_call:begin|>a1b3c4d5e6<|tool_call:name|>get_weather<|tool_call:args|>"
        '{"city": "Paris", "days": 2}<|tool_call:end|><|calls|>',
        ids=("a1b3c4d5e6",),
    ),
    Recorded(
        lfm.LFM,
        '<|tool_call_start|>[get_weather(city="Paris", days=2), '
        'search(query="rain, or sun", exact=True, tags=["a", "b"])]<|tool_call_end|>',
        (IN_PARIS, NOTES),
    ),
    Recorded(
        lfm.LFM,
        "Of course.<|tool_call_start|>[get_weather(city='Paris', days=2)]<|tool_call_end|>",
        text="Of course.",
        constrained=False,
    ),
    Recorded(
        gemma.GEMMA_4,
        '<|tool_call>call:get_weather{city:<|"|>Paris<|"|>,days:2}<tool_call|>'
        '<|tool_call>call:search{query:<|"|>rain, or sun<|"|>,exact:true,tags:[<|"|>a<|"|>,<|"|>b<|"|>]}<tool_call|>',
        (IN_PARIS, NOTES),
    ),
    Recorded(
        gemma.FUNCTION_GEMMA,
        "<start_function_call>call:get_weather{city:<escape>Paris<escape>,days:2}<end_function_call>",
    ),
    Recorded(gemma.TOOL_CODE, '```tool_code\nget_weather(city="Paris", days=2)\n```'),
)
