from minerva.models import starter
from minerva.models.registry import Registry


def test_the_model_that_ships_chats_and_has_its_name() -> None:
    [model] = Registry([], shipped=starter.PATH).list().models
    assert (model.name, model.title, model.kind, model.shipped) == (starter.NAME, starter.NAME, "model", True)
    assert model.has_chat_template
