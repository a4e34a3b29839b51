"""CSV files of runs: whose they are, what their units are, and what is refused."""

from __future__ import annotations

import datetime as dt
import gzip
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hipstride.errors import ReadError, UnknownFormatError
from hipstride.io.stride_csv import read_stride_csv
from hipstride.tables import LAPS, PAUSES, SAMPLES, Recording
from strategies import CSV_LIKE

START_S = 1_756_700_000  # 2025-09-01 04:13:20 UTC


def read(text: str, **options) -> list[Recording]:
    return read_stride_csv(text.encode(), name="run.csv", **options)


def one(text: str, **options) -> Recording:
    (run,) = read(text, **options)
    SAMPLES.check(run.samples)
    LAPS.check(run.laps)
    PAUSES.check(run.pauses)
    return run


def notes(run: Recording) -> str:
    return " | ".join(run.notes)


def stryd(n: int = 60, *, pod_speed: float = 3.2, cadence: float = 170.0) -> str:
    header = (
        "Timestamp,Power (w/kg),Form Power (w/kg),Watch Speed (m/s),Stryd Speed (m/s),"
        "Watch Distance (meters),Stryd Distance (meters),Stiffness,Ground Time (ms),"
        "Cadence (spm),Vertical Oscillation (cm),Watch Elevation (m),Heart Rate (bpm)"
    )
    rows = [
        f"{START_S + i},4.1,1.0,3.0,{pod_speed},{3.0 * i},{pod_speed * i},9.1,231,"
        f"{cadence},6.4,51.2,{0 if i == 0 else 140}"
        for i in range(n)
    ]
    return "\n".join([header, *rows])


def runscribe(*, paused: range = range(0)) -> str:
    header = (
        "datetime; time_s; time_h_m_s; active_status; active_dist_km; active_time_s; "
        "pause_time_s; stride_pace_min/km; step_rate_steps/min; stride_length_cm; "
        "contact_time_ms; braking_gs; footstrike_type "
    )
    rows = [
        f"2017-05-01 07:30:{i:02d},500; {i},5; 00:00:{i:02d},500; "
        f"{0 if i in paused else 1}; 0,{3 * i:03d}; {i},0; 0,0; 5,5; 165; 220,5; "
        "245; 9,1; 7"
        for i in range(40)
    ]
    return "\n".join([header, *rows])


LAP_HEADER = '"Laps","Time","Cumulative Time","Distance{}","Avg Pace{}","Avg HR"'
LAP_ROWS = (
    '"1","5:30.0","5:30.0","1.00","5:30","140","170","1.07"\n'
    '"2","5:20.5","10:50","1.00","5:20","150","171","1.09"\n'
    '"3","1:00.0","11:50","0.19","5:16","--","171","1.11"\n'
    '"Summary","11:50","11:50","2.19","5:25","145","170","1.08"\n'
)


def laps(unit: str = "", pace: str = "", rows: str = LAP_ROWS) -> str:
    tail = ',"Avg Run Cadence","Avg Stride Length"\n'
    return LAP_HEADER.format(unit, pace) + tail + rows


ACTIVITIES = (
    "Activity Type,Date,Favorite,Title,Distance,Calories,Time,Avg HR,Avg Run Cadence,"
    "Avg Pace,Avg Stride Length,Avg Vertical Ratio,Avg Vertical Oscillation,"
    "Avg Ground Contact Time,Steps,Elapsed Time\n"
    'Running,2025-02-06 17:06:03,false,"Wellington Running","5.48","447","00:31:24",'
    '"153","153","5:44","1.15","8.6","9.5","281","4,808","00:32:57"\n'
    'Cycling,2025-02-05 17:06:03,false,"Bike","25.48","447","01:31:24",'
    '"133","--","16.7 km/h","0.00","--","--","--","--","01:32:57"\n'
    'Treadmill Running,2025-02-04 07:00:00,false,"Belt","10.00","447","01:00:00",'
    '"140","160","6:00","1.04","8.6","9.5","281","9,600","01:00:00"\n'
)


# Stryd


