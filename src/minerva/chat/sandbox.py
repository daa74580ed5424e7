"""jinja2's immutable sandbox, set up as Hugging Face's renderer does it, in which every operation pays from a budget.

Sources: `transformers/utils/chat_template_utils.py` (options, filters and functions that templates rely on), jinja2's
documentation of `SandboxedEnvironment` and `jinja2.nodes`. Loops are interrupted by nodes that `compile_template` puts
into the syntax tree; there is no thread, no signal and no clock.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from types import CodeType
from typing import Any, NoReturn

from jinja2 import Environment, nodes, pass_context
from jinja2.ext import Extension, LoopControlExtension
from jinja2.parser import Parser
from jinja2.runtime import Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace
from jinja2.visitor import NodeTransformer

from minerva.chat import operations
from minerva.chat.budget import Budget, TemplateLimit
from minerva.chat.disguise import FIRST_RARE, LAST_RARE

_ROUND, _MACRO = 40, 600
"""What one round of a loop, and entering a macro or block, costs beside what is in it."""

# Names that no template can write, for the filters that the compiler below puts in.
_STEP, _TOUCH, _MEASURE, _ORIGINAL = "step!", "touch!", "measure!", "{}!"

_TO_ESCAPE = re.compile(f"[^\\x00-\\x7f{FIRST_RARE}-{LAST_RARE}]")


class TemplateRaised(Exception):
    """The template called `raise_exception`: it does not accept the conversation."""


class Sandbox(ImmutableSandboxedEnvironment):
    """The environment of one rendering."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self, budget: Budget, now: datetime | None, given: frozenset[int] = frozenset()) -> None:
        """`now` is what `strftime_now` tells; it is undefined in the template when `now` is `None`.

        `given` are the ids of the conversation's lists, which a template may not change.
        """
        # Not optimised: constants would be computed while compiling, out of sight of the budget.
        super().__init__(
            trim_blocks=True, lstrip_blocks=True, optimized=False, extensions=[_Generation, LoopControlExtension]
        )
        self.budget = budget
        self._given = given
        self.finalize = budget.measured
        self.globals.pop("lipsum")
        self.globals |= {"namespace": _Namespace, "raise_exception": _raise_exception}
        if now is not None:
            self.globals["strftime_now"] = functools.partial(_strftime, now)
        self.filters |= {"tojson": _to_json, "from_json": json.loads}
        for name in operations.LEFT_OUT_FILTERS:
            del self.filters[name]
        self._watch_filters()
        self._watch_tests()

    def _watch_filters(self) -> None:
        for name in self.filters.keys() - operations.CHEAP_FILTERS:
            self.filters[_ORIGINAL.format(name)] = self.filters[name]
            self.filters[name] = _watched_filter(name)
        self.filters |= {
            _STEP: self.budget.spend,
            _TOUCH: self.budget.touched,
            _MEASURE: self.budget.measured,
        }

    def _watch_tests(self) -> None:
        for name in self.tests.keys() & operations.VALUE_TESTS:
            self.tests[_ORIGINAL.format(name)] = self.tests[name]
            self.tests[name] = _watched_test(name)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Allow what jinja2 allows, and of built-in types only methods whose cost is known.

        Lists that the template made itself it may fill and empty, which jinja2 refuses: published templates do.
        """
        if isinstance(obj, list) and attr in operations.LIST_CHANGES:
            return id(obj) not in self._given
        return super().is_safe_attribute(obj, attr, value) and operations.is_allowed_attribute(obj, attr)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Compute `left operator right` if it is affordable."""
        operations.before_operator(self.budget, operator, left, right)
        return super().call_binop(context, operator, left, right)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - as jinja2 calls it
        """Call `__obj` if it is affordable. A macro pays for what its body does."""
        if not isinstance(__obj, Macro):
            args = tuple(operations.settled(argument) for argument in args)
            operations.before_call(__self.budget, __obj, args, kwargs)
        return super().call(__context, __obj, *args, **kwargs)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return `obj[argument]`; hashing a nested tuple costs as much as reading it."""
        if isinstance(argument, tuple):
            self.budget.measure(argument)
        return super().getitem(obj, argument)


class _Namespace(Namespace):
    """jinja2's namespace, which does not print what it holds, for the budget does not look into it."""

    def __repr__(self) -> str:
        return "<Namespace>"


class _Generation(Extension):
    """`{% generation %}` marks the assistant's words for training; here its body is rendered as it is."""

    tags = {"generation"}  # noqa: RUF012 - jinja2 declares it so

    def parse(self, parser: Parser) -> nodes.Node:
        """Parse up to `{% endgeneration %}`."""
        line = next(parser.stream).lineno
        return nodes.Scope(parser.parse_statements(("name:endgeneration",), drop_needle=True), lineno=line)


