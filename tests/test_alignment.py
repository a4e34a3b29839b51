from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hipstride.alignment import (
    align,
    change_column,
    control_column,
    from_before_first_change,
)
from hipstride.errors import DataQualityWarning, TableError
from hipstride.tables import OBSERVATIONS, PAIN_MOMENTS

DAY = pd.Timestamp("2026-09-01")
AFTER = "pain_after_0_10"
BEFORE = "pain_before_0_10"
DURING = "pain_during_0_10"
MORNING = "pain_next_morning_0_10"


def runs_at(*starts, offset_h=2.0):
    """Runs named a, b, … at (day, local hour)."""
    local = [DAY + pd.Timedelta(days=d, hours=h) for d, h in starts]
    shift = pd.Timedelta(hours=0 if np.isnan(offset_h) else offset_h)
    started_at = pd.DatetimeIndex(local).as_unit("us") - shift
    return pd.DataFrame(
        {
            "run_id": list("abcdefghij"[: len(starts)]),
            "started_at": started_at.tz_localize("UTC"),
            "local_date": pd.DatetimeIndex([moment.normalize() for moment in local]),
            "duration_s": 3600.0,
            "distance_m": 10_000.0,
            "utc_offset_s": 3600 * offset_h,
        }
    )


def diary(*ratings):
    """Ratings as dicts; `day` counts from the first day."""
    rows = [
        {
            "local_date": DAY + pd.Timedelta(days=rating["day"]),
            "pain_0_10": float(rating["pain"]),
            **{
                name: rating.get(name)
                for name in ("time", "moment", "side", "site", "run_id")
            },
        }
        for rating in ratings
    ]
    return pd.DataFrame(rows).astype(
        dict.fromkeys(("time", "moment", "side", "site", "run_id"), "str")
    )


def known(observations, column):
    values = observations.set_index("run_id")[column].dropna()
    return dict(values)


def test_each_moment_has_its_column():
    journal = diary(
        {"day": 0, "pain": 1, "moment": "before"},
        {"day": 0, "pain": 2, "moment": "during"},
        {"day": 0, "pain": 3, "moment": "after"},
        {"day": 1, "pain": 4, "moment": "next_morning"},
    )
    observations = align(runs_at((0, 7), (2, 7)), journal)

    OBSERVATIONS.check(observations)
    assert known(observations, BEFORE) == {"a": 1}
    assert known(observations, DURING) == {"a": 2}
    assert known(observations, AFTER) == {"a": 3}
    assert known(observations, MORNING) == {"a": 4}
    assert observations["day"].tolist() == [0, 2]


def test_a_run_without_a_rating_stays_with_nan():
    observations = align(runs_at((0, 7), (1, 7)), diary({"day": 1, "pain": 0}))

    assert observations[AFTER].isna().tolist() == [True, False]
    assert observations[AFTER][1] == 0


def test_all_columns_of_the_runs_are_kept():
    runs = runs_at((0, 7)).assign(mean_speed_mps=3.0, shoe="red")
    observations = align(runs, diary({"day": 0, "pain": 1}))

    assert set(runs.columns) <= set(observations.columns)


def test_a_named_run_beats_the_day():
    journal = diary({"day": 5, "pain": 6, "moment": "after", "run_id": "a"})

    assert known(align(runs_at((0, 7), (5, 7)), journal), AFTER) == {"a": 6}


def test_of_two_runs_before_is_for_the_first_and_after_for_the_last():
    journal = diary(
        {"day": 0, "pain": 1, "moment": "before"},
        {"day": 0, "pain": 5, "moment": "after"},
        {"day": 1, "pain": 2, "moment": "next_morning"},
    )
    observations = align(runs_at((0, 7), (0, 18)), journal)

    assert known(observations, BEFORE) == {"a": 1}
    assert known(observations, AFTER) == {"b": 5}
    assert known(observations, MORNING) == {"b": 2}


