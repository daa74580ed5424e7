"""What must not stand in a committed file: addresses of package registries, paths of one person's machine."""

import re

from tests.project.tree import ROOT, project_files, relative

# Put together here, so that this file does not contain what it looks for.
REGISTRY_HOSTS = [
    ".".join(parts)
    for parts in (
        ("files", "pythonhosted", "org"),
        ("pypi", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("deb", "debian", "org"),
    )
]
PERSONAL_FOLDER = re.compile(r"/(?:home|Users)/[a-z]\w*/")


def _files_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{relative(path)}:{number}"
        for path in project_files()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_registry_is_named() -> None:
    assert _files_with(re.compile("|".join(map(re.escape, REGISTRY_HOSTS)))) == []


def test_no_path_of_this_checkout_is_named() -> None:
    # With a boundary before it, so that a checkout in a short path does not match half of another word.
    assert _files_with(re.compile(rf"(?<![\w./-]){re.escape(str(ROOT))}(?![\w-])")) == []


def test_no_personal_folder_is_named() -> None:
    assert _files_with(PERSONAL_FOLDER) == []


def test_no_file_is_large() -> None:
    pictures = {".png", ".jpg", ".webp"}
    large = [path for path in project_files() if path.stat().st_size > 1024 * 1024 and path.suffix not in pictures]
    assert [relative(path) for path in large] == []