class _Payments(NodeTransformer):
    """Puts payments where jinja2 offers no hook: loops, macro bodies, comparisons, `~`, slices, mapping keys."""

    def _pay_per_run(self, node: Any, cost: int = _MACRO) -> nodes.Node:
        cost += sum(_cost(child) for child in node.body)
        self.generic_visit(node)
        payment = nodes.Filter(nodes.Const(cost), _STEP, [], [], None, None)
        node.body.insert(0, nodes.ExprStmt(payment).set_lineno(node.lineno))
        return node  # type: ignore[no-any-return]  # one of four classes with a `body`

    visit_Macro = visit_CallBlock = visit_Block = _pay_per_run  # noqa: N815 - jinja2's naming

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - jinja2's naming
        paid = self._pay_per_run(node, _ROUND)
        if node.test is not None:
            # What the condition drops never reaches the body.
            node.iter = _paying(node.iter, _MEASURE)
        return paid

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.expr = _paying(node.expr, _MEASURE)
        for operand in node.ops:
            operand.expr = _paying(operand.expr, _MEASURE)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.nodes = [_paying(child, _MEASURE) for child in node.nodes]
        return node

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        if isinstance(node.arg, nodes.Slice):
            node.node = _paying(node.node, _TOUCH)
        return node

    def visit_Pair(self, node: nodes.Pair) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.key = _paying(node.key, _MEASURE)
        return node


def _paying(node: nodes.Node, how: str) -> nodes.Expr:
    if isinstance(node, nodes.Const):
        return node  # its size is that of the source
    return nodes.Filter(node, how, [], [], None, None).set_lineno(node.lineno)  # type: ignore[return-value]


def _cost(node: nodes.Node) -> int:
    """Return what running `node` once costs at most, nested loops aside: its nodes and its literal text."""
    text = 0
    if isinstance(node, nodes.TemplateData):
        text = len(node.data)
    elif isinstance(node, nodes.Const) and isinstance(node.value, str):
        text = len(node.value)
    return 8 + text // 16 + sum(_cost(child) for child in node.iter_child_nodes())


@functools.lru_cache(maxsize=32)
def compile_template(text: str) -> CodeType:
    """Return the code of template `text`, with its payments. Raises jinja2's and Python's syntax errors."""
    environment = Sandbox(Budget(0, 0), None)
    environment.globals["strftime_now"] = None
    tree = _Payments().visit(environment.parse(text))
    code = environment.compile(tree)
    assert isinstance(code, CodeType)  # noqa: S101 - jinja2's overload for `raw=False`
    return code


def output(pieces: Iterator[str], budget: Budget) -> str:
    """Join the `pieces` that a template writes, paying for each."""
    parts: list[str] = []
    size = 0
    for piece in pieces:
        size += len(piece)
        budget.allow(size)
        budget.touch(piece)
        parts.append(piece)
    return "".join(parts)


def _watched_filter(name: str) -> Callable[..., object]:
    @pass_context
    def watched(context: Context, value: Any, *args: Any, **kwargs: Any) -> object:
        environment = _sandbox(context.environment)
        value = operations.settled(value)
        operations.before_filter(environment.budget, name, value, args, kwargs)
        result: object = environment.call_filter(_ORIGINAL.format(name), value, args, kwargs, context)
        return result

    return watched


def _watched_test(name: str) -> Callable[..., bool]:
    @pass_context
    def watched(context: Context, value: Any, *args: Any, **kwargs: Any) -> bool:
        environment = _sandbox(context.environment)
        value, args = operations.settled(value), tuple(operations.settled(argument) for argument in args)
        operations.before_test(environment.budget, value, args)
        return bool(environment.call_test(_ORIGINAL.format(name), value, args, kwargs, context))

    return watched


def _sandbox(environment: Environment) -> Sandbox:
    assert isinstance(environment, Sandbox)  # noqa: S101 - templates are compiled by `compile_template` alone
    return environment


def _to_json(
    value: Any,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    """Return JSON as transformers writes it: nothing escaped for HTML, characters as they are.

    With `ensure_ascii`, the rare characters stay that may stand for others (`disguise.py`).
    """
    text = json.dumps(value, ensure_ascii=False, indent=indent, separators=separators, sort_keys=sort_keys)
    return _TO_ESCAPE.sub(lambda found: json.dumps(found[0])[1:-1], text) if ensure_ascii else text


def _strftime(now: datetime, format: str) -> str:  # noqa: A002 - transformers' name for it
    if any(len(digits) > 2 for digits in "".join(c if c.isdigit() else " " for c in format).split()):
        raise TemplateLimit("it formats the date with a large width")
    return now.strftime(format)


def _raise_exception(message: str) -> NoReturn:
    raise TemplateRaised(str(message))
