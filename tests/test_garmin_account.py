"""The list of activities in a Garmin account's export."""

from __future__ import annotations

import gzip
import json
import math
import warnings

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipstride.errors import DataQualityWarning, ReadError
from hipstride.io.garmin_account import is_garmin_activities, read_garmin_activities
from hipstride.tables import ACTIVITIES

START_MS = 1_756_711_800_000  # 2025-09-01 07:30 UTC
HOUR_MS = 3_600_000


def row(**changed) -> dict[str, object]:
    plain = {
        "activityId": 1,
        "name": "Easy",
        "activityType": "running",
        "sportType": "RUNNING",
        "startTimeGmt": float(START_MS),
        "startTimeLocal": float(START_MS + 2 * HOUR_MS),
        "duration": 1_800_000.0,
        "distance": 500_000.0,
        "parent": False,
    }
    return plain | changed


def export(*rows: object) -> bytes:
    return json.dumps([{"summarizedActivitiesExport": list(rows)}]).encode()


def read(*rows: object) -> pd.DataFrame:
    return read_garmin_activities(export(*rows), name="list.json")


def only(**changed) -> pd.Series:
    return read(row(**changed)).iloc[0]


# What is obvious


def test_the_units_of_the_export_become_ours():
    run = only(description="hip 2/10")

    assert run["started_at"] == pd.Timestamp("2025-09-01 07:30", tz="UTC")
    assert run["utc_offset_s"] == 7200
    assert run["duration_s"] == 1800
    assert run["distance_m"] == 5000
    assert (run["name"], run["description"]) == ("Easy", "hip 2/10")
    assert run["source"] == "list.json"


def test_the_table_has_all_columns_of_their_kinds():
    for table in (read(row()), read()):
        ACTIVITIES.check(table, *ACTIVITIES.names)
        assert tuple(table.columns) == ACTIVITIES.names


@pytest.mark.parametrize(
    ("kind", "sport", "sub_sport", "is_treadmill"),
    [
        ("running", "running", None, False),
        ("treadmill_running", "running", "treadmill", True),
        ("indoor_running", "running", "indoor_running", True),
        ("virtual_run", "running", "virtual_activity", True),
        ({"typeKey": "trail_running", "typeId": 6}, "running", "trail", False),
        ("ultra_run", "running", "ultra", False),
        ("road_biking", "running", None, False),  # by its sportType
        (7, "running", None, False),
    ],
)
def test_the_type_is_told_in_words_of_the_fit_profile(
    kind, sport, sub_sport, is_treadmill
):
    run = only(activityType=kind)

    assert run["sport"] == sport
    assert run["sub_sport"] == sub_sport or (
        sub_sport is None and pd.isna(run.sub_sport)
    )
    assert run["is_treadmill"] == is_treadmill


def test_a_multisport_event_is_kept_beside_its_parts():
    table = read(
        row(activityId=1, parent=True, activityType="multi_sport"),
        row(activityId=2, parentId=1, startTimeGmt=START_MS + HOUR_MS),
    )

    assert table["sport"].tolist() == ["multisport", "running"]


@pytest.mark.parametrize(
    "where",
    [
        {"workoutRpe": 30, "workoutFeel": 75},
        {"directWorkoutRpe": 30, "directWorkoutFeel": 75},
        {"workoutRpe": None, "directWorkoutRpe": "30", "workoutFeel": "75"},
        {"summaryDTO": {"directWorkoutRpe": 30, "directWorkoutFeel": 75}},
    ],
)
def test_effort_and_feel_are_found_where_exports_keep_them(where):
    run = only(**where)

    assert (run["rpe_0_10"], run["feel_0_100"]) == (3.0, 75.0)


def test_an_effort_of_zero_is_no_answer_and_one_off_the_scale_is_told():
    assert math.isnan(only(workoutRpe=0)["rpe_0_10"])
    with pytest.warns(DataQualityWarning, match="1 efforts are not from 10 to 100"):
        assert math.isnan(only(workoutRpe=300)["rpe_0_10"])


def test_a_very_weak_feel_is_zero_and_not_missing():
    assert only(workoutFeel=0)["feel_0_100"] == 0


@pytest.mark.parametrize(
    ("hours", "offset_s"),
    [(5.75, 20_700), (-9.5, -34_200), (2.0004, 7200), (14, 50_400), (0, 0)],
)
def test_clocks_of_quarters_of_an_hour_are_read(hours, offset_s):
    run = only(startTimeLocal=START_MS + hours * HOUR_MS)

    assert run["utc_offset_s"] == offset_s


@pytest.mark.parametrize("hours", [15, -13, 0.1, 1e9])
def test_a_clock_that_nobody_has_is_missing(hours):
    run = only(startTimeLocal=START_MS + hours * HOUR_MS)

    assert math.isnan(run["utc_offset_s"])


def test_the_start_is_taken_from_the_other_field_where_one_is_missing():
    assert only(startTimeGmt=None, beginTimestamp=START_MS)["started_at"].hour == 7


def test_what_cannot_be_is_kept_since_the_list_measures_nothing():
    run = only(duration=720_000.0, distance=5_650_000.0)

    assert (run["duration_s"], run["distance_m"]) == (720, 56_500)