def test_a_stryd_file_is_read_in_our_units():
    run = one(stryd())
    last = run.samples.iloc[-1]

    assert run.device == "Stryd"
    assert run.format == "csv"
    assert run.started_at == pd.Timestamp(START_S, unit="s", tz="UTC")
    assert run.samples["elapsed_s"].tolist() == list(range(60))
    assert last["speed_mps"] == 3.2
    assert last["cadence_spm"] == 170
    assert last["ground_contact_s"] == pytest.approx(0.231)
    assert last["vertical_oscillation_m"] == pytest.approx(0.064)
    assert last["distance_m"] == pytest.approx(3.2 * 59)
    assert last["dev_power_w_kg"] == 4.1
    assert "power_w" not in run.samples
    assert "step_length_m" not in run.samples


def test_a_heart_rate_of_zero_is_missing():
    run = one(stryd())

    assert np.isnan(run.samples["heart_rate_bpm"][0])
    assert "1 zeros in heart_rate_bpm were left missing" in run.notes


def test_a_pod_that_says_zero_throughout_gives_way_to_the_watch():
    run = one(stryd(pod_speed=0.0))

    assert run.samples["speed_mps"].eq(3.0).all()
    assert "speed_mps of the pod is zero throughout; the watch's was taken" in run.notes
    assert "dev_watch_speed_m_s" not in run.samples


def test_a_cadence_of_one_foot_under_a_header_of_both_is_doubled():
    run = one(stryd(cadence=81.0))

    assert run.samples["cadence_spm"].eq(162).all()
    assert "one foot and doubled" in notes(run)


# RunScribe


def test_a_runscribe_stride_is_two_steps():
    run = one(runscribe())

    assert run.device == "RunScribe"
    assert run.samples["device_step_length_m"].iloc[0] == pytest.approx(1.1025)
    assert run.samples["speed_mps"].iloc[0] == pytest.approx(1000 / 60 / 5.5)
    assert run.samples["cadence_spm"].eq(165).all()
    assert run.started_at == pd.Timestamp("2017-05-01 07:30:00.5", tz="UTC")
    assert run.samples["dev_braking_gs"].eq(9.1).all()
    assert "the times have no zone and were taken as UTC" in run.notes


def test_the_rows_that_runscribe_calls_inactive_are_a_pause():
    run = one(runscribe(paused=range(10, 15)))

    assert run.pauses.to_dict("records") == [{"elapsed_s": 9.0, "duration_s": 5.0}]


# Garmin Connect


def test_laps_become_samples_at_their_ends():
    run = one(laps("km", "min/km"), started_at="2025-09-01 07:30+02:00")

    assert run.started_at == pd.Timestamp("2025-09-01 05:30", tz="UTC")
    assert run.utc_offset == pd.Timedelta(hours=2)
    assert run.laps["duration_s"].tolist() == [330.0, 320.5, 60.0]
    assert run.laps["distance_m"].tolist() == [1000.0, 1000.0, 190.0]
    assert run.samples["elapsed_s"].tolist() == [0.0, 330.0, 650.5, 710.5]
    assert run.samples["distance_m"].tolist() == [0.0, 1000.0, 2000.0, 2190.0]
    assert run.samples["speed_mps"].iloc[1] == pytest.approx(1000 / 330)
    assert run.samples["device_step_length_m"].iloc[1] == 1.07
    assert run.samples["cadence_spm"].iloc[1] == 170
    assert np.isnan(run.samples["heart_rate_bpm"].iloc[3])
    assert run.distance_m == pytest.approx(2190)
    assert "one value per lap" in notes(run)


@pytest.mark.parametrize("unit", ["mi", " mi", "\nmi"])
def test_miles_in_the_header_are_miles(unit):
    rows = '"1","8:51","8:51","1.00","8:51","140","170","1.07"\n'

    run = one(laps(unit, rows=rows), started_at="2025-09-01")

    assert run.laps["distance_m"].tolist() == [1609.344]


def test_a_distance_without_a_unit_is_told_by_the_steps():
    kilometres = one(laps(), started_at="2025-09-01")
    rows = '"1","8:51","8:51","1.00","8:51","140","170","1.07"\n'
    miles = one(laps(rows=rows), started_at="2025-09-01")

    assert kilometres.laps["distance_m"][0] == 1000
    assert "taken as km, since it fits cadence and step length" in notes(kilometres)
    assert miles.laps["distance_m"].tolist() == [1609.344]


def test_a_distance_without_a_unit_is_told_by_the_unit_of_the_pace():
    text = 'Laps,Time,Distance,"Avg Pace\nmin/mi"\n1,8:51,1.00,8:51\n'

    assert one(text, started_at="2025-09-01").laps["distance_m"][0] == 1609.344


