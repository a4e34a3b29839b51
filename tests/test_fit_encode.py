"""The FIT encoder: other libraries read what it writes, and reading gives it back."""

from __future__ import annotations

import io
from dataclasses import replace

import fitdecode
import fitparse
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipstride import simulate
from hipstride.errors import TableError
from hipstride.io._fit_encode import encode_fit
from hipstride.io.fit import read_fit
from hipstride.tables import LAPS, PAUSES, Recording

# Column: values, and the quantum of the field that holds it. Speed and cadence are a
# runner's, so that the reader need not doubt whose feet were counted. Latitude keeps
# off 0, since the reader takes (0, 0) for a device without a fix.
COLUMNS = {
    "latitude_deg": (-90.0, -0.001, 180 / 2**31),
    "longitude_deg": (-179.9, 179.9, 180 / 2**31),
    "distance_m": (0.0, 400_000.0, 0.01),
    "speed_mps": (2.0, 5.0, 0.001),
    "altitude_m": (-400.0, 8_900.0, 0.2),
    "heart_rate_bpm": (30.0, 230.0, 1.0),
    "cadence_spm": (140.0, 200.0, 2 / 128),
    "vertical_oscillation_m": (0.02, 0.25, 1e-4),
    "ground_contact_s": (0.1, 0.6, 1e-4),
    "ground_contact_balance_pct": (30.0, 70.0, 0.01),
    "vertical_ratio_pct": (2.0, 25.0, 0.01),
    "device_step_length_m": (0.2, 2.5, 1e-4),
    "power_w": (0.0, 2_000.0, 1.0),
    "temperature_degc": (-40.0, 60.0, 1.0),
}


def recording_of(**columns: object) -> Recording:
    """Give a running session of these columns, one sample a second."""
    count = len(next(iter(columns.values()))) if columns else 3
    start = pd.Timestamp("2026-09-01T06:00:00Z").as_unit("us")
    elapsed_s = np.arange(float(count))
    samples = pd.DataFrame(
        {
            "time": start + pd.to_timedelta(elapsed_s, unit="s").as_unit("us"),
            "elapsed_s": elapsed_s,
            **{name: np.asarray(each, dtype=float) for name, each in columns.items()},
        }
    )
    return Recording(
        run_id="x",
        source="x",
        format="fit",
        sport="running",
        sub_sport="generic",
        device="a watch",
        started_at=start,
        utc_offset=pd.Timedelta(hours=2),
        samples=samples,
        laps=LAPS.empty(),
    )


def decoded(data: bytes, name: str) -> list[dict[str, object]]:
    with fitdecode.FitReader(
        io.BytesIO(data),
        check_crc=fitdecode.CrcCheck.RAISE,
        error_handling=fitdecode.ErrorHandling.RAISE,
    ) as reader:
        return [
            {field.name: field.value for field in frame.fields}
            for frame in reader
            if frame.frame_type == fitdecode.FIT_FRAME_DATA and frame.name == name
        ]


@pytest.fixture(scope="module")
def run() -> Recording:
    past = simulate.history(simulate.Runner(), n_runs=12, seed=5)
    return next(
        each for each in simulate.recordings(past, duration_s=1800) if len(each.pauses)
    )


def test_one_sample_is_stored_as_the_profile_says():
    data = encode_fit(recording_of(speed_mps=[3.25], altitude_m=[100.0]))

    [record] = decoded(data, "record")
    assert record["enhanced_speed"] == 3.25
    assert record["enhanced_altitude"] == 100.0
    assert record["timestamp"] == pd.Timestamp("2026-09-01T06:00:00Z")


def test_cadence_is_counted_for_one_foot_with_its_half_kept():
    data = encode_fit(recording_of(cadence_spm=[171.0]))

    [record] = decoded(data, "record")
    assert (record["cadence"], record["fractional_cadence"]) == (85, 0.5)


def test_a_fraction_that_rounds_up_to_a_whole_stride_is_carried():
    [record] = decoded(encode_fit(recording_of(cadence_spm=[171.9999])), "record")

    assert (record["cadence"], record["fractional_cadence"]) == (86, 0.0)


def test_what_is_missing_goes_invalid_and_comes_back_as_missing():
    run = recording_of(speed_mps=[3.0, np.nan, 3.2], heart_rate_bpm=[np.nan, 150, 151])
    data = encode_fit(run)

    assert decoded(data, "record")[1]["enhanced_speed"] is None
    [back] = read_fit(data)
    assert back.samples["speed_mps"].isna().tolist() == [False, True, False]
    assert back.samples["heart_rate_bpm"].isna().tolist() == [True, False, False]


def test_feel_effort_and_the_local_clock_are_told():
    run = replace(recording_of(speed_mps=[3.0]), rpe_0_10=6.0, feel_0_100=75.0)
    data = encode_fit(run)

    [session] = decoded(data, "session")
    assert (session["workout_rpe"], session["workout_feel"]) == (60, 75)
    [activity] = decoded(data, "activity")
    ahead = pd.Timestamp(activity["local_timestamp"]) - pd.Timestamp(
        activity["timestamp"]
    )
    assert ahead == pd.Timedelta(hours=2)