def test_of_two_runs_the_time_decides():
    journal = diary(
        {"day": 0, "pain": 1, "moment": "before", "time": "06:30"},
        {"day": 0, "pain": 2, "moment": "during", "time": "07:30"},
        {"day": 0, "pain": 3, "moment": "after", "time": "09:00"},
        {"day": 0, "pain": 4, "moment": "before", "time": "17:00"},
        {"day": 0, "pain": 5, "moment": "during", "time": "18:10"},
        {"day": 0, "pain": 6, "moment": "after", "time": "20:00"},
    )
    observations = align(runs_at((0, 7), (0, 18)), journal)

    assert known(observations, BEFORE) == {"a": 1, "b": 4}
    assert known(observations, DURING) == {"a": 2, "b": 5}
    assert known(observations, AFTER) == {"a": 3, "b": 6}


def test_a_time_before_given_late_takes_the_last_run_of_the_day():
    journal = diary({"day": 0, "pain": 1, "moment": "before", "time": "23:00"})
    observations = align(runs_at((0, 7), (0, 18)), journal)

    assert known(observations, BEFORE) == {"b": 1}


@pytest.mark.parametrize("moment", ["during", "after"])
@pytest.mark.parametrize("hours", [(7, 18), (7,)])
def test_pain_of_a_run_is_not_rated_before_it(moment, hours):
    journal = diary({"day": 0, "pain": 2, "moment": moment, "time": "05:00"})

    with pytest.warns(DataQualityWarning, match="1 are timed before the runs of their"):
        observations = align(runs_at(*((0, hour) for hour in hours)), journal)
    assert known(observations, AFTER) == known(observations, DURING) == {}


@pytest.mark.parametrize("next_run", [(1, 18), (3, 18)])
def test_a_run_past_midnight_takes_the_rating_of_the_small_hours(next_run):
    runs = runs_at((0, 23.5), next_run)
    journal = diary({"day": 1, "pain": 3, "moment": "after", "time": "00:40"})
    named = journal.assign(run_id="b")

    assert known(align(runs, journal), AFTER) == {"a": 3}
    assert known(align(runs, named), AFTER) == {"b": 3}


def test_a_time_may_carry_seconds_and_one_that_is_none_decides_nothing():
    runs = runs_at((0, 7), (0, 18))
    journal = diary(
        {"day": 0, "pain": 3, "moment": "after", "time": "09:00:30"},
        {"day": 0, "pain": 1, "moment": "before", "time": "99:99"},
    )

    assert known(align(runs, journal), AFTER) == {"a": 3}
    assert known(align(runs, journal), BEFORE) == {"a": 1}


@pytest.mark.parametrize("pain", [11.0, -1.0, np.inf])
def test_a_pain_outside_of_the_scale_is_refused(pain):
    with pytest.raises(TableError, match=f"holds {pain:g} and 0 more outside of 0 to"):
        align(runs_at((0, 7)), diary({"day": 0, "pain": pain}))


def changes_of(*rows):
    frame = pd.DataFrame(rows, columns=["started_on", "ended_on", "label"])
    days = ("started_on", "ended_on")
    frame = frame.assign(**{day: pd.to_datetime(frame[day]) for day in days})
    return frame.assign(kind="cue")


def test_labels_that_differ_in_signs_alone_are_pointed_out():
    changes = changes_of(("2026-09-01", None, "+5 %"), ("2026-09-02", None, "-5 %"))
    same = changes_of(("2026-09-01", None, "Cue"), ("2026-09-02", None, "cue"))
    runs, journal = runs_at((0, 7)), diary({"day": 0, "pain": 1})

    with pytest.warns(DataQualityWarning, match=r"'\+5 %', '-5 %' are one change"):
        align(runs, journal, changes)
    assert align(runs, journal, same)["change_cue"].tolist() == [1]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            ("2026-09-05", "2026-09-01", "x"),
            "end before they begin, such as the one of",
        ),
        ((None, None, "x"), "1 without a day in 'started_on'"),
    ],
)
def test_a_change_without_a_possible_time_is_refused(change, words):
    with pytest.raises(TableError, match=words):
        align(runs_at((0, 7)), diary({"day": 0, "pain": 1}), changes_of(change))