def test_a_distance_that_miles_would_make_a_world_record_is_in_kilometres():
    run = one("Laps,Time,Distance\n1,4:00,1.00\n2,4:00,1.00\n", started_at="2025-09-01")

    assert run.laps["distance_m"].tolist() == [1000.0, 1000.0]


def test_a_distance_whose_unit_cannot_be_told_is_refused_with_the_remedy():
    text = "Laps,Time,Distance\n1,7:30,1.00\n2,7:30,1.00\n"

    with pytest.raises(ReadError, match=r"write 'Distance km' or 'Distance mi'"):
        read(text, started_at="2025-09-01")

    run = one(
        text, started_at="2025-09-01", columns={"distance_m": ("Distance", 1609.344)}
    )
    assert run.laps["distance_m"][0] == 1609.344


def test_a_table_of_laps_needs_to_be_told_when_it_was():
    with pytest.raises(ReadError, match=r"a table of laps without a date.*started_at="):
        read(laps("km"))


def test_a_start_that_is_no_time_is_refused():
    with pytest.raises(ReadError, match="started_at='soon'"):
        read(laps("km"), started_at="soon")


def test_a_start_without_a_zone_is_said_to_be_taken_as_utc():
    run = one(laps("km"), started_at=dt.datetime(2025, 9, 1, 7, 30))  # noqa: DTZ001

    assert "started_at has no zone and was taken as UTC" in run.notes


def test_rows_of_a_table_of_laps_that_are_no_laps_are_named():
    rows = LAP_ROWS + '"Interval","1:00","1:00","0.2","5:00","140","170","1.0"\n'

    run = one(laps("km", rows=rows), started_at="2025-09-01")

    assert len(run.laps) == 3
    assert "rows 'Interval' are no laps" in run.notes


def test_a_table_of_laps_without_a_lap_is_refused():
    with pytest.raises(ReadError, match="no lap with a time"):
        one("Laps,Time,Distance km\n1,--,1.00\n", started_at="2025-09-01")


def test_steps_that_fit_no_unit_leave_it_open():
    rows = '"1","8:51","8:51","1.00","8:51","140","170","0.40"\n'

    with pytest.raises(ReadError, match="may be kilometres or miles"):
        one(laps(rows=rows), started_at="2025-09-01")


def test_a_run_of_a_list_without_a_time_is_left_out_and_counted():
    broken = ACTIVITIES.replace('"01:00:00","140"', '"--","140"')

    (run,) = read(broken)

    assert "1 runs have no start or no time and were left out" in run.notes


def test_a_list_whose_runs_have_no_time_is_refused():
    text = "Activity Type,Date,Distance km,Time\nRunning,2025-02-06 17:06:03,5,--\n"

    with pytest.raises(ReadError, match="no run with a start and a time"):
        read(text)


def test_a_list_of_activities_gives_its_runs():
    runs = read(ACTIVITIES)

    assert [run.sub_sport for run in runs] == ["", "treadmill"]
    assert runs[0].run_id + "-2" == runs[1].run_id
    assert runs[0].distance_m == pytest.approx(5480)
    assert runs[0].timer_s == 1884
    assert runs[0].samples["elapsed_s"].tolist() == [0.0, 1977.0]
    assert runs[0].started_at == pd.Timestamp("2025-02-06 17:06:03", tz="UTC")
    assert runs[0].samples["speed_mps"].iloc[1] == pytest.approx(5480 / 1884)
    assert "1 rows of other sports were left out" in runs[0].notes
    assert "one value per run" in notes(runs[0])


def test_a_list_without_runs_names_its_sports():
    with pytest.raises(ReadError, match="activities of Cycling"):
        read(
            "\n".join(line for line in ACTIVITIES.split("\n") if "unning," not in line)
        )


def test_decimal_commas_of_a_garmin_export_are_read():
    text = ACTIVITIES.replace('"5.48"', '"5,48"').replace('"1.15"', '"1,15"')
    text = (
        text.replace("4,808", "4.808")
        .replace('"9.5"', '"9,5"')
        .replace('"8.6"', '"8,6"')
    )
    text = text.replace('"10.00"', '"10,00"').replace('"1.04"', '"1,04"')

    assert read(text)[0].distance_m == pytest.approx(5480)


