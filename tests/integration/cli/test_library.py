from __future__ import annotations

import json
from pathlib import Path

from tests.integration.cli.program import minerva

MODELFILE = '''FROM tiny
SYSTEM """a cat
and a dog"""
PARAMETER temperature 0
PARAMETER num_predict 5
PARAMETER stop "zzz"
'''


def test_a_preset_is_created_used_copied_and_removed(home: Path, server: str, tmp_path: Path) -> None:
    file = tmp_path / "Modelfile"
    file.write_text(MODELFILE, encoding="utf-8")
    assert minerva(home, "create", "mario", "-f", str(file), "--url", server).stdout == "mario is created.\n"
    assert minerva(home, "cp", "mario", "luigi", "--url", server).stdout == "luigi is another name of mario.\n"
    rows = minerva(home, "list", "--url", server).stdout.splitlines()
    assert [row.split()[:2] for row in rows if row.startswith(("luigi", "mario"))] == [
        ["luigi", "preset"],
        ["mario", "preset"],
    ]
    shown = minerva(home, "show", "luigi", "--url", server).stdout
    for words in ("preset of", "a cat\n", "and a dog", "temperature 0", "max_tokens 5", "'zzz'"):
        assert words in shown
    assert json.loads(minerva(home, "show", "luigi", "--json", "--url", server).stdout)["preset"]["model"] == "tiny"
    assert "5 tokens (" in minerva(home, "run", "luigi", "Once", "--verbose", "--url", server).stderr
    for name in ("mario", "luigi"):
        assert minerva(home, "rm", name, "--url", server).stdout == f"{name} is deleted.\n"
    assert "mario" not in minerva(home, "list", "--url", server).stdout


def test_what_cannot_be_done_is_one_sentence(home: Path, server: str, tmp_path: Path) -> None:
    shipped = minerva(home, "rm", "starter", "--url", server)
    assert (shipped.returncode, shipped.stderr) == (1, "error: 'starter' ships with Minerva and is not deleted.\n")
    missing = minerva(home, "create", "x", "-f", str(tmp_path / "nothing"), "--url", server)
    assert missing.returncode == 2
    assert "nothing" in missing.stderr
    (tmp_path / "Modelfile").write_text("FROM tiny\nADAPTER x", encoding="utf-8")
    refused = minerva(home, "create", "x", "-f", str(tmp_path / "Modelfile"), "--url", server)
    assert refused.returncode == 1
    assert refused.stderr.startswith("error: Line 2 of the Modelfile: ADAPTER")