def test_hundreds_of_changes_are_joined_at_once():
    changes = changes_of(
        *((f"2026-09-{1 + n % 28:02d}", None, f"x{n}") for n in range(300))
    )
    observations = align(runs_at((0, 7), (5, 7)), diary({"day": 0, "pain": 1}), changes)
    again = align(observations, diary({"day": 0, "pain": 1}), changes)

    assert sum(name.startswith("change_") for name in observations) == 300
    assert observations["change_x4"].tolist() == [0, 1]
    pd.testing.assert_frame_equal(again, observations)


def test_one_run_of_a_day_takes_the_rating_whatever_its_time():
    journal = diary({"day": 0, "pain": 1, "moment": "before", "time": "23:00"})

    assert known(align(runs_at((0, 7)), journal), BEFORE) == {"a": 1}


def test_without_the_runners_clock_a_time_does_not_decide():
    runs = runs_at((0, 7), (0, 18), offset_h=np.nan)
    journal = diary({"day": 0, "pain": 3, "moment": "after", "time": "09:00"})

    assert known(align(runs, journal), AFTER) == {"b": 3}


def test_during_one_of_two_runs_is_not_guessed():
    journal = diary({"day": 0, "pain": 3, "moment": "during"})

    with pytest.warns(DataQualityWarning, match="1 could be of either run"):
        observations = align(runs_at((0, 7), (0, 18)), journal)
    assert known(observations, DURING) == {}


def test_a_rating_of_the_day_stands_as_after_where_one_run_was():
    journal = diary({"day": 0, "pain": 3}, {"day": 1, "pain": 4, "moment": "day"})

    assert known(align(runs_at((0, 7), (1, 7)), journal), AFTER) == {"a": 3, "b": 4}


def test_a_rating_of_the_day_gives_way_to_one_after_the_run():
    journal = diary(
        {"day": 0, "pain": 3, "moment": "day"}, {"day": 0, "pain": 5, "moment": "after"}
    )

    with pytest.warns(
        DataQualityWarning,
        match="1 of 2 ratings are not used: 1 are of a day whose run",
    ):
        observations = align(runs_at((0, 7)), journal)
    assert known(observations, AFTER) == {"a": 5}


def test_ratings_without_a_run_are_counted():
    journal = diary(
        {"day": 3, "pain": 3},
        {"day": 0, "pain": 2, "moment": "next_morning"},
        {"day": 0, "pain": 2, "moment": "after", "run_id": "zz"},
        {"day": 0, "pain": 1, "moment": "after"},
    )

    with pytest.warns(DataQualityWarning) as caught:
        observations = align(runs_at((0, 7)), journal)
    message = (
        "journal: 3 of 4 ratings are not used: 1 name an unknown run_id, "
        "2 lie on a day without a run"
    )
    assert [str(warning.message) for warning in caught] == [message]
    assert known(observations, AFTER) == {"a": 1}


def test_over_places_the_worst_counts_and_one_place_can_be_chosen():
    journal = diary(
        {"day": 0, "pain": 2, "moment": "after", "side": "left", "site": "hip"},
        {"day": 0, "pain": 5, "moment": "after", "side": "right", "site": "Hip"},
        {"day": 0, "pain": 7, "moment": "after", "side": "left", "site": "knee"},
    )
    runs = runs_at((0, 7))

    with pytest.warns(DataQualityWarning, match="taken together"):
        of_all = align(runs, journal)
    with pytest.warns(DataQualityWarning, match="several sides") as told:
        of_the_hip = align(runs, journal, site="hip")

    assert known(of_all, AFTER) == {"a": 7}
    assert known(of_the_hip, AFTER) == {"a": 5}
    assert "several sites" not in str(told[0].message)
    assert known(align(runs, journal, side="left", site="Hip "), AFTER) == {"a": 2}