# Any other file


def test_our_own_names_need_no_mapping():
    text = "time,elapsed_s,speed_mps,cadence_spm\n2025-09-01T06:00:00Z,0,3,160\n"

    run = one(text)

    assert run.samples["cadence_spm"].tolist() == [160.0]
    assert run.utc_offset is None


def test_a_mapping_names_columns_and_factors():
    run = one(
        "Zeit;Weg;Schritte;Länge\n00:00:00;0,0;80;1,1\n00:00:01;3,0;80;1,1\n",
        columns={
            "elapsed_s": "Zeit",
            "distance_m": "Weg",
            "cadence_spm": ("Schritte", 2),
            "step_length_m": "Länge",
        },
        started_at="2025-09-01T07:30:00+02:00",
        sport="walking",
    )

    assert run.sport == "walking"
    assert run.samples["cadence_spm"].tolist() == [160.0, 160.0]
    assert run.samples["device_step_length_m"].tolist() == [1.1, 1.1]
    assert "speed was derived from distance and time" in notes(run)


def test_a_factor_that_the_caller_gives_is_not_overruled():
    rows = "".join(f"{i},3.0,45\n" for i in range(30))

    run = one(
        "s,v,c\n" + rows,
        columns={"elapsed_s": "s", "speed_mps": "v", "cadence_spm": ("c", 2.0)},
        started_at="2025-09-01",
    )

    assert run.samples["cadence_spm"].eq(90).all()


def test_a_mapped_cadence_without_a_factor_is_decided_by_physics():
    rows = "".join(f"{i},3.0,81\n" for i in range(30))

    run = one(
        "s,v,c\n" + rows,
        columns={"elapsed_s": "s", "speed_mps": "v", "cadence_spm": "c"},
        started_at="2025-09-01",
    )

    assert run.samples["cadence_spm"].eq(162).all()
    assert "one foot and doubled" in notes(run)


def test_a_step_length_that_is_a_stride_is_halved_and_said_so():
    rows = "".join(f"{i},3.2,160,2.4\n" for i in range(30))

    run = one(
        "elapsed_s,speed_mps,cadence_spm,device_step_length_m\n" + rows,
        started_at="2025-09-01",
    )

    assert run.samples["device_step_length_m"].eq(1.2).all()
    assert "a full stride; it was halved" in notes(run)


def test_columns_that_were_not_asked_for_are_named():
    run = one("elapsed_s,mood\n0,good\n1,bad\n", started_at="2025-09-01")

    assert "columns 'mood' were not asked for" in run.notes


@pytest.mark.parametrize(
    ("times", "offset_h"),
    [
        (["2025-09-01T07:30:00+02:00", "2025-09-01T07:30:01.5+02:00"], 2),
        (["2025-09-01 05:30:00Z", "2025-09-01 05:30:01.500Z"], None),
        (["01.09.2025 05:30:00", "01.09.2025 05:30:01,5"], None),
        (["9/1/2025 5:30:00 AM", "9/1/2025 5:30:01.5 AM"], None),
        (["1756704600", "1756704601.5"], None),
        (["1756704600000", "1756704601500"], None),
    ],
)
def test_instants_are_read_as_files_write_them(times, offset_h):
    rows = "\n".join(f"{moment};3" for moment in times)

    run = one(
        f"when;v\n{rows}",
        columns={"time": "when", "speed_mps": "v"},
        date_format="%m/%d/%Y" if "/" in rows else None,
    )

    assert run.started_at == pd.Timestamp("2025-09-01 05:30", tz="UTC")
    assert run.samples["elapsed_s"].tolist() == [0.0, 1.5]
    assert run.utc_offset == (pd.Timedelta(hours=offset_h) if offset_h else None)


def test_rows_out_of_order_are_put_in_order_and_said_so():
    run = one("elapsed_s,speed_mps\n2,3\n1,2\n", started_at="2025-09-01")

    assert run.samples["speed_mps"].tolist() == [2.0, 3.0]
    assert "time goes back" in notes(run)


@pytest.mark.parametrize(
    ("delimiter", "what", "altitude_m"),
    [(",", "thousands", 1234), (";", "decimals", 1.234)],
)
def test_a_comma_that_may_be_either_is_taken_by_habit_and_said_so(
    delimiter, what, altitude_m
):
    rows = "\n".join(f'{i}{delimiter}"1,234"' for i in range(3))

    run = one(f"elapsed_s{delimiter}altitude_m\n{rows}", started_at="2025-09-01")

    assert run.samples["altitude_m"].eq(altitude_m).all()
    assert f"numbers such as '1,234' were taken as {what}" in notes(run)


