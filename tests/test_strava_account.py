"""Strava's activities.csv, in the languages of its accounts."""

from __future__ import annotations

import csv
import io
import math
import warnings

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipstride.errors import DataQualityWarning, ReadError
from hipstride.io._csv_text import text_table
from hipstride.io._csv_vendors import layout_of
from hipstride.io._open import RawFile
from hipstride.io.strava_account import is_strava_activities, read_strava_activities
from hipstride.tables import ACTIVITIES

# The first 18 columns are the same in all languages; these are from public programs.
ENGLISH = (
    "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,"
    "Elapsed Time,Distance,Max Heart Rate,Relative Effort,Commute,"
    "Activity Private Note,Activity Gear,Filename,Athlete Weight,Bike Weight,"
    "Elapsed Time,Moving Time,Distance"
)
GERMAN = (
    "Aktivitäts-ID,Aktivitätsdatum,Name der Aktivität,Aktivitätsart,"
    "Aktivitätsbeschreibung,Verstrichene Zeit,Distanz,Max. Herzfrequenz,"
    "Relative Leistung,Pendeln,Hinweis zur Privatsphäre für Aktivitäten,"
    "Aktivitätsausrüstung,Dateiname,Sportlergewicht,Fahrradgewicht,"
    "Verstrichene Zeit,Bewegungszeit,Distanz"
)
FRENCH = (
    "ID de l'activité,Date de l'activité,Nom de l'activité,Type d'activité,"
    "Description de l'activité,Temps écoulé,Distance,Fréquence cardiaque max.,"
    "Effort relatif,Déplacement-transport,Note privée sur les activités,"
    "Matériel utilisé pour l'activité,Nom du fichier,Poids de l'athlète,"
    "Poids du vélo,Temps écoulé,Durée de déplacement,Distance"
)
# Nobody's language.
UNKNOWN = ",".join(f"kol{n}" for n in range(18))
AT = pd.Timestamp("2023-05-23 12:40:57", tz="UTC")