def test_places_taken_together_are_named_in_the_warning():
    journal = diary(
        *({"day": 0, "pain": 2, "moment": "after", "site": site} for site in "fedcba"),
        {"day": 0, "pain": 2, "moment": "after", "side": "both"},
    )

    with pytest.warns(DataQualityWarning) as told:
        align(runs_at((0, 7)), journal)

    (warning,) = told
    assert str(warning.message) == (
        "journal: ratings of several sites (a, b, c, d and 2 more) are taken together, "
        "and the worst of a moment counts; choose one with site (--site)"
    )


def test_ratings_of_both_sides_and_of_no_side_belong_to_each():
    journal = diary(
        {"day": 0, "pain": 2, "moment": "after", "side": "both"},
        {"day": 1, "pain": 3, "moment": "after"},
        {"day": 2, "pain": 4, "moment": "after", "side": "left"},
    )
    observations = align(runs_at((0, 7), (1, 7), (2, 7)), journal, side="right")

    assert known(observations, AFTER) == {"a": 2, "b": 3}


def test_ratings_that_disagree_are_averaged_and_counted():
    journal = diary(
        {"day": 0, "pain": 2, "moment": "after", "side": "left"},
        {"day": 0, "pain": 5, "moment": "after", "side": "left"},
    )

    with pytest.warns(DataQualityWarning, match="1 times ratings of one moment"):
        observations = align(runs_at((0, 7)), journal)
    assert known(observations, AFTER) == {"a": 3.5}


def test_the_same_rating_twice_is_no_trouble():
    journal = diary(*[{"day": 0, "pain": 2, "moment": "after"}] * 2)

    assert known(align(runs_at((0, 7)), journal), AFTER) == {"a": 2}


def test_a_diary_of_two_columns_is_enough():
    journal = diary({"day": 0, "pain": 2})[["local_date", "pain_0_10"]]

    assert known(align(runs_at((0, 7)), journal), AFTER) == {"a": 2}


def test_a_rating_that_was_not_entered_is_no_rating():
    journal = diary({"day": 0, "pain": np.nan}, {"day": 9, "pain": np.nan})

    assert align(runs_at((0, 7)), journal)[AFTER].isna().all()


def test_an_empty_diary_and_no_runs_give_empty_pain():
    journal = diary({"day": 0, "pain": 1}).iloc[:0]
    runs = runs_at((0, 7))

    assert align(runs, journal)[AFTER].isna().all()
    assert len(align(runs.iloc[:0], journal)) == 0


def test_a_change_holds_from_its_first_to_its_last_day():
    changes = pd.DataFrame(
        {
            "started_on": DAY + pd.to_timedelta([1, 3, 2, 0], unit="D"),
            "kind": ["cue", "rest", "cue", "shoes"],
            "ended_on": pd.to_datetime(["2026-09-03", None, None, "2026-09-01"]),
            "label": ["Glute cue", None, "Brücke!", "Glute cue"],
        }
    )
    runs = runs_at(*[(day, 7) for day in range(5)])
    observations = align(runs, diary({"day": 0, "pain": 1}), changes)

    assert observations["change_glute_cue"].tolist() == [1, 1, 1, 0, 0]
    assert observations["change_brücke"].tolist() == [0, 0, 1, 1, 1]
    assert observations["change_rest"].tolist() == [0, 0, 0, 1, 1]


@pytest.mark.parametrize(
    ("label", "kind", "expected"),
    [
        ("Shorter  stride", "stride", "change_shorter_stride"),
        ("!!!", "physio", "change_physio"),
        ("", "", "change_other"),
        ("走り方", "cue", "change_走り方"),
    ],
)
def test_a_change_is_named_by_its_words(label, kind, expected):
    assert change_column(label, kind) == expected