def test_a_pause_is_a_stop_and_a_start_of_the_timer():
    run = recording_of(speed_mps=[3.0] * 4)
    elapsed_s = pd.Series([0.0, 1.0, 62.0, 63.0])
    moments = run.started_at + pd.to_timedelta(elapsed_s, unit="s").dt.as_unit("us")
    run = replace(
        run,
        samples=run.samples.assign(elapsed_s=elapsed_s, time=moments),
        pauses=pd.DataFrame({"elapsed_s": [1.0], "duration_s": [60.0]}),
    )
    data = encode_fit(run)

    events = [
        (each["event_type"], each["timestamp"]) for each in decoded(data, "event")
    ]
    assert [kind for kind, _ in events] == ["start", "stop_all", "start", "stop_all"]
    assert (events[2][1] - events[1][1]).total_seconds() == 60
    [back] = read_fit(data)
    assert back.pauses.to_dict("list") == {"elapsed_s": [1.0], "duration_s": [60.0]}


@pytest.mark.parametrize("library", ["fitdecode", "fitparse"])
def test_other_libraries_read_a_simulated_run_with_equal_values(
    run: Recording, library: str
):
    data = encode_fit(run)
    if library == "fitdecode":
        rows = decoded(data, "record")
    else:
        parsed = fitparse.FitFile(io.BytesIO(data))
        rows = [message.get_values() for message in parsed.get_messages("record")]
    table = pd.DataFrame(rows)
    cadence_spm = 2 * (table["cadence"] + table["fractional_cadence"])

    samples = run.samples
    assert len(table) == len(samples)
    np.testing.assert_allclose(table["enhanced_speed"], samples["speed_mps"], atol=6e-4)
    np.testing.assert_allclose(table["distance"], samples["distance_m"], atol=6e-3)
    np.testing.assert_array_equal(cadence_spm, samples["cadence_spm"])
    np.testing.assert_array_equal(table["heart_rate"], samples["heart_rate_bpm"])
    np.testing.assert_allclose(
        table["step_length"] / 1000, samples["device_step_length_m"], atol=6e-5
    )


def test_a_simulated_run_comes_back_whole(run: Recording):
    [back] = read_fit(encode_fit(run))

    assert set(back.samples.columns) == set(run.samples.columns)
    for name, (_, _, quantum) in COLUMNS.items():
        if name in run.samples:
            np.testing.assert_allclose(
                back.samples[name], run.samples[name], atol=0.51 * quantum, rtol=0
            )
    pd.testing.assert_frame_equal(back.pauses, run.pauses)
    pd.testing.assert_frame_equal(back.laps, run.laps, atol=0.006)
    assert back.started_at == run.started_at
    assert back.utc_offset == run.utc_offset
    assert (back.sport, back.sub_sport) == (run.sport, run.sub_sport)
    assert (back.rpe_0_10, back.feel_0_100) == (run.rpe_0_10, run.feel_0_100)
    assert back.timer_s == run.timer_s
    assert back.distance_m == pytest.approx(run.distance_m, abs=0.006)


@st.composite
def recordings(draw: st.DrawFn) -> Recording:
    names = draw(st.lists(st.sampled_from(sorted(COLUMNS)), unique=True, min_size=1))
    count = draw(st.integers(1, 30))
    columns = {}
    for name in names:
        low, high, _ = COLUMNS[name]
        value = st.floats(low, high) | st.just(np.nan)
        columns[name] = draw(st.lists(value, min_size=count, max_size=count))
    return recording_of(**columns)


@given(recordings())
def test_reading_gives_back_every_column_within_half_a_quantum(run: Recording):
    [back] = read_fit(encode_fit(run))

    assert len(back.samples) == len(run.samples)
    pd.testing.assert_series_equal(back.samples["time"], run.samples["time"])
    for name, (_, _, quantum) in COLUMNS.items():
        if name in run.samples and run.samples[name].notna().any():
            np.testing.assert_allclose(
                back.samples[name], run.samples[name], atol=0.501 * quantum, rtol=0
            )


def test_developer_fields_come_back_under_their_names():
    run = recording_of(speed_mps=[3.0, 3.1], dev_form_power=[61.5, np.nan])
    data = encode_fit(run, developer_fields={"dev_form_power": ("Form Power", "Watts")})

    assert decoded(data, "record")[0]["Form Power"] == 61.5
    [back] = read_fit(data)
    np.testing.assert_array_equal(back.samples["dev_form_power"], [61.5, np.nan])


def test_the_same_recording_gives_the_same_bytes(run: Recording):
    assert encode_fit(run) == encode_fit(run)


@pytest.mark.parametrize(
    ("column", "value"),
    [("heart_rate_bpm", 300.0), ("speed_mps", -1.0), ("speed_mps", np.inf)],
)
def test_a_value_that_does_not_fit_is_refused_and_named(column: str, value: float):
    with pytest.raises(TableError, match=f"{column}: .* does not fit the FIT field"):
        encode_fit(recording_of(**{column: [value]}))


def test_a_sport_that_the_profile_lacks_is_refused():
    run = replace(recording_of(speed_mps=[3.0]), sport="jogging")

    with pytest.raises(
        TableError, match="sport 'jogging' is no word of the FIT profile"
    ):
        encode_fit(run)


def test_a_session_without_samples_is_still_a_whole_file():
    run = recording_of(speed_mps=[3.0])
    data = encode_fit(replace(run, samples=run.samples[:0], pauses=PAUSES.empty()))

    assert len(decoded(data, "session")) == 1
    assert decoded(data, "record") == []