# What can be wrong in a file


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "a file of 0 bytes"),
        (b"[{", "broken JSON"),
        (b"\xff\xfe\x00", "bytes that are no text"),
        (b"[" * 200_000, "nested without end"),
        (b"[" + b"9" * 5000 + b"]", "a number that is no number"),
        (b'{"some": "thing"}', "JSON of something else"),
        (b'[{"gearPk": 1}, {"gearPk": 2}]', "JSON of something else"),
        (b"null", "JSON of something else"),
        (b'"text"', "JSON of something else"),
    ],
)
def test_what_is_no_list_of_activities_is_refused_in_one_line(data, found):
    with pytest.raises(ReadError, match=found) as caught:
        read_garmin_activities(data, name="list.json")

    assert str(caught.value).startswith("list.json: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("data", [b"[]", b'[{"summarizedActivitiesExport": []}]'])
def test_an_empty_list_is_an_empty_table(data):
    assert read_garmin_activities(data).empty


@pytest.mark.parametrize(
    "data",
    [
        export(row()),
        json.dumps({"summarizedActivitiesExport": [row()]}).encode(),
        json.dumps([row()]).encode(),
        json.dumps([[row()]]).encode(),
        gzip.compress(export(row())),
        "\ufeff".encode() + export(row()),
        export(row()).decode().encode("utf-16"),
    ],
)
def test_the_list_is_found_however_it_is_wrapped(data):
    assert len(read_garmin_activities(data)) == 1


def test_a_list_in_several_pieces_is_read_whole():
    pieces = [
        {"summarizedActivitiesExport": [row(activityId=n, startTimeGmt=START_MS + n)]}
        for n in range(3)
    ]

    assert len(read_garmin_activities(json.dumps(pieces).encode())) == 3


def test_rows_without_a_start_and_repeats_are_left_out_and_counted():
    with pytest.warns(DataQualityWarning) as caught:
        table = read(
            row(), row(), None, 3, row(activityId=2, startTimeGmt=None), "x",
            row(activityId=3, startTimeGmt="1756711800000"),
        )  # fmt: skip

    assert len(table) == 2
    messages = [str(one.message) for one in caught]
    assert "list.json: 4 rows without a start were left out" in messages
    assert "list.json: 1 rows stand there twice; one of each was kept" in messages


def test_numbers_that_are_none_are_missing():
    text = (
        export(row())
        .replace(b": 1800000.0", b": NaN")
        .replace(b"500000.0", b"-Infinity")
    )

    run = read_garmin_activities(text).iloc[0]

    assert math.isnan(run["duration_s"])
    assert math.isnan(run["distance_m"])


def test_a_number_beyond_all_measure_is_missing():
    assert math.isnan(only(duration=10**400)["duration_s"])


def test_a_broken_gzip_is_told():
    packed = gzip.compress(export(row()))
    with pytest.warns(DataQualityWarning, match=r"list\.json: The gzip is damaged"):
        table = read_garmin_activities(packed[:-4], name="list.json")

    assert len(table) == 1


def test_half_of_a_character_in_a_name_does_no_harm():
    assert only(name="hip \ud83d\x00 3/10")["name"] == "hip ? 3/10"


JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=8),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from([*row(), "workoutRpe", "workoutFeel", "summaryDTO"]),
            inner,
            max_size=6,
        ),
    ),
    max_leaves=12,
)


@given(st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(row(), JSON)) | JSON))
def test_any_json_is_a_table_or_a_read_error(rows):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataQualityWarning)
        try:
            table = read_garmin_activities(export(*rows))
        except ReadError:
            return

    ACTIVITIES.check(table, *ACTIVITIES.names)
    assert len(table) <= len(rows)


# The name of the file


@pytest.mark.parametrize(
    ("name", "is_list"),
    [
        ("me@example.org_0_summarizedActivities.json", True),
        ("123_1001_SUMMARIZEDACTIVITIES.JSON", True),
        ("x/DI_CONNECT/DI-Connect-Fitness/me_summarizedActivities_2.json", True),
        ("me_personalRecord.json", False),
        ("summarizedActivities/gear.json", False),
        ("summarizedActivities.csv", False),
    ],
)
def test_the_list_is_known_by_its_name(name, is_list):
    assert is_garmin_activities(name) is is_list


# A real export


def test_the_real_export_is_read_whole(shared):
    path = next((shared / "exports" / "garmin_account_export").glob("*Activities.json"))

    table = read_garmin_activities(path)

    ACTIVITIES.check(table, *ACTIVITIES.names)
    assert len(table) == 372
    assert is_garmin_activities(path.name)
    assert table["utc_offset_s"].value_counts().to_dict() == {7200: 215, 28_800: 157}
    assert table["started_at"].is_monotonic_increasing
    assert (table["sport"] == "walking").sum() == 70
    walk = table.loc[table["sport"] == "walking", ["distance_m", "duration_s"]]
    # The jump of a GPS that the export really holds.
    assert (walk["distance_m"] / walk["duration_s"]).max() > 50
