from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minerva.core.request import FOREVER
from minerva.workers import policy
from minerva.workers.policy import Budget, Crashes, Decision, Evict, Held, Load, Refuse, Wait, Wanted, decide

GB = 10**9


def held(name: str, size: int, *, unseen: int = 0, users: int = 0, last: float = 0.0, state: str = "ready") -> Held:
    return msgspec.convert(
        {
            "name": name,
            "state": state,
            "size_bytes": size,
            "unseen_bytes": unseen,
            "users": users,
            "last_used_s": last,
        },
        Held,
    )


@st.composite
def pools(draw: st.DrawFn) -> list[Held]:
    names = draw(st.lists(st.sampled_from("abcdef"), unique=True, max_size=6))
    models = []
    for name in names:
        size = draw(st.integers(0, 100))
        models.append(
            held(
                name,
                size,
                unseen=draw(st.integers(0, size)),
                users=draw(st.integers(0, 2)),
                last=draw(st.floats(0, 100)),
                state=draw(st.sampled_from(["loading", "ready", "stopping"])),
            )
        )
    return models


budgets = st.builds(
    Budget,
    available_bytes=st.integers(0, 300),
    limit_bytes=st.none() | st.integers(0, 300),
    max_loaded=st.none() | st.integers(1, 5),
)
wishes = st.builds(Wanted, name=st.just("wanted"), needed_bytes=st.integers(0, 400))


def end(models: Sequence[Held], names: Sequence[str], budget: Budget) -> tuple[list[Held], Budget]:
    """Return the pool and what is measured, once the workers of `names` have ended."""
    given_back = sum(model.size_bytes - model.unseen_bytes for model in models if model.name in names)
    left = [model for model in models if model.name not in names]
    return left, msgspec.structs.replace(budget, available_bytes=budget.available_bytes + given_back)


@given(wishes, pools(), budgets)
def test_only_idle_models_are_evicted(wanted: Wanted, models: list[Held], budget: Budget) -> None:
    decision = decide(wanted, models, budget, 0.0)
    if isinstance(decision, Evict):
        evicted = [model for model in models if model.name in decision.names]
        assert decision.names
        assert all(model.state == "ready" and model.users == 0 for model in evicted)


@given(wishes, pools(), budgets)
def test_what_is_loaded_fits(wanted: Wanted, models: list[Held], budget: Budget) -> None:
    if isinstance(decide(wanted, models, budget, 0.0), Load):
        assert wanted.needed_bytes + sum(model.unseen_bytes for model in models) <= budget.available_bytes
        if budget.limit_bytes is not None:
            assert wanted.needed_bytes + sum(model.size_bytes for model in models) <= budget.limit_bytes
        if budget.max_loaded is not None:
            assert len(models) < budget.max_loaded


@given(wishes, pools(), budgets)
def test_eviction_once_done_lets_it_load(wanted: Wanted, models: list[Held], budget: Budget) -> None:
    decision = decide(wanted, models, budget, 0.0)
    if isinstance(decision, Evict):
        leaving = [model.name for model in models if model.state == "stopping"]
        assert decide(wanted, *end(models, [*decision.names, *leaving], budget), 0.0) == Load()


@given(wishes, pools(), budgets)
def test_no_eviction_is_needless(wanted: Wanted, models: list[Held], budget: Budget) -> None:
    decision = decide(wanted, models, budget, 0.0)
    if isinstance(decision, Evict):
        leaving = [model.name for model in models if model.state == "stopping"]
        for spared in decision.names:
            others = [name for name in decision.names if name != spared]
            assert decide(wanted, *end(models, [*others, *leaving], budget), 0.0) != Load()


@given(wishes, pools(), budgets)
def test_it_ends_in_a_load_or_a_refusal_when_everybody_ends(wanted: Wanted, models: list[Held], budget: Budget) -> None:
    decision: Decision
    for _ in range(len(models) + 1):
        decision = decide(wanted, models, budget, 0.0)
        match decision:
            case Evict(names):
                models, budget = end(models, names, budget)
            case Wait(blockers):
                leaving = [model.name for model in models if model.state == "stopping"]
                models, budget = end(models, blockers or leaving, budget)
            case Load() | Refuse():
                break
    assert isinstance(decision, Load | Refuse)


