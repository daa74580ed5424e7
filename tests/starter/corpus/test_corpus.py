from __future__ import annotations

import itertools
import random
import re
from pathlib import Path

import pytest

from starter.corpus import ABILITIES, MAKERS, WEIGHTS, Ability, Example, cases, generate
from starter.corpus.example import SPLITS, Split
from starter.corpus.render import said
from starter.corpus.sums import numbers
from starter.corpus.vocabulary import made_up, of_split, split_of
from starter.corpus.words.facts_more import FACTS
from starter.corpus.words.names import PEOPLE
from starter.corpus.words.places import CITIES

CLI_REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "cli.md"
SINGLE: tuple[Ability, ...] = ("greetings", "about", "json", "stories", "copying", "sums", "beyond")


def calls_of(example: Example) -> list[dict[str, object]]:
    return [each["function"] for each in example.messages[-1].get("tool_calls", ())]


def asked(example: Example) -> str:
    return str(next(each["content"] for each in reversed(example.messages) if each["role"] == "user"))


def test_every_ability_has_a_maker_and_a_share() -> None:
    assert set(MAKERS) == set(WEIGHTS) == set(ABILITIES)
    assert all(weight > 0 for weight in WEIGHTS.values())


@pytest.mark.parametrize("ability", ABILITIES)
@pytest.mark.parametrize("split", SPLITS)
def test_the_right_answer_of_every_example_passes_its_own_check(ability: Ability, split: Split) -> None:
    for example in cases(ability, split, 120):
        last = example.messages[-1]
        assert last["role"] == "assistant"
        assert example.check.passes(last["content"], last.get("reasoning"), calls_of(example)), example
        assert (example.ability, example.split) == (ability, split)


@pytest.mark.parametrize("ability", ABILITIES)
def test_an_empty_answer_passes_no_check(ability: Ability) -> None:
    assert not any(example.check.passes("", None, []) for example in cases(ability, "test", 60))


def test_the_same_seed_gives_the_same_stream_and_another_gives_another() -> None:
    first, again, other = (list(itertools.islice(generate("train", seed), 60)) for seed in (1, 1, 2))

    assert first == again
    assert first != other
    assert cases("tools", "test", 20, 5) == cases("tools", "test", 20, 5)


def test_cases_are_all_different() -> None:
    found = cases("copying", "test", 200)
    assert len({repr(example.messages) for example in found}) == 200


def test_names_towns_and_made_up_words_belong_to_one_split_each() -> None:
    for words in (PEOPLE, CITIES):
        parts = [set(of_split(words, split)) for split in SPLITS]
        assert sum(len(part) for part in parts) == len(set(words))
        assert min(len(part) for part in parts) >= 5
    rng = random.Random(3)  # noqa: S311
    assert {split_of(made_up(rng, "test")) for _ in range(100)} == {"test"}


def test_a_pair_of_numbers_is_held_out_in_any_order_and_for_its_difference_too() -> None:
    rng = random.Random(4)  # noqa: S311
    trained = {tuple(sorted(numbers(rng, "train"))) for _ in range(5000)}
    held_out = {tuple(sorted(numbers(rng, "test"))) for _ in range(500)}

    assert not trained & held_out
    assert max(sum(pair) for pair in held_out) < 100


@pytest.mark.parametrize("ability", ["about", "sums", "copying", "json", "stories"])
def test_a_held_out_question_is_not_asked_in_training(ability: Ability) -> None:
    trained = {asked(example).lower().strip(".?! ") for example in cases(ability, "train", 3000)}
    held_out = {asked(example).lower().strip(".?! ") for example in cases(ability, "test", 300)}

    assert not trained & held_out


def test_held_out_tools_have_names_and_arguments_that_training_has_not() -> None:
    def names(split: Split) -> set[str]:
        functions = [tool["function"] for example in cases("tools", split, 800) for tool in example.tools]
        return {function["name"].lower() for function in functions}

    assert not names("train") & names("test")


def test_one_question_has_one_kind_of_answer() -> None:
    kinds: dict[str, set[str]] = {}
    for ability in SINGLE:
        for example in cases(ability, "train", 2500):
            if len(example.messages) == 2:
                kinds.setdefault(asked(example).lower().strip(".?! "), set()).add(ability)

    assert {question: found for question, found in kinds.items() if len(found) > 1} == {}


def test_a_lower_level_gives_shorter_texts_to_copy() -> None:
    def longest(level: float) -> int:
        rng = random.Random(5)  # noqa: S311
        return max(len(asked(MAKERS["copying"](rng, "train", level)).split()) for _ in range(400))

    assert longest(0.2) < longest(1.0) / 2


def test_texts_to_copy_reach_two_hundred_tokens_and_conversations_stay_in_the_window() -> None:
    lengths = [sum(len(said(each).split()) for each in example.messages) for example in cases("copying", "test", 400)]
    assert max(lengths) > 180
    everything = itertools.islice(generate("train", 6), 1500)
    # A made-up word has up to five tokens or so, an ordinary one fewer than two; the window is 2,048.
    assert max(sum(len(str(each["content"])) for each in one.messages) for one in everything) < 5000


def test_what_is_said_of_minerva_names_only_commands_and_flags_that_exist() -> None:
    reference = CLI_REFERENCE.read_text(encoding="utf-8")
    answers = " ".join(answer for fact in FACTS for answer in fact.answers)

    commands = set(re.findall(r"minerva ([a-z]+)", answers))
    flags = set(re.findall(r"--[a-z-]+", answers))

    assert commands
    assert {command for command in commands if f"## minerva {command}\n" not in reference} <= {"toml"}
    assert {flag for flag in flags if flag not in reference} == set()


def test_every_answer_about_minerva_has_the_words_it_is_scored_by() -> None:
    for fact in FACTS:
        for answer in fact.answers:
            assert all(word.lower() in answer.lower() for word in fact.words), answer