def test_numbers_in_groups_of_three_tell_the_sign():
    run = one('elapsed_s;altitude_m\n0;"1,234,000"\n', started_at="2025-09-01")

    assert run.samples["altitude_m"].tolist() == [1_234_000.0]


def test_rows_without_a_time_are_dropped_and_counted():
    rows = "".join(f"2025-09-01T06:00:{i:02d}Z,3\n" for i in range(50))

    run = one("time,speed_mps\n" + rows + ",3\n")

    assert len(run.samples) == 50
    assert "1 rows have no time and were dropped" in run.notes


@pytest.mark.parametrize("clock", ["25:00:00", "13:00 pm", "12:60", "soon", ""])
def test_a_clock_that_does_not_exist_is_refused(clock):
    with pytest.raises(
        ReadError, match=r"column 'time': .* in row 2.*2026-12-31 18:30:05"
    ):
        read(f"time,speed_mps\n2025-09-01 {clock},3\n")


def test_a_column_of_times_that_are_none_is_refused():
    with pytest.raises(ReadError, match="no row with a time"):
        read("elapsed_s,speed_mps\n--,3\n", started_at="2025-09-01")
    with pytest.raises(ReadError, match="seconds since 1970"):
        read("time,speed_mps\n12,3\n")


def test_a_vendor_s_column_of_words_is_named():
    text = stryd(3).replace(",9.1,", ",stiff,")

    assert "columns without numbers were not read: stiffness" in one(text).notes


def test_factors_between_the_step_and_speed_over_cadence_are_said():
    def told(step_m):
        rows = "".join(f"{i},3.2,160,{step_m}\n" for i in range(30))
        header = "elapsed_s,speed_mps,cadence_spm,device_step_length_m\n"
        return notes(one(header + rows, started_at="2025-09-01"))

    assert "step length is 0.50 times speed over cadence" in told(0.6)
    assert "step length is 1.33 times speed over cadence" in told(1.6)
    assert "step length" not in told(1.25)


def test_one_bad_cell_in_many_is_missing_and_named():
    rows = "".join(f"{i},{'oops' if i == 7 else 3}\n" for i in range(300))

    run = one("elapsed_s,speed_mps\n" + rows, started_at="2025-09-01")

    assert run.samples["speed_mps"].isna().sum() == 1
    assert (
        "column 'speed_mps': 'oops' in row 9 is not a number; left missing" in run.notes
    )


# What is refused


@pytest.mark.parametrize(
    ("speed", "way", "words"),
    [(10.8, 3.0, "a median speed of 10.8.*0.2778 for km/h"),
     (0.003, 3.0, "a median speed of 0.003"),
     (3.0, 0.003, "a distance of 0.297 where the speed gives 297 m.*1000 for km"),
     (None, 0.003, "a median speed of 0.003")],
)  # fmt: skip
def test_a_speed_or_distance_of_another_unit_is_refused(speed, way, words):
    rows = "".join(
        f"{i},{'' if speed is None else speed},{way * i}\n" for i in range(100)
    )

    with pytest.raises(ReadError, match=words):
        read("elapsed_s,speed_mps,distance_m\n" + rows, started_at="2025-09-01")


def test_a_column_of_words_is_refused_with_its_rows():
    with pytest.raises(
        ReadError, match=r"column 'speed_mps': 'a' in row 2, 'b' in row 3"
    ):
        read("elapsed_s,speed_mps\n0,a\n1,b\n", started_at="2025-09-01")


def test_a_file_of_nobody_s_is_refused_with_the_mapping_to_give():
    with pytest.raises(UnknownFormatError, match=r"columns 'a', 'b'.*columns=\{"):
        read("a,b\n1,2\n")


def test_a_mapping_to_a_name_that_is_not_ours_lists_ours():
    with pytest.raises(ReadError, match=r"'cadence'.*our names: time, elapsed_s"):
        read("a,b\n1,2\n", columns={"cadence": "a"})


