"""Any adds, choices, deletes and restores: the tree is what a plain model of it says."""

from __future__ import annotations

import sqlite3

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from minerva.core.session import Branch, SessionSettings
from minerva.sessions import messages, paths, removal, session
from minerva.sessions.migrations import migrate
from minerva.sessions.records import NewMessage, PathEnd, SessionLimits
from tests.support.sessions import check_database

_KEPT_S = 20.0


class _Node:
    """A message as the model has it. `chosen` is the child that the path goes on with, `deleted` when it was hidden."""

    def __init__(self, name: str, parent: _Node | None) -> None:
        self.name = name
        self.parent = parent
        self.children: list[_Node] = []
        self.chosen: _Node | None = None
        self.deleted: tuple[_Node, float] | None = None

    def below(self) -> list[_Node]:
        """Return itself and what is in sight below it."""
        return [self, *(node for child in self.shown() for node in child.below())]

    def shown(self) -> list[_Node]:
        return [child for child in self.children if child.deleted is None]


class Tree(RuleBasedStateMachine):
    """One session, in the store and in the model, whose root stands for the session."""

    def __init__(self) -> None:
        super().__init__()
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        self.connection.execute("PRAGMA foreign_keys = ON")
        migrate(self.connection)
        self.session = session.create(self.connection, settings=SessionSettings(), title="", tags=(), now_s=0.0).id
        self.root = _Node("", None)
        self.nodes: list[_Node] = []
        self.now_s = 0.0

    def teardown(self) -> None:
        check_database(self.connection)
        self.connection.close()

    def _pick(self, data: st.DataObject, *, shown: bool) -> _Node:
        return data.draw(st.sampled_from([node for node in self.nodes if (node.deleted is None) == shown]))

    def _choose(self, node: _Node) -> None:
        while node.parent is not None:
            node.parent.chosen = node
            node = node.parent

    @rule(data=st.data(), first=st.booleans())
    def add(self, data: st.DataObject, first: bool) -> None:
        parent = self.root if first or not self.root.shown() else self._pick(data, shown=True)
        self.now_s += 1
        new = NewMessage(session=self.session, parent=parent.name or None, role="user", content="some words")
        node = _Node(messages.add(self.connection, new, self.now_s).id, parent)
        parent.children.append(node)
        self.nodes.append(node)
        self._choose(node)

    @precondition(lambda self: self.root.shown())
    @rule(data=st.data())
    def choose(self, data: st.DataObject) -> None:
        node = self._pick(data, shown=True)
        messages.choose(self.connection, node.name)
        self._choose(node)

    @precondition(lambda self: self.root.shown())
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        node = self._pick(data, shown=True)
        self.now_s += 1
        removal.delete_message(self.connection, node.name, self.now_s)
        for one in node.below():
            one.deleted = (node, self.now_s)
        if node.parent is not None and node.parent.chosen is node:
            place = node.parent.children.index(node)
            before = [one for one in node.parent.children[:place] if one.deleted is None]
            after = [one for one in node.parent.children[place:] if one.deleted is None]
            node.parent.chosen = before[-1] if before else after[0] if after else None

    @precondition(lambda self: any(node.deleted for node in self.nodes))
    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        node = self._pick(data, shown=False)
        if node.parent is not None and node.parent.deleted is not None:
            return  # It is refused, which has a test of its own.
        removal.restore_message(self.connection, node.name, self.now_s)
        by = node.deleted
        for one in self.nodes:
            if by is not None and one.deleted is not None and one.deleted[0] is by[0]:
                one.deleted = None
        self._choose(node)

    @rule(wait_s=st.integers(0, 30))
    def purge(self, wait_s: int) -> None:
        self.now_s += wait_s
        removal.purge(self.connection, SessionLimits(bin_s=_KEPT_S), self.now_s)
        for node in [*self.nodes, self.root]:
            node.children = [one for one in node.children if not self._is_gone(one)]
        self.nodes = [node for node in self.nodes if not self._is_gone(node)]

    def _is_gone(self, node: _Node) -> bool:
        return node.deleted is not None and node.deleted[1] < self.now_s - _KEPT_S

    @invariant()
    def the_tree_is_the_same(self) -> None:
        found = paths.tree(self.connection, self.session)
        assert [message.id for message in found] == [node.name for node in self.nodes if node.deleted is None]
        nodes = {node.name: node for node in self.nodes}
        for message in found:
            parent = nodes[message.id].parent
            assert message.parent == ((parent and parent.name) or None)
            beside = [one.name for one in (parent or self.root).shown()]
            at = beside.index(message.id)
            around = (beside[at - 1] if at else None, *beside[at + 1 : at + 2], None)
            assert message.branch == Branch(index=at, count=len(beside), previous=around[0], next=around[1])
            assert message == messages.get(self.connection, message.id)

    @invariant()
    def the_path_is_the_same(self) -> None:
        wanted, node = [], self.root
        while node.chosen is not None:
            node = node.chosen
            wanted.append(node.name)
        found = paths.active(self.connection, self.session)
        assert [message.id for message in found] == wanted
        # It goes on for as long as there is anything to go on with.
        assert not node.shown()
        if found:
            assert paths.to(self.connection, self.session, found[-1].id) == found
        for last in (1, 3):
            end = paths.end(self.connection, self.session, last)
            assert end == PathEnd(found[-last:], max(0, len(found) - last))


TestTree = Tree.TestCase
TestTree.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
