"""A network that was made deeper answers as before, and its new blocks learn."""

from __future__ import annotations

import copy

import pytest

from tests.starter.conftest import Trained

torch = pytest.importorskip("torch")


def test_a_deeper_network_computes_the_same(trained: Trained) -> None:
    from starter.growth import deepen

    tokens = torch.randint(0, trained.model.shape.vocabulary, (2, 24))
    for layers in (3, 4):
        deeper = deepen(trained.model, layers)
        assert deeper.shape.layers == len(deeper.blocks) == layers
        assert torch.equal(deeper(tokens), trained.model(tokens))


def test_a_network_wide_enough_for_induction_heads_gets_no_more_of_them() -> None:
    from starter.growth import deepen
    from starter.induction import is_wide_enough
    from starter.model import Llama, Shape

    model = Llama(Shape(640, 128, 3, 4, 4, 96, 256))
    assert is_wide_enough(model.shape)
    tokens = torch.randint(0, 640, (2, 24))
    assert torch.equal(deepen(model, 5)(tokens), model(tokens))


def test_new_blocks_stand_before_the_last_own_ones_and_learn(trained: Trained) -> None:
    from starter.growth import deepen

    model = copy.deepcopy(trained.model)
    deeper = deepen(model, 3)
    assert deeper.blocks[0] is model.blocks[0]
    assert deeper.blocks[2] is model.blocks[1]
    tokens = torch.randint(0, model.shape.vocabulary, (2, 24))
    deeper.losses(tokens[:, :-1], tokens[:, 1:]).sum().backward()
    assert deeper.blocks[1].attention.output.weight.grad.abs().max() > 0
    assert deeper.blocks[1].feed_forward.down.weight.grad.abs().max() > 0


def test_a_network_does_not_shrink_nor_grow_beyond_twice_its_depth(trained: Trained) -> None:
    from starter.growth import deepen

    assert deepen(trained.model, 2) is trained.model
    for layers in (1, 5):
        with pytest.raises(ValueError, match="cannot be given"):
            deepen(trained.model, layers)