@given(wishes, pools(), budgets)
def test_refused_is_what_fits_in_no_case(wanted: Wanted, models: list[Held], budget: Budget) -> None:
    decision = decide(wanted, models, budget, 0.0)
    if isinstance(decision, Refuse):
        alone = decide(wanted, *end(models, [model.name for model in models], budget), 0.0)
        assert isinstance(alone, Refuse)
        assert decision.error.needed_bytes == wanted.needed_bytes > decision.error.available_bytes


def test_a_model_that_loads_has_its_memory_promised_before_it_takes_it() -> None:
    loading = held("a", 6 * GB, unseen=6 * GB, users=1, state="loading")
    assert decide(Wanted("b", 5 * GB), [loading], Budget(10 * GB), 0.0) == Wait(("a",))


def test_mapped_weights_count_though_the_system_calls_them_free() -> None:
    mapped = held("a", 6 * GB, unseen=6 * GB, users=1)
    assert decide(Wanted("b", 5 * GB), [mapped], Budget(10 * GB), 0.0) == Wait(("a",))


def test_the_least_recently_used_goes_first() -> None:
    models = [held("new", 5, last=9), held("old", 5, last=1), held("mid", 5, last=5)]
    assert decide(Wanted("w", 10), models, Budget(0), 0.0) == Evict(("old", "mid"))


def test_a_small_model_is_spared_when_a_large_one_must_go_anyway() -> None:
    models = [held("small", 1, last=1), held("large", 10, last=2)]
    assert decide(Wanted("w", 10), models, Budget(0), 0.0) == Evict(("large",))


def test_memory_on_its_way_back_is_waited_for_before_anything_is_evicted() -> None:
    models = [held("leaving", 10, state="stopping"), held("idle", 10)]
    assert decide(Wanted("w", 10), models, Budget(0), 0.0) == Wait()


def test_the_refusal_has_the_figures() -> None:
    decision = decide(Wanted("big", 8 * 2**30), [held("a", 2**30)], Budget(2**30), 0.0)
    assert isinstance(decision, Refuse)
    assert decision.error.available_bytes == 2 * 2**30
    assert "'big' needs 8.00 GiB" in decision.error.message
    assert "at most 2.00 GiB" in decision.error.message


def test_back_off_comes_before_memory() -> None:
    wanted = Wanted("w", 1, not_before_s=7.0)
    assert decide(wanted, [], Budget(10), 6.9) == Wait(until_s=7.0)
    assert decide(wanted, [], Budget(10), 7.0) == Load()


def test_back_off_doubles_to_a_minute() -> None:
    assert [policy.backoff_s(streak) for streak in range(10)] == [0, 0, 1, 2, 4, 8, 16, 32, 60, 60]
    assert policy.backoff_s(10_000) == 60


def test_crashes_in_a_row_are_counted_until_a_worker_lived_long() -> None:
    crashes = Crashes()
    for _ in range(3):
        crashes = policy.after_crash(crashes, lived_s=1.0, now_s=100.0)
    assert crashes == Crashes(streak=3, total=3, retry_at_s=102.0)
    assert policy.after_crash(crashes, lived_s=60.0, now_s=200.0) == Crashes(streak=1, total=4, retry_at_s=200.0)


def test_the_next_step_is_said() -> None:
    assert policy.what_next(Crashes(streak=1)) == "The next request loads it again."
    assert "3 times in a row" in policy.what_next(Crashes(streak=3))
    assert "2 s from now" in policy.what_next(Crashes(streak=3))


@pytest.mark.parametrize(("waited_s", "held_back"), [(9.9, False), (10.0, True)])
def test_a_busy_model_is_held_back_for_a_load_that_waited_long(waited_s: float, held_back: bool) -> None:
    waits = [(50.0, ("a",))]
    assert policy.holds_back("a", waits, 50.0 + waited_s) is held_back
    assert policy.holds_back("b", waits, 50.0 + waited_s) is False


def test_expiry() -> None:
    assert policy.expiry_s(10.0, 5.0) == 15.0
    assert policy.expiry_s(10.0, 0.0) == 10.0
    assert policy.expiry_s(10.0, FOREVER) is None
