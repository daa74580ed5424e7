"""What the settings say is what the services are told."""

from __future__ import annotations

import pytest

from minerva.cli.compose import service_settings
from minerva.core.request import Overflow
from minerva.settings.settings import load_settings


@pytest.mark.parametrize("overflow", ["error", "trim_history", "shift"])
def test_the_policy_of_the_server(overflow: Overflow) -> None:
    settings = load_settings(environ={"MINERVA_SERVER_OVERFLOW": overflow, "HOME": "/nowhere"})
    assert service_settings(settings).overflow == overflow
    assert service_settings(load_settings(environ={"HOME": "/nowhere"})).overflow == "error"
