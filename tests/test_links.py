"""Watches and shoes that measure or run differently, and what tells them apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipstride.errors import TableError
from hipstride.gait.baseline import deviations
from hipstride.gait.links import MIN_OVERLAP_RUNS, linked
from hipstride.runs import from_baseline
from runbuild import ar1


def labelled(words: str) -> np.ndarray:
    return np.array(list(words), dtype=object)


def days_of(n: int, step: float = 2.0) -> np.ndarray:
    return step * np.arange(n)


def series(values, ids) -> pd.Series:
    return pd.Series(np.asarray(values), index=ids)


def history(form_pct, device, *, offset_pct=None, every_d=2):
    """Runs every second day: their logarithms, ids, devices and days."""
    n = len(form_pct)
    ids = [f"run{i:03d}" for i in range(n)]
    offset = np.array([(offset_pct or {}).get(one, 0.0) for one in device])
    day = pd.Timestamp("2026-01-01") + pd.to_timedelta(every_d * np.arange(n), "D")
    return (
        series((np.asarray(form_pct) + offset) / 100, ids),
        series(list(device), ids),
        series(day, ids),
    )


@given(
    st.floats(-0.1, 0.1),
    st.floats(-0.01, 0.01),
    st.integers(MIN_OVERLAP_RUNS + 1, 30),
)
def test_an_offset_beside_a_steady_drift_of_form_is_found_exactly(offset, drift, n):
    labels = labelled("ab" * n)
    log_step = drift * np.arange(2 * n) + np.where(labels == "b", offset, 0.0)
    found = linked(log_step, days_of(2 * n), labels, reference="a")["b"]

    assert found.offset == pytest.approx(offset, abs=1e-9)
    assert found.offset_se == pytest.approx(0, abs=1e-9)


def test_seven_runs_in_between_are_no_link_and_eight_are():
    def known(n_new):
        labels = labelled("a" + "ba" * n_new)
        return linked(
            np.zeros(len(labels)), days_of(len(labels)), labels, reference="a"
        )

    assert not known(7)["b"].is_known
    assert known(7)["b"].n_overlap == 7
    assert known(8)["b"].is_known


def test_a_watch_that_follows_another_is_not_linked():
    labels = labelled("a" * 30 + "b" * 30)
    found = linked(np.zeros(60), days_of(60), labels, reference="a")["b"]

    assert (found.is_known, found.n_overlap) == (False, 0)


def test_one_stray_run_with_the_old_watch_links_nothing_and_swallows_nothing():
    """Twelve runs with the new watch, all between the same two with the old one."""
    form = np.where(np.arange(53) >= 20, -4.0, 0.0)
    device = "a" * 20 + "b" * 12 + "a" + "b" * 20
    log_step, group, days = history(form, device, every_d=1)
    found = deviations(log_step, groups=group, days=days, baseline=log_step.index[:20])

    assert found.pct[32] == pytest.approx(-4.0)
    assert np.isnan(found.pct[np.array(list(device)) == "b"]).all()
    assert "no other run of this device in the baseline" in found.notes[25][0]


@pytest.mark.parametrize("block", [1, 2, 3])
def test_the_error_of_an_offset_holds_when_the_watches_go_in_blocks(block):
    rng = np.random.default_rng(block)
    labels = labelled(("a" * block + "b" * block) * (36 // block))
    inside = []
    for _ in range(300):
        form = ar1(rng, len(labels), 0.7) * 0.02
        one = linked(form, days_of(len(labels)), labels, reference="a")["b"]
        inside.append(abs(one.offset) < 1.96 * one.offset_se)

    assert np.mean(inside) > 0.9


def test_runs_that_lie_far_apart_in_time_do_not_link():
    labels = labelled("ab" * 20)
    found = linked(np.zeros(40), days_of(40, 30.0), labels, reference="a")["b"]

    assert not found.is_known


def test_offsets_add_up_over_a_chain_of_watches():
    labels = labelled("ab" * 10 + "bc" * 10)
    offset = {"a": 0.0, "b": 0.02, "c": -0.01}
    log_step = np.array([offset[one] for one in labels])
    found = linked(log_step, days_of(40), labels, reference="a")

    assert found["b"].offset == pytest.approx(0.02)
    assert found["c"].offset == pytest.approx(-0.01)


def test_the_error_of_an_offset_is_as_large_as_offsets_scatter():
    rng = np.random.default_rng(1)
    labels = labelled("ab" * 20)
    pairs = []
    for _ in range(400):
        log_step = rng.normal(0, 0.02, 40) + np.where(labels == "b", 0.01, 0.0)
        one = linked(log_step, days_of(40), labels, reference="a")["b"]
        pairs.append((one.offset, one.offset_se))
    offsets, errors = np.transpose(pairs)

    assert offsets.mean() == pytest.approx(0.01, abs=0.001)
    assert offsets.std() < np.sqrt((errors**2).mean()) < 1.4 * offsets.std()


def test_a_change_of_stride_while_two_watches_alternate_is_kept():
    form = np.where(np.arange(60) >= 30, -4.0, 0.0)
    log_step, device, days = history(form, "ab" * 30, offset_pct={"b": 2.0})
    found = deviations(
        log_step, groups=device, days=days, baseline=log_step.index[:30]
    ).pct

    assert found[:30] == pytest.approx(0, abs=0.3)
    assert found[30:] == pytest.approx(-4, abs=0.3)


def test_a_new_watch_without_an_overlap_is_never_a_change_of_stride():
    device = "a" * 30 + "b" * 30
    log_step, group, days = history(np.zeros(60), device, offset_pct={"b": 3.0})
    found = deviations(log_step, groups=group, days=days)

    assert found.pct == pytest.approx(0, abs=1e-9)
    assert found.notes[0] == ()
    words = (
        "another device, counted from its own baseline: b, as 0 runs with it lie "
        "between runs with another (needed 8): a change of stride that came with it "
        "would not be seen"
    )
    assert found.notes[59] == (words,)


def test_what_a_shoe_adds_is_taken_out_where_pairs_alternate():
    log_step, shoe, days = history(np.zeros(40), "st" * 20, offset_pct={"t": 1.5})
    plain = deviations(log_step, days=days).pct
    freed = deviations(log_step, days=days, shoes=shoe)

    assert np.ptp(plain) == pytest.approx(1.5)
    assert freed.pct == pytest.approx(0, abs=1e-9)
    assert freed.notes[0] == ()
    assert freed.notes[1][0].startswith("freed of what the shoe adds to the step: t")
    assert freed.notes[1][0].endswith("+1.5 % (95 % ± 0.0), from 19 runs by turns")


def test_a_new_pair_without_an_overlap_is_left_and_named_in_a_caveat():
    log_step, shoe, days = history(
        np.zeros(40), "s" * 20 + "t" * 20, offset_pct={"t": 1.5}
    )
    found = deviations(log_step, days=days, shoes=shoe)

    assert np.ptp(found.pct) == pytest.approx(1.5)
    assert "may look like a change of stride" in found.notes[39][0]


def test_a_run_of_an_unknown_shoe_is_left_as_it_is():
    log_step, shoe, days = history(np.zeros(40), "st" * 20, offset_pct={"t": 1.5})
    shoe.iloc[5] = None
    found = deviations(log_step, days=days, shoes=shoe).pct

    assert found[5] == pytest.approx(found[4] + 1.5, abs=0.2)


def test_another_baseline_replaces_the_notes_of_the_first():
    log_step, device, days = history(np.zeros(20), "a" * 10 + "b" * 10)
    runs = pd.DataFrame(
        {
            "run_id": log_step.index,
            "local_date": days.to_numpy(),
            "step_length_at_ref_speed_m": np.exp(log_step.to_numpy()),
            "device": device.to_numpy(),
            "notes": "no altitude",
        }
    )
    whole = from_baseline(runs)
    early = from_baseline(whole, "2026-01-15")
    again = from_baseline(early)

    assert whole["notes"].iloc[0] == "no altitude"
    assert "counted from its own baseline" in whole["notes"].iloc[-1]
    assert early["notes"].iloc[-1] == (
        "no altitude; no other run of this device in the baseline, so no stride "
        "deviation"
    )
    assert early["stride_deviation_pct"].isna().sum() == 10
    pd.testing.assert_frame_equal(again, whole)


def test_a_shoe_named_twice_for_one_run_is_refused():
    log_step, shoe, _ = history(np.zeros(3), "sst")
    shoe.index = ["run000", "run000", "run001"]

    with pytest.raises(TableError, match="shoes: run_id 'run000' stands twice"):
        deviations(log_step, shoes=shoe)


def test_a_run_of_strides_for_steps_has_no_deviation_and_moves_nobody():
    log_step, _, days = history(np.zeros(12), "a" * 12)
    log_step.iloc[3] += np.log(2)
    found = deviations(log_step, days=days)

    assert np.isnan(found.pct[3])
    assert np.delete(found.pct, 3) == pytest.approx(0, abs=1e-9)
    assert found.notes[3][0].startswith("the step length is more than 30 % off")