def written(header: str, *rows: dict[int, str]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    names = next(csv.reader([header]))
    writer.writerow(names)
    for cells in rows:
        writer.writerow([cells.get(place, "") for place in range(len(names))])
    return text.getvalue().encode()


def row(**changed: str) -> dict[int, str]:
    names = {
        "id": 0, "date": 1, "name": 2, "type": 3, "description": 4, "elapsed": 5,
        "distance": 6, "note": 10, "file": 12, "elapsed_again": 15, "metres": 17,
        "rpe": 18,
    }  # fmt: skip
    plain = {
        "id": "7", "date": "May 23, 2023, 12:40:57 PM", "name": "Easy", "type": "Run",
        "elapsed": "1800", "distance": "5.00", "file": "activities/8.fit.gz",
        "elapsed_again": "1800.0", "metres": "5000.25",
    }  # fmt: skip
    return {names[name]: cell for name, cell in (plain | changed).items()}


def read(header: str, *rows: dict[int, str]) -> pd.DataFrame:
    return read_strava_activities(written(header, *rows), name="activities.csv")


# What is obvious


def test_the_list_becomes_our_table():
    table = read(ENGLISH + ",Perceived Exertion", row(rpe="6"))

    ACTIVITIES.check(table, *ACTIVITIES.names)
    assert tuple(table.columns) == ACTIVITIES.names
    run = table.iloc[0]
    assert run["started_at"] == AT
    assert (run["sport"], run["name"]) == ("running", "Easy")
    assert run["file"] == "activities/8.fit.gz"
    assert run["rpe_0_10"] == 6
    assert math.isnan(run["utc_offset_s"])


def test_of_two_distances_the_second_is_in_metres():
    assert read(ENGLISH, row())["distance_m"].tolist() == [5000.25]


@pytest.mark.parametrize("metres", ["5.00", ""])
def test_a_distance_that_may_be_miles_is_left_out(metres):
    header = ENGLISH.removesuffix(",Distance")
    if metres:
        with pytest.warns(DataQualityWarning, match="may be kilometres or miles"):
            table = read(header, row(metres=""))
    else:
        table = read(ENGLISH, row(metres=""))

    assert table["distance_m"].isna().all()


def test_description_and_private_note_are_one_text():
    table = read(
        ENGLISH, row(description='Two lines,\n"quoted"', note="hip 3/10"), row(note="x")
    )

    assert table["description"].tolist() == ['Two lines,\n"quoted"\nhip 3/10', "x"]


def test_an_activity_that_was_typed_in_has_no_file():
    assert read(ENGLISH, row(file=""))["file"].isna().all()


@pytest.mark.parametrize(
    ("rpe", "read_as"), [("10", 10), ("0", None), ("11", None), ("", None), ("x", None)]
)
def test_effort_runs_from_1_to_10(rpe, read_as):
    [found] = read(ENGLISH + ",Perceived Exertion", row(rpe=rpe))["rpe_0_10"]

    assert found == read_as or (read_as is None and math.isnan(found))


# Languages


@pytest.mark.parametrize(
    ("header", "date", "kind"),
    [
        (GERMAN, "23.05.2023, 12:40:57", "Lauf"),
        (FRENCH, "23 mai 2023 à 12:40:57", "Course à pied"),
        (FRENCH, "23 mai 2023, 12:40:57", "Course à pied"),
        (FRENCH, "23 mai 2023, 12 h 40 min 57 s", "Course à pied"),
    ],
)
def test_lists_in_other_languages_are_understood_without_a_word(header, date, kind):
    distance = "5,00"
    table = read(header, row(date=date, type=kind, distance=distance, note="hip 3"))

    assert table.loc[0, "started_at"] == AT
    assert table.loc[0, "sport"] == "running"
    assert table.loc[0, "distance_m"] == 5000.25
    assert table.loc[0, "description"] == "hip 3"
    assert table.loc[0, "file"] == "activities/8.fit.gz"


@pytest.mark.parametrize(
    "date",
    [
        "23 may. 2023 12:40:57",
        "23 may 2023, 12:40:57",
        "23 mag 2023, 12:40:57",
        "23 de mai. de 2023, 12:40:57",
        "23/05/2023, 12:40:57",
        "23 mei 2023 12:40:57",
        "23 mei 2023 om 12:40:57",
        "23. Mai 2023 um 12:40:57",
        "23 maj 2023 12:40:57",
        "23. mai 2023 kl. 12:40:57",
        "2023-05-23 12:40:57",
        "2023年5月23日 12:40:57",
        "May 23, 2023, 12:40:57\u202fPM",
    ],
)
def test_a_header_that_is_not_understood_is_told_by_its_place(date):
    with pytest.warns(DataQualityWarning, match="told by place"):
        table = read(UNKNOWN, row(date=date, type="Corsa", description="hip 3"))

    assert table.loc[0, "started_at"] == AT
    assert table.loc[0, ["sport", "name", "description"]].tolist() == [
        "running", "Easy", "hip 3",
    ]  # fmt: skip
    assert table.loc[0, "distance_m"] == 5000.25


def test_a_short_list_of_an_unknown_language_gives_what_is_sure():
    rows = "a,b,c,d,e\n9,2023-05-23 12:40:57,Tour,Run,activities/9.fit\n"
    with pytest.warns(DataQualityWarning, match="told by place"):
        table = read_strava_activities(rows.encode())

    assert table.loc[0, ["name", "file"]].tolist() == ["Tour", "activities/9.fit"]
    assert table["duration_s"].isna().all()


def test_days_come_first_in_a_list_that_is_not_in_english():
    table = read(FRENCH, row(date="04/05/2023 12:40:57"))

    assert table.loc[0, "started_at"] == pd.Timestamp("2023-05-04 12:40:57", tz="UTC")


@pytest.mark.parametrize(
    ("word", "sub_sport"),
    [
        ("Lauf", None), ("Hardloopsessie", None), ("Carrera", None), ("Corrida", None),
        ("Trail Run", "trail"), ("TrailRun", "trail"), ("Traillauf", "trail"),
        ("Virtual Run", "virtual_activity"), ("VirtualRun", "virtual_activity"),
    ],
)  # fmt: skip
def test_runs_are_known_by_the_words_of_each_language(word, sub_sport):
    [run] = read(ENGLISH, row(type=word)).itertuples()

    assert run.sport == "running"
    assert run.sub_sport == sub_sport or (sub_sport is None and pd.isna(run.sub_sport))
    assert run.is_treadmill == (sub_sport == "virtual_activity")


def test_the_sport_type_says_more_where_it_is_filled():
    header = f'{ENGLISH},"<span class=""translation_missing"">Sport Type</span>"'

    table = read(header, row() | {18: "TrailRun"}, row())

    assert table["sub_sport"].tolist()[0] == "trail"
    assert pd.isna(table["sub_sport"].tolist()[1])


# What can be wrong in a file


def test_rows_whose_date_cannot_be_read_are_counted():
    with pytest.warns(
        DataQualityWarning, match="2 rows without a date that can be read"
    ):
        table = read(ENGLISH, row(), row(date="soon"), row(date="May 23, 2023"))

    assert len(table) == 1


@pytest.mark.parametrize("date", ["soon", "", "03/04/2023, 12:40:57"])
def test_a_list_without_a_date_that_can_be_read_is_refused(date):
    with pytest.raises(
        ReadError, match=r"activities\.csv: found no date that can be read"
    ):
        read(ENGLISH, row(date=date))


@pytest.mark.parametrize("data", [b"", b"\x00\x01", b"date,pain\n2025-09-01,3\n"])
def test_another_file_is_refused(data):
    with pytest.raises(ReadError):
        read_strava_activities(data, name="x.csv")


def test_a_list_of_nothing_is_an_empty_table():
    table = read(ENGLISH)

    ACTIVITIES.check(table, *ACTIVITIES.names)
    assert table.empty


CELLS = st.dictionaries(st.integers(0, 17), st.text(max_size=12), max_size=18)


@given(
    st.sampled_from([ENGLISH, GERMAN, UNKNOWN]),
    st.lists(st.one_of(CELLS, CELLS.map(lambda cells: row() | cells)), max_size=4),
)
def test_any_list_is_a_table_or_a_read_error(header, rows):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataQualityWarning)
        try:
            table = read(header, *rows)
        except ReadError:
            return

    ACTIVITIES.check(table, *ACTIVITIES.names)