def test_runs_are_put_in_order():
    observations = align(
        runs_at((3, 7), (0, 7)), diary({"day": 3, "pain": 4, "moment": "after"})
    )

    assert observations["run_id"].tolist() == ["b", "a"]
    assert known(observations, AFTER) == {"a": 4}


def test_arguments_are_not_changed():
    runs, journal = runs_at((3, 7), (0, 7)), diary({"day": 3, "pain": 4})
    before = runs.copy(deep=True), journal.copy(deep=True)
    align(runs, journal)

    pd.testing.assert_frame_equal(runs, before[0])
    pd.testing.assert_frame_equal(journal, before[1])


def test_a_run_that_stands_twice_is_refused():
    runs = runs_at((0, 7), (1, 7)).assign(run_id="a")

    with pytest.raises(TableError, match="run_id 'a' stands twice"):
        align(runs, diary({"day": 0, "pain": 1}))


def test_words_outside_of_the_glossary_are_refused():
    runs = runs_at((0, 7))

    with pytest.raises(TableError, match="found moment 'evening'; expected one of bef"):
        align(runs, diary({"day": 0, "pain": 1, "moment": "evening"}))
    with pytest.raises(TableError, match="found side 'west'; expected one of left"):
        align(runs, diary({"day": 0, "pain": 1}), side="west")


def test_a_missing_column_is_named_in_the_error():
    with pytest.raises(TableError, match="journal: column 'pain_0_10' is missing"):
        align(runs_at((0, 7)), pd.DataFrame({"local_date": [DAY]}))


@settings(max_examples=40, deadline=None)
@pytest.mark.filterwarnings("ignore::hipstride.errors.DataQualityWarning")
@given(
    starts=st.lists(
        st.tuples(st.integers(0, 9), st.integers(5, 21)), max_size=8, unique=True
    ),
    ratings=st.lists(
        st.fixed_dictionaries(
            {
                "day": st.integers(0, 10),
                "pain": st.integers(0, 10),
                "moment": st.sampled_from([*PAIN_MOMENTS, None]),
                "time": st.sampled_from([None, "06:00", "12:30", "20:15"]),
                "side": st.sampled_from([None, "left", "right", "both"]),
            }
        ),
        min_size=1,
        max_size=12,
    ),
)
def test_every_pain_of_a_run_was_rated_on_its_day_or_the_morning_after(starts, ratings):
    observations = align(runs_at(*starts), diary(*ratings))

    assert len(observations) == len(starts)
    for row in observations.to_dict("records"):
        day = (row["local_date"] - DAY).days
        rated = [rating["pain"] for rating in ratings if rating["day"] == day]
        later = [rating["pain"] for rating in ratings if rating["day"] == day + 1]
        for column, pool in ((BEFORE, rated), (AFTER, rated), (MORNING, later)):
            if not np.isnan(row[column]):
                assert min(pool) <= row[column] <= max(pool)


def steps_of(*deviation_pct, kind="cue", before=6, device="watch"):
    runs = runs_at(*((day, 7) for day in range(len(deviation_pct))))
    change = changes_of((DAY + pd.Timedelta(days=before), None, "x")).assign(kind=kind)
    runs = runs.assign(
        step_length_at_ref_speed_m=np.exp(np.array(deviation_pct) / 100), device=device
    )
    return runs, change


def test_deviations_are_counted_from_the_runs_before_the_first_change():
    runs, change = steps_of(0, 0, 0, 0, 0, 0, -4, -4)
    later = changes_of(("2026-09-08", None, "later"))
    moved = from_before_first_change(runs, pd.concat([later, change]))

    assert moved["stride_deviation_pct"].to_numpy() == pytest.approx([0] * 6 + [-4] * 2)
    assert moved["is_baseline"].tolist() == [True] * 6 + [False] * 2


