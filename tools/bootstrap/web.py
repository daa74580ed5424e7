"""The web chat: its packages in `web/node_modules`, its page built into the Python package, at `src/minerva/web`.

A stamp in each says what it was made from. Tests and declarations of types are no part of the page, so a change in one
builds nothing. A page is built beside the one that is there, and takes its place when it is whole: a server that runs
meanwhile has one or the other.
"""

import re
from pathlib import Path

from tools.bootstrap import process, venv
from tools.bootstrap.node import Node, ensure_node
from tools.bootstrap.places import Places
from tools.bootstrap.report import Report
from tools.bootstrap.stamp import Stamp, digest_of, digest_of_file

_MADE = frozenset({"node_modules", ".svelte-kit"})
_BESIDE = re.compile(r"\.test\.|\.d\.ts$")
_STAMP = ".minerva-page"


class Web:
    """What the web chat needs, and whether it is there."""

    def __init__(self, places: Places) -> None:
        """The web chat of one checkout."""
        self._places = places
        self._source = places.root / "web"
        self._modules = self._source / "node_modules"
        self._page = places.root / "src" / "minerva" / "web"
        # On the file system of the page, so that they are moved by changing a name.
        self._next = places.state / "page-next"
        self._last = places.state / "page-last"
        self._log = places.state / "web.log"
        self._packages_stamp = Stamp(self._modules / ".minerva-packages")
        self._page_stamp = Stamp(self._page / _STAMP)

    def has_packages(self) -> bool:
        """Return whether the packages that `package-lock.json` names are installed."""
        return self._packages_stamp.matches(self._packages_digest())

    def has_page(self) -> bool:
        """Return whether the page is built from the sources as they are."""
        return (self._page / "index.html").exists() and self._page_stamp.matches(self._page_digest())

    def install(self, report: Report, *, packages: bool) -> bool:
        """Build the page if it is not there as it should be, and return whether anything was missing.

        With `packages`, the packages are installed in any case: checks and tests need them.
        """
        if self.has_page() and (self.has_packages() or not packages):
            return False
        node = ensure_node(self._places, report)
        if not self.has_packages():
            self._install_packages(node, report)
        if not self.has_page():
            self._build(node, report)
        return True

    def _install_packages(self, node: Node, report: Report) -> None:
        report.say("Installing what web/package-lock.json names, to build the web chat: about a minute")
        digest = self._packages_digest()
        self._packages_stamp.clear()
        # No package needs a script of its own to be installed, and none shall run one. All of them are for development,
        # which NODE_ENV or npm's own settings may leave out.
        self._npm("Installing the web chat's packages", node, "ci", "--include=dev", "--ignore-scripts")
        self._packages_stamp.write(digest)

    def _build(self, node: Node, report: Report) -> None:
        report.say("Building the web chat")
        digest = self._page_digest()
        venv.remove(self._next)
        self._npm("Building the web chat", node, "run", "build")
        Stamp(self._next / _STAMP).write(digest)
        self._exchange()

    def _exchange(self) -> None:
        """Put the page that was built in the place of the one that is there.

        No system renames a folder onto one that has files. Between the two names there is no page, for as long as that
        takes; and if this is ended just then, the next set-up builds it.
        """
        venv.remove(self._last)
        if self._page.exists():
            self._page.rename(self._last)
        self._page.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._next.rename(self._page)
        except OSError:
            if self._last.exists():
                self._last.rename(self._page)
            raise
        venv.remove(self._last)

    def _npm(self, what: str, node: Node, *arguments: str) -> None:
        command: list[str | Path] = [*node.npm, "--prefix", self._source, *arguments]
        process.run(what, command, self._log, PATH=node.path, NO_COLOR="1", MINERVA_PAGE=str(self._next))

    def _packages_digest(self) -> str:
        return digest_of(
            **{name: digest_of_file(self._source / name) for name in ("package.json", "package-lock.json")}
        )

    def _page_digest(self) -> str:
        sources = sorted(path for path in _files(self._source) if not _BESIDE.search(path.name))
        return digest_of(**{path.relative_to(self._source).as_posix(): digest_of_file(path) for path in sources})


def _files(folder: Path) -> list[Path]:
    """Return the files below `folder`, without what is made there."""
    found: list[Path] = []
    for path in folder.iterdir():
        if path.is_dir():
            found += _files(path) if path.name not in _MADE else []
        else:
            found.append(path)
    return found