# Whose file it is

GARMIN = (
    b"Activity Type,Date,Favorite,Title,Distance,Calories,Time,Avg HR\n"
    b'Running,2025-02-06 17:06:03,false,"Easy","5.48","447","00:31:24","153"\n'
)


@pytest.mark.parametrize("header", [ENGLISH, GERMAN, FRENCH])
def test_strava_is_known_by_its_header(header):
    assert is_strava_activities(written(header), "whatever.csv")


def test_strava_is_known_by_its_files_where_the_header_is_strange():
    data = written(UNKNOWN, row(), row())

    assert is_strava_activities(data, "activities.csv")
    assert is_strava_activities(data, "export.csv")


def test_the_head_of_a_list_is_enough():
    data = written(ENGLISH, *[row(description="a\nb, c")] * 50)

    assert all(is_strava_activities(data[:size]) for size in range(400, 900))


def test_garmin_connects_list_of_the_same_name_is_not_stravas():
    assert not is_strava_activities(GARMIN, "Activities.csv")


def test_a_diary_is_not_stravas():
    assert not is_strava_activities(b"date,pain\n2025-09-01,3\n", "activities.csv")


def test_the_reader_of_garmin_connect_knows_its_own():
    table = text_table(RawFile("Activities.csv", b"", GARMIN))

    assert layout_of(table, None).kind == "activities"


# Real exports


@pytest.mark.parametrize("name", ["activities.csv", "activities_athlytics_sample.csv"])
def test_real_lists_are_read_whole(shared, name):
    path = shared / "exports" / "strava_bulk_export" / name
    with path.open(encoding="utf-8", newline="") as stream:
        n_rows = len(list(csv.reader(stream))) - 1

    table = read_strava_activities(path)

    ACTIVITIES.check(table, *ACTIVITIES.names)
    assert len(table) == n_rows
    assert is_strava_activities(path.read_bytes(), name)
    assert is_strava_activities(path.read_bytes()[:2000], name)
    speed_mps = table["distance_m"] / table["duration_s"]
    assert speed_mps.between(1, 12).all()


def test_the_real_list_of_87_columns_says_what_its_rows_say(shared):
    path = shared / "exports" / "strava_bulk_export" / "activities.csv"

    table = read_strava_activities(path)

    evening = table.loc[table["started_at"] == AT].iloc[0]
    assert evening["distance_m"] == pytest.approx(33_912.48)
    assert (evening["duration_s"], evening["rpe_0_10"]) == (6124, 6)
    assert set(table["sport"]) == {"cycling"}