def test_a_mapping_to_a_column_that_is_not_there_lists_those_that_are():
    with pytest.raises(
        ReadError, match=r"no column 'c' for time; expected one of 'a', 'b'"
    ):
        read("a,b\n1,2\n", columns={"time": "c"})


def test_a_mapping_without_a_time_is_refused():
    with pytest.raises(ReadError, match="a mapping without a time"):
        read("a,b\n1,2\n", columns={"speed_mps": "a"})


def test_days_that_may_be_two_are_refused():
    with pytest.raises(ReadError, match="may be two days"):
        read("time,speed_mps\n3/4/2025 07:30,3\n", columns={"time": "time"})


def test_a_row_with_more_cells_than_the_header_is_refused():
    with pytest.raises(ReadError, match="more cells than the header has in row 2"):
        read("elapsed_s,speed_mps\n0,3,1\n", started_at="2025-09-01")


def test_a_header_alone_is_refused():
    with pytest.raises(ReadError, match="a header and no row"):
        read(stryd(0))


@given(CSV_LIKE)
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused(text):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            runs = read_stride_csv(
                text.encode("utf-8", "surrogatepass"), started_at="2025-09-01"
            )
        except ReadError:
            return

    for run in runs:
        SAMPLES.check(run.samples)


@st.composite
def tables(draw: st.DrawFn) -> pd.DataFrame:
    """Draw samples that any file may hold, by our names."""
    n = draw(st.integers(1, 12))
    start = draw(st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2026, 1, 1)))  # noqa: DTZ001
    steps = draw(st.lists(st.integers(1, 10**7), min_size=n, max_size=n))
    since_us = np.cumsum(steps) - steps[0]
    values = st.one_of(
        st.just(np.nan), st.integers(-400_000, 9_000_000).map(lambda mm: mm / 1000)
    )
    times = pd.Timestamp(start, tz="UTC") + pd.to_timedelta(since_us, unit="us")
    columns = {
        name: draw(st.lists(values, min_size=n, max_size=n))
        for name in ("altitude_m", "temperature_degc", "power_w", "dev_stiffness")
    }
    samples = pd.DataFrame({"time": times.as_unit("us"), **columns})
    return samples.dropna(axis="columns", how="all")


@given(tables(), st.sampled_from([",", ";", "\t"]), st.sampled_from([".", ","]))
@settings(max_examples=150, deadline=None)
def test_samples_survive_any_habit_of_writing_them(samples, delimiter, decimal):
    # Three decimals alone may be thousands; a fourth digit leaves no doubt.
    text = samples.to_csv(
        index=False, sep=delimiter, decimal=decimal, float_format="%.4f"
    )

    run = one(text)

    pd.testing.assert_frame_equal(
        run.samples.drop(columns="elapsed_s"), SAMPLES.order(samples), check_exact=True
    )


@given(tables())
@settings(max_examples=60, deadline=None)
def test_samples_written_by_pandas_are_read_back_exactly(samples):
    run = one(samples.to_csv(index=False))

    pd.testing.assert_frame_equal(
        run.samples.drop(columns="elapsed_s"), SAMPLES.order(samples), check_exact=True
    )


# Wrong units and wrong clocks


HEADER = "elapsed_s,speed_mps,cadence_spm,device_step_length_m\n"


def refused(text: str, **options) -> str:
    with pytest.raises(ReadError) as caught:
        read(text, **{"started_at": "2025-09-01T06:00Z"} | options)
    return str(caught.value)


def steady(*cells: object, n: int = 60, header: str = HEADER) -> str:
    tail = ",".join(map(str, cells))
    return header + "".join(f"{i},{tail}\n" for i in range(n))


@pytest.mark.parametrize(("step", "factor"), [(109, 0.01), (1090, 0.001)])
def test_a_step_in_another_unit_is_refused_with_its_factor(step, factor):
    assert refused(steady(3, 165, step)) == (
        f"run.csv: found a median of {step} in device_step_length_m; expected 0.2 to "
        "2.5 m; give the factor: columns={'device_step_length_m': (<its header>, "
        f"{factor})}}"
    )


def test_half_a_full_stride_that_was_a_step_is_doubled_again():
    text = steady(3, 165, 1.09).replace("device_step_length_m", "stride_length_m")

    run = one(text, started_at="2025-09-01T06:00Z")
    assert run.samples["device_step_length_m"].unique().tolist() == [1.09]
    assert "half of speed over cadence; it was doubled" in notes(run)


