"""Changes of shoes in the log: which run was in which, and the caveat."""

from __future__ import annotations

import pandas as pd
import pytest

from hipstride.alignment.baseline import from_before_first_change
from hipstride.alignment.shoes import with_logged_shoes
from hipstride.errors import TableError


def runs_on(*days: str, **columns: object) -> pd.DataFrame:
    return pd.DataFrame({"local_date": pd.to_datetime(list(days))}).assign(**columns)


def logged(*rows: tuple[str, str | None, str]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["started_on", "ended_on", "label"])
    return table.assign(
        started_on=pd.to_datetime(table["started_on"]),
        ended_on=pd.to_datetime(table["ended_on"]),
        kind="shoes",
    )


def test_a_pair_that_ended_gives_way_to_the_pair_before():
    runs = runs_on("2026-01-01", "2026-01-05", "2026-01-09")
    worn = with_logged_shoes(runs, logged(("2026-01-03", "2026-01-07", "racers")))

    assert worn["shoe"].tolist() == [
        "shoes before racers",
        "racers",
        "shoes before racers",
    ]


def test_what_a_list_says_of_a_run_stands():
    runs = runs_on("2026-01-01", "2026-01-05", shoe=["Kayano", None])
    worn = with_logged_shoes(runs, logged(("2026-01-03", None, "Ghost")))

    assert worn["shoe"].tolist() == ["Kayano", "Ghost"]


def test_a_change_without_words_is_named_by_its_day():
    worn = with_logged_shoes(runs_on("2026-01-05"), logged(("2026-01-03", None, "")))

    assert worn["shoe"].tolist() == ["shoes of 2026-01-03"]


def test_a_table_without_a_kind_is_refused():
    with pytest.raises(TableError, match="'kind' is missing"):
        with_logged_shoes(runs_on("2026-01-05"), pd.DataFrame({"started_on": []}))


def test_a_new_pair_is_a_caveat_and_the_change_of_stride_is_still_seen():
    days = pd.date_range("2026-01-01", periods=30)
    step = [1.0] * 20 + [0.96] * 10
    runs = pd.DataFrame(
        {
            "run_id": [f"r{i}" for i in range(30)],
            "local_date": days,
            "step_length_at_ref_speed_m": step,
            "notes": "",
        }
    )
    cue = pd.DataFrame({"started_on": [days[20]], "kind": ["cue"], "label": ["short"]})
    both = pd.concat([cue, logged(("2026-01-11", None, "Ghost"))], ignore_index=True)
    found = from_before_first_change(runs, both)

    assert found["stride_deviation_pct"].iloc[-1] == pytest.approx(-4.08, abs=0.01)
    assert found["notes"].str.contains("may look like a change of stride").any()


def test_without_a_change_of_shoes_nothing_is_touched():
    runs = runs_on("2026-01-01")

    assert with_logged_shoes(runs, logged()) is runs