@pytest.mark.parametrize(
    ("kind", "before", "device"),
    [
        ("rest", 6, "watch"),
        ("cue", 4, "watch"),
        ("cue", 6, ["old"] * 6 + ["new"] * 4),
    ],
    ids=["another kind", "too few before", "hardly any comparable"],
)
def test_the_baseline_stays_where_the_change_gives_no_better_one(kind, before, device):
    steps = [0, 0, 0, 0, np.nan, 0, -4, -4, -4, -4]
    runs, change = steps_of(*steps, kind=kind, before=before, device=device)
    if device != "watch":
        more = runs.iloc[-4:].assign(run_id=list("wxyz"))
        runs = pd.concat([runs, more], ignore_index=True)

    assert from_before_first_change(runs, change) is runs
    assert from_before_first_change(runs, None) is runs
    assert from_before_first_change(runs, change.iloc[:0]) is runs


# --- ratings of other body sites ------------------------------------------------------


NECK_AFTER = "control_neck_after_0_10"


def two_sites():
    return diary(
        {"day": 0, "pain": 2, "moment": "after", "site": "Hip", "side": "right"},
        {"day": 0, "pain": 7, "moment": "after", "site": "Neck", "side": "left"},
        {"day": 1, "pain": 3, "moment": "after", "site": "hip", "side": "right"},
        {"day": 1, "pain": 1, "moment": "next_morning", "site": "neck"},
    )


def test_a_control_site_has_columns_of_its_own_and_is_in_no_other():
    runs = runs_at((0, 7), (1, 7))

    with pytest.warns(DataQualityWarning, match=r"several sites \(hip, neck\)"):
        mixed = align(runs, two_sites())
    apart = align(runs, two_sites(), controls=["NECK"])

    assert known(mixed, AFTER) == {"a": 7, "b": 3}
    assert known(apart, AFTER) == {"a": 2, "b": 3}
    assert known(apart, NECK_AFTER) == {"a": 7}
    assert known(apart, "control_neck_next_morning_0_10") == {"a": 1}
    assert known(apart, MORNING) == {}
    assert "control_neck_before_0_10" not in apart
    OBSERVATIONS.check(apart)


def test_a_control_stands_beside_a_chosen_side_and_site():
    runs = runs_at((0, 7), (1, 7))

    found = align(runs, two_sites(), side="right", site="hip", controls=["neck"])

    assert known(found, AFTER) == {"a": 2, "b": 3}
    assert known(found, NECK_AFTER) == {"a": 7}


def test_ratings_without_a_site_are_of_no_control():
    journal = pd.concat([two_sites(), diary({"day": 1, "pain": 9, "moment": "after"})])

    found = align(runs_at((0, 7), (1, 7)), journal, controls=["neck"])

    assert known(found, AFTER) == {"a": 2, "b": 9}
    assert known(found, NECK_AFTER) == {"a": 7}


def test_a_control_without_ratings_of_it_is_refused_with_what_the_diary_has():
    with pytest.raises(TableError, match="site 'shoulder'; the diary has hip, neck"):
        align(runs_at((0, 7)), two_sites(), controls=["shoulder"])


def test_the_site_in_question_is_no_control():
    with pytest.raises(TableError, match="'Hip', which is the site in question"):
        align(runs_at((0, 7)), two_sites(), site="hip", controls=["Hip"])


def test_a_word_instead_of_a_list_of_controls_is_refused():
    with pytest.raises(TableError, match=r"expected a list, \['neck'\]"):
        align(runs_at((0, 7)), two_sites(), controls="neck")


def test_two_controls_of_one_name_are_refused():
    journal = diary(
        {"day": 0, "pain": 1, "site": "left knee"},
        {"day": 0, "pain": 1, "site": "left-knee"},
    )

    with pytest.raises(TableError, match="share the column"):
        align(runs_at((0, 7)), journal, controls=["left knee", "left-knee"])


def test_the_name_of_a_control_needs_letters_and_a_moment():
    assert control_column("Upper arm", "before") == "control_upper_arm_before_0_10"
    with pytest.raises(TableError, match="found the site '-'"):
        control_column("-")
    with pytest.raises(TableError, match="moment: found 'day'"):
        control_column("neck", "day")