def test_a_slow_run_in_kilometres_an_hour_is_refused_by_its_steps():
    assert "found speed and cadence that mean steps of 2.62 m; expected 0.3" in (
        refused(steady(7.2, 165, ""))
    )
    assert "where the speed is in km/h; expected one length" in (
        refused(steady(6.0, 165, 6 / 3.6 * 60 / 165))
    )


@pytest.mark.parametrize(("per_mps", "unit"), [(3.6, "km/h"), (1 / 0.44704, "mph")])
def test_a_speed_of_another_unit_is_told_by_the_distance(per_mps, unit):
    rows = "".join(f"{i},{2 * per_mps},{2 * i}\n" for i in range(120))

    assert f"as {unit} would; expected m/s" in refused(
        f"elapsed_s,speed_mps,distance_m\n{rows}"
    )


def test_seconds_that_are_no_seconds_since_the_start_are_refused():
    def clock(first: float, step: float) -> str:
        return HEADER + "".join(f"{first + step * i},3,165,\n" for i in range(60))

    assert "found a time of 1756700059 s since the start" in refused(
        clock(1_756_700_000, 1)
    )
    assert "found rows that lie 1000 s apart" in refused(clock(0, 1000))
    assert "found a time of -50 s, before the start" in refused(clock(-50, 1))
    assert "found the same time in all 60 rows" in refused(clock(5, 0))


def test_one_row_of_1970_does_not_move_the_start():
    rows = [f"{START_S + i},3" for i in range(60)]
    rows[30] = "631152000,3"
    run = one("time,speed_mps\n" + "\n".join(rows) + "\n")

    assert run.started_at == pd.Timestamp(START_S, unit="s", tz="UTC")
    assert len(run.samples) == 59
    assert "1 rows more than 100 hours from the rest" in notes(run)


def test_times_of_day_without_a_day_are_refused_in_these_words():
    text = "time,speed_mps\n" + "".join(f"18:30:{i:02d},3\n" for i in range(60))

    assert "times of day without a day, such as '18:30:00'" in refused(text)


def test_a_pattern_may_read_day_and_clock():
    text = "time,speed_mps\n9/1/2025 06:30:00 PM,3\n9/1/2025 06:30:01 PM,3\n"
    run = one(text, date_format="%m/%d/%Y %I:%M:%S %p")

    assert str(run.started_at) == "2025-09-01 18:30:00+00:00"


def test_a_start_that_may_be_two_days_is_refused():
    assert "found started_at='01/02/2026 7:30'" in refused(
        steady(3, 165, ""), started_at="01/02/2026 7:30"
    )


@pytest.mark.parametrize(
    "theirs", [("v", float("nan")), ("v", 0), ("v", -1), ("v", "x"), ("v", 1, 2)]
)
def test_a_factor_that_is_none_is_refused(theirs):
    assert "expected a header, or a header and a factor above 0" in refused(
        "t,v\n0,3\n", columns={"elapsed_s": "t", "speed_mps": theirs}
    )


def test_a_mapping_to_one_of_two_equal_headers_is_refused():
    assert "found 2 columns 'v' for speed_mps; expected one" in refused(
        "t,v,v\n0,3,10.8\n", columns={"elapsed_s": "t", "speed_mps": "v"}
    )


def test_half_a_row_at_the_end_is_left_out_and_said():
    text = steady(3, 165, 1.09) + "60,3,1"
    run = one(text, started_at="2025-09-01T06:00Z")

    assert run.samples["cadence_spm"].unique().tolist() == [165]
    assert "the last row, 62, breaks off and was left out" in notes(run)


def test_half_a_number_at_the_end_of_a_broken_gzip_is_not_read():
    text = steady(3, 165, 1.09, n=2000).encode()
    packed = gzip.compress(text)
    [run] = read_stride_csv(
        packed[: len(packed) // 2], started_at="2025-09-01T06:00Z", name="a.csv.gz"
    )

    assert run.samples.iloc[:, 2:].drop_duplicates().shape[0] == 1
    assert "The gzip is damaged" in notes(run)


def test_a_vendors_odd_column_is_left_out_and_the_run_kept():
    run = one(stryd().replace(",6.4,51.2", ",640,51.2"))

    assert "vertical_oscillation_m" not in run.samples
    assert "vertical_oscillation_m was left out: its median is 6.4" in notes(run)
