"""The diary: what people type, read right or refused with all its faults."""

from __future__ import annotations

import datetime as dt
import re
import warnings

import pandas as pd
import pytest
from hypothesis import given, settings

from hipstride.errors import DataQualityWarning, JournalError, ReadError, TableError
from hipstride.io import _csv_decode
from hipstride.io.journal import read_journal, write_journal
from hipstride.tables import JOURNAL
from strategies import CSV_LIKE, journals


def read(text: str, **options) -> pd.DataFrame:
    return read_journal(text.encode(), name="diary.csv", **options)


def faults(text: str, **options) -> tuple[str, ...]:
    with pytest.raises(JournalError) as caught:
        read(text, **options)
    return caught.value.faults


def days(frame: pd.DataFrame) -> list[str]:
    return [f"{day:%Y-%m-%d}" for day in frame["local_date"]]


# What is obvious


def test_a_plain_diary_is_read_with_all_columns_of_the_table():
    journal = read("local_date,pain_0_10,moment,side\n2025-09-01,3,after,left\n")

    JOURNAL.check(journal)
    assert tuple(journal.columns) == JOURNAL.names
    assert days(journal) == ["2025-09-01"]
    assert journal["pain_0_10"].tolist() == [3.0]
    assert journal["moment"].tolist() == ["after"]
    assert journal["note"].isna().all()


def test_ratings_come_by_day_and_keep_their_order_within_one():
    journal = read(
        "date,pain,moment\n2025-09-02,1,after\n2025-09-01,2,before\n2025-09-01,3,after\n"
    )

    assert days(journal) == ["2025-09-01", "2025-09-01", "2025-09-02"]
    assert journal["pain_0_10"].tolist() == [2.0, 3.0, 1.0]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("3", 3), ("3.5", 3.5), ('"3,5"', 3.5), ("3/10", 3), ("0", 0), ("10", 10),
     ("0.5", 0.5), ('"½"', 0.5), ("3½", 3.5)],
)  # fmt: skip
def test_ratings_are_read_as_people_type_them(typed, meant):
    assert read(f"date,pain\n2025-09-01,{typed}\n")["pain_0_10"].tolist() == [meant]


def test_a_semicolon_file_holds_decimal_commas():
    journal = read("Datum;Schmerz;Seite\n01.09.2025;3,5;links\n13.09.2025;4;beide\n")

    assert journal["pain_0_10"].tolist() == [3.5, 4.0]
    assert journal["side"].tolist() == ["left", "both"]
    assert days(journal) == ["2025-09-01", "2025-09-13"]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1"]
)
def test_every_common_encoding_is_read(encoding):
    data = "date,pain,note\n2025-09-01,3,Hüfte zwickt\n".encode(encoding)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataQualityWarning)
        journal = read_journal(data)

    assert journal["note"].tolist() == ["Hüfte zwickt"]


def test_text_that_is_not_utf_8_is_said_to_be_latin_1():
    data = "date,pain,note\n2025-09-01,3,Hüfte\n".encode("latin-1")

    with pytest.warns(DataQualityWarning, match="was read as Latin-1"):
        read_journal(data)


@pytest.mark.parametrize(
    "day",
    ["2025-12-31", "2025/12/31", "20251231", "31.12.2025", "31.12.25", "31/12/2025",
     "12/31/2025", "31-12-2025", "31 Dec 2025", "Dec 31, 2025", "December 31 2025",
     "31. Dezember 2025", "31-Dec-2025", "Wed, 31 Dec 2025",
     "Wednesday 31 December 2025", "Dec 31st, 2025", "31 déc. 2025",
     "31 diciembre 2025"],
)  # fmt: skip
def test_the_common_forms_of_a_day_are_read(day):
    assert days(read(f"date;pain\n{day};3\n")) == ["2025-12-31"]


def test_one_day_above_twelve_tells_the_order_of_the_whole_column():
    assert days(read("date,pain\n3/4/2025,1\n31/12/2025,2\n"))[0] == "2025-04-03"
    assert days(read("date,pain\n3/4/2025,1\n12/31/2025,2\n"))[0] == "2025-03-04"


def test_rows_without_a_rating_help_to_tell_the_order():
    with pytest.warns(DataQualityWarning, match="1 rows without a rating"):
        journal = read("date,pain\n3/4/2025,1\n31/12/2025,\n")

    assert days(journal) == ["2025-04-03"]


def test_dots_mean_day_first():
    assert days(read("date,pain\n03.04.2025,1\n")) == ["2025-04-03"]


def test_the_runner_may_say_the_order():
    text = "date,pain\n3/4/2025,1\n"

    assert days(read(text, date_format="%d/%m/%Y")) == ["2025-04-03"]
    assert days(read(text, date_format="%m/%d/%Y")) == ["2025-03-04"]


def test_a_time_in_the_cell_of_the_day_fills_the_time():
    journal = read("date,pain\n2025-09-01 18:30,3\n2025-09-02T07:05:00,2\n")

    assert days(journal) == ["2025-09-01", "2025-09-02"]
    assert journal["time"].tolist() == ["18:30", "07:05"]


def test_the_midnights_of_a_spreadsheet_are_no_times():
    journal = read("date,pain\n2025-09-01 00:00:00,3\n2025-09-02 00:00:00,3\n")

    assert journal["time"].isna().all()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("07:30", "07:30"), ("7:30 am", "07:30"), ("7:30 PM", "19:30"), ("730", "07:30"),
     ("0730", "07:30"), ("12:15 am", "00:15"), ("7 p.m.", "19:00"), ("19h30", "19:30"),
     ("18:30:59", "18:30")],
)  # fmt: skip
def test_times_are_read_as_people_type_them(typed, meant):
    assert read(f"date,pain,time\n2025-09-01,3,{typed}\n")["time"].tolist() == [meant]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("pre", "before"), ("post", "after"), ("Next morning", "next_morning"),
     ("morning", "next_morning"), ("while running", "during"),
     ("After the run", "after"),     ("nach dem Lauf", "after"), ("daily", "day")],
)  # fmt: skip
def test_moments_are_read_as_people_type_them(typed, meant):
    journal = read(f"date,pain,when\n2025-09-01,3,{typed}\n")

    assert journal["moment"].tolist() == [meant]


def test_a_wide_diary_becomes_one_row_per_rating():
    journal = read(
        "date,pain_before,pain_during,pain_after,note\n"
        "2025-09-01,1,2,3,hot\n2025-09-02,,,4,\n"
    )

    assert days(journal) == ["2025-09-01"] * 3 + ["2025-09-02"]
    assert journal["moment"].tolist() == ["before", "during", "after", "after"]
    assert journal["pain_0_10"].tolist() == [1.0, 2.0, 3.0, 4.0]
    assert journal["note"].tolist()[:3] == ["hot"] * 3


def test_the_next_morning_of_a_wide_diary_is_the_day_after_its_row():
    journal = read("date,pain_after,pain_next_morning,time\n2025-09-30,3,2,18:00\n")

    assert days(journal) == ["2025-09-30", "2025-10-01"]
    assert journal["moment"].tolist() == ["after", "next_morning"]
    assert journal["time"].fillna("").tolist() == ["18:00", ""]


def test_a_diary_with_a_column_for_each_site_keeps_the_sites():
    journal = read("date,left_hip_pain,knee_pain\n2025-09-01,3,1\n")

    assert journal["site"].tolist() == ["hip", "knee"]
    assert journal["side"].fillna("").tolist() == ["left", ""]


@pytest.mark.parametrize(
    ("header", "moment", "site", "side"),
    [
        ("Pain (0 = none, 10 = worst)", "", "", ""),
        ("How much pain did you feel after the run?", "after", "", ""),
        ("Right hip pain, next morning", "next_morning", "hip", "right"),
        ("NRS", "", "", ""),
        ("pain_0_10", "", "", ""),
        ("low back pain", "", "low back", ""),
    ],
)
def test_headers_of_pain_are_understood(header, moment, site, side):
    row = read(f'date,"{header}"\n2025-09-01,3\n').iloc[0].fillna("")

    assert (row["moment"], row["site"], row["side"]) == (moment, site, side)


def test_a_day_of_zero_pain_is_a_rating_and_an_empty_cell_is_none():
    with pytest.warns(DataQualityWarning, match="2 rows without a rating"):
        journal = read("date,pain\n2025-09-01,0\n2025-09-02,\n2025-09-03,--\n")

    assert days(journal) == ["2025-09-01"]
    assert journal["pain_0_10"].tolist() == [0.0]


def test_unknown_columns_are_named_and_left_out():
    with pytest.warns(DataQualityWarning, match="columns 'mood', 'pain medication'"):
        journal = read("date,pain,mood,pain medication\n2025-09-01,3,good,2\n")

    assert journal["pain_0_10"].tolist() == [3.0]


def test_a_rating_that_stands_there_twice_is_kept_once():
    with pytest.warns(DataQualityWarning, match="1 ratings stand there twice"):
        journal = read("date,pain\n2025-09-01,3\n2025-09-01,3\n")

    assert len(journal) == 1


def test_a_form_s_own_timestamp_gives_way_to_the_day_that_was_asked_for():
    with pytest.warns(DataQualityWarning, match="'Timestamp'"):
        journal = read("Timestamp,Date,Pain\n2025-09-05 10:00,2025-09-01,3\n")

    assert days(journal) == ["2025-09-01"]


def test_days_in_utc_are_taken_as_written_and_said_so():
    with pytest.warns(DataQualityWarning, match="1 days are given in UTC"):
        journal = read("date,pain\n2025-09-01T23:30:00Z,3\n")

    assert days(journal) == ["2025-09-01"]


def test_days_to_come_are_said():
    day = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=9)

    with pytest.warns(DataQualityWarning, match=f"1 ratings lie in the future.*{day}"):
        read(f"date,pain\n{day},3\n")


def test_an_empty_diary_is_an_empty_table():
    journal = read("date,pain\n")

    JOURNAL.check(journal)
    assert journal.empty


def test_a_separator_line_comments_and_blank_lines_are_passed_over():
    journal = read("sep=;\n# my diary\n\ndate;pain\n\n2025-09-01;3\n;;\n")

    assert journal["pain_0_10"].tolist() == [3.0]


# What is wrong


@pytest.mark.parametrize(
    ("typed", "remedy"),
    [
        *((typed, "mend the rating") for typed in ("11", "-1", "10.5", "~3", "1e1")),
        ("much", "write 0 for no pain, and nothing where it was not rated"),
        ("none", "write 0 for no pain, and nothing where it was not rated"),
        ("3-4", "write one number, such as the middle of the two"),
    ],
)
def test_a_rating_outside_0_to_10_is_a_fault(typed, remedy):
    (line,) = faults(f"date,Hip pain\n2025-09-01,3\n2025-09-02,{typed}\n")

    assert line == (
        f"row 3, column 'Hip pain': found '{typed}'; expected one number from 0 to "
        f"10, such as 3.5; {remedy}"
    )


def test_all_faults_are_reported_at_once_with_their_rows_and_columns():
    text = (
        "date,pain,when,side,time\n"
        "2025-02-31,3,after,left,\n"
        "\n"
        "2025-09-01,11,lunch,up,25:00\n"
        ",3,after,left,\n"
    )

    assert [line.split(": found")[0] for line in faults(text)] == [
        "row 2, column 'date'",
        "row 4, column 'when'",
        "row 4, column 'side'",
        "row 4, column 'time'",
        "row 4, column 'pain'",
        "row 5, column 'date'",
    ]


def test_a_day_that_may_be_two_is_refused_with_the_remedy():
    (line,) = faults("date,pain\n3/4/2025,1\n5/6/2025,2\n")

    assert "'3/4/2025', which may be two days" in line
    assert "date_format='%d/%m/%Y' or '%m/%d/%Y'" in line


def test_a_day_that_is_the_same_in_both_orders_is_read():
    assert days(read("date,pain\n5/5/2025,1\n")) == ["2025-05-05"]


def test_two_orders_in_one_column_are_refused():
    (line,) = faults("date,pain\n31/12/2025,1\n12/30/2025,2\n")

    assert "'31/12/2025' and '12/30/2025'; expected one order" in line


@pytest.mark.parametrize(
    "day",
    ["2025-02-31", "31.02.2025", "2025-13-01", "45901", "soon", "2025-9", "31/31/25"],
)
def test_a_day_that_does_not_exist_is_a_fault(day):
    (line,) = faults(f"date,pain\n{day},1\n")

    assert line.startswith(f"row 2, column 'date': found '{day}'; expected a day")


@pytest.mark.parametrize("day", ["31.12.67", "25/12/01", "25-12-01", "25-09-18"])
def test_a_short_year_that_may_be_a_day_is_a_fault(day):
    (line,) = faults(f"date,pain\n{day},1\n")

    assert "four digits" in line


def test_a_day_that_does_not_follow_the_given_format_is_a_fault():
    (line,) = faults("date,pain\n2025.09.01,1\n", date_format="%d/%m/%Y")

    assert "as date_format '%d/%m/%Y' says" in line


def test_ratings_that_contradict_each_other_name_both_rows():
    (line,) = faults("date,pain,side\n2025-09-01,3,L\n2025-09-02,1,L\n2025-09-01,5,L\n")

    assert line.startswith(
        "rows 2 and 4: found ratings 3.0 and 5.0 for 2025-09-01, left"
    )


def test_a_decimal_comma_without_quotes_is_a_fault_and_not_a_three():
    (line,) = faults("date,pain\n2025-09-01,3,5\n")

    assert line.startswith("row 2: found 3 cells; expected 2 as in the header")


def test_a_file_without_a_header_is_refused_with_what_was_found():
    lines = faults("2025-09-01,3\n2025-09-02,4\n")

    assert len(lines) == 2
    assert (
        "row 1: found columns '2025-09-01', '3'; expected a column of days" in lines[0]
    )
    assert "call it 'pain' in the first row" in lines[1]


def test_two_columns_that_mean_the_same_are_refused():
    assert "which both mean local_date" in faults("date,day,pain\n1,2,3\n")[0]
    assert "both mean the same rating" in faults("date,pain,nrs\n2025-09-01,2,3\n")[0]
    assert (
        "the moment in one place"
        in faults("date,when,pain_after\n2025-09-01,after,3\n")[0]
    )


def test_a_time_that_disagrees_with_the_day_s_cell_is_a_fault():
    (line,) = faults("date,pain,time\n2025-09-01 18:30,3,07:00\n")

    assert "found '07:00' beside 18:30" in line


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "a file of 0 bytes"),
        (b" \n ", "a file of 3 bytes"),
        (b"PK\x03\x04rest", "save the sheet as CSV"),
        (b"\x0e\x10\x00\x00.FIT", "no text"),
        (b"\xff\xfea", "broken utf-16 text"),
        (b'date,pain\n"' + b"x" * 140_000, "no CSV"),
        (b"#only a comment\n", "without a row"),
    ],
)
def test_what_is_no_csv_is_refused(data, words):
    with pytest.raises(ReadError, match=words):
        read_journal(data)


def test_a_table_beyond_all_measure_is_refused(monkeypatch):
    monkeypatch.setattr(_csv_decode, "_MAX_TABLE_BYTES", 2**20)

    with pytest.raises(ReadError, match="a table of 2 MB; expected at most 1 MB"):
        read_journal(b"," * 2**21)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ReadError, match=re.escape(str(tmp_path / "no.csv"))):
        read_journal(tmp_path / "no.csv")


def test_a_cell_of_a_hundred_thousand_digits_is_a_fault_and_no_hang():
    (line,) = faults(f"date,pain\n2025-09-01,{'1' * 100_000}x\n")

    assert "row 2" in line


# What is written


def test_a_table_that_is_no_journal_is_not_written(tmp_path):
    with pytest.raises(TableError, match="column 'local_date' is missing"):
        write_journal(pd.DataFrame({"pain_0_10": [1.0]}), tmp_path / "a.csv")


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    journal = read("date,pain\n2025-09-01,3\n")

    with pytest.raises(ReadError, match="error on writing it"):
        write_journal(journal, tmp_path / "no folder" / "a.csv")


def test_columns_of_one_s_own_are_said_to_be_left_out(tmp_path):
    journal = read("date,pain\n2025-09-01,3\n").assign(mood=1.0)

    with pytest.warns(DataQualityWarning, match="'mood' are not written"):
        write_journal(journal, tmp_path / "a.csv")


@given(journals())
@settings(max_examples=150, deadline=None)
def test_what_is_written_is_read_back_exactly(tmp_path_factory, journal):
    path = tmp_path_factory.getbasetemp() / "law.csv"

    pd.testing.assert_frame_equal(read_journal(write_journal(journal, path)), journal)


@given(CSV_LIKE)
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused(text):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataQualityWarning)
        try:
            journal = read_journal(text.encode("utf-8", "surrogatepass"))
        except ReadError:
            return

    JOURNAL.check(journal)
    assert journal["pain_0_10"].between(0, 10).all()


# Real diaries


def test_real_diaries_of_one_row_a_day_are_read(shared):
    folder = shared / "diaries" / "myaiguide"

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        knee = read_journal(folder / "P6_daily.csv")
        many = read_journal(folder / "P8_daily.csv")

    assert "columns 'steps' are not a diary's" in str(told[0].message)
    assert set(knee["site"]) == {"knee"}
    assert "hip" in set(many["site"])
    assert knee["pain_0_10"].between(0, 10).all()


# What spreadsheets and forms do to a diary


def test_a_decimal_comma_without_quotes_beside_a_note_is_a_fault():
    (line,) = faults("date,pain,note\n2025-09-01,3,5\n2025-09-02,4,slow\n")

    assert line == (
        "row 2, column 'pain': found '3' beside '5' in 'note'; expected a decimal "
        'comma in quotes, or words beside the rating; write "3,5" or 3.5 if that is '
        "the rating"
    )


@pytest.mark.parametrize(
    "rows",
    [
        '2025-09-01,3,"oops\n2025-09-02,4,x\n2025-09-03,5,y\n',
        '2025-09-01,3,"oops\n2025-09-02,4,x\n2025-09-03,5,"y\n',
    ],
)
def test_a_quote_that_nothing_closes_is_refused_since_it_swallows_rows(rows):
    with pytest.raises(ReadError, match=r'quote \("\) in row 2 that is not closed'):
        read(f"date,pain,note\n{rows}")


def test_a_title_above_the_header_is_left_out_and_said():
    text = "My hip diary;;\n\nDate;Pain;Note\n1.9.2025;3,5;x\n2.9.2025;11;y\n"
    with pytest.warns(DataQualityWarning, match="left out: 'My hip diary'"):
        journal = read(text.replace(";11;", ";1;"))

    assert journal["pain_0_10"].tolist() == [3.5, 1.0]
    assert faults(text)[0].startswith("row 5, column 'Pain': found '11'")


def test_a_comment_above_the_header_does_not_hide_the_delimiter():
    assert read("# exported\nDate;Pain\n1.9.2025;3,5\n")["pain_0_10"].tolist() == [3.5]


@pytest.mark.parametrize(
    "header", ["pain (1-10)", "Pain 0-5", "pain %", "VAS mm", "Schmerz 0-100"]
)
def test_a_scale_that_is_not_0_to_10_is_a_fault(header):
    (line,) = faults(f"date,{header}\n2025-09-01,3\n")

    assert f"found column {header!r}, of another scale; expected ratings from 0" in line


def test_days_that_a_spreadsheet_has_swapped_are_noticed():
    swapped = [f"2025-{day:02d}-09,3" for day in range(1, 13)]
    left = [f"{day}/9/2025,3" for day in range(13, 20)]
    (line,) = faults("date,pain\n" + "\n".join(swapped + left))

    assert "a spreadsheet has probably swapped day and month" in line


def test_two_ways_to_write_days_that_cross_the_12th_are_read():
    plain = [f"2025-08-{day:02d},3" for day in range(1, 32)]
    slashes = [f"{day}/9/2025,3" for day in range(13, 20)]

    assert len(read("date,pain\n" + "\n".join(plain + slashes))) == 38


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2-Jan-25", "2025-01-02"),
        ("1er janvier 2025", "2025-01-01"),
        ("jeudi 2 janvier 2025", "2025-01-02"),
        ("2 de enero de 2025", "2025-01-02"),
        ("2025\u201301\u201302", "2025-01-02"),
    ],
)
def test_more_forms_of_days_are_read(typed, day):
    assert days(read(f"date,pain\n{typed},3\n")) == [day]


def test_the_number_of_a_day_says_what_to_do_in_the_spreadsheet():
    (line,) = faults("date,pain\n45901,3\n")

    assert "format the column as dates and save it again" in line


@pytest.mark.parametrize("pattern", ["%q", "mm/dd/yyyy", "%m/%d", "%Y"])
def test_a_pattern_that_is_none_is_one_fault(pattern):
    (line,) = faults("date,pain\n1/2/2025,3\n1/3/2025,3\n", date_format=pattern)

    assert line == (
        f"column 'date': found date_format '{pattern}'; expected a pattern of year, "
        "month and day such as '%d/%m/%Y'; mend the pattern (--date-format on the "
        "command line)"
    )


def test_the_remedy_of_an_ambiguous_day_names_the_option_too():
    (line,) = faults("date,pain\n1/2/2025,3\n")

    assert "(--date-format on the command line)" in line


def test_a_second_column_of_pain_with_a_number_is_left_out_and_said():
    with pytest.warns(DataQualityWarning, match="'pain 2' are not a diary's"):
        assert len(read("date,pain,pain 2\n2025-09-01,3,4\n")) == 1


def test_a_message_of_many_faults_shows_fifty_and_keeps_all():
    with pytest.raises(JournalError) as caught:
        read("date,pain\n" + "2025-09-01,11\n" * 2000)

    assert len(caught.value.faults) == 2000
    assert str(caught.value).endswith("| and 1950 more; mend the rows")


def test_a_note_of_several_lines_with_commas_is_no_row():
    note = "slow\n3 km, then 4 km, then home, tired, sore"
    journal = read(f'date,pain,note\n2025-09-01,3,"{note}"\n')

    assert journal["note"].tolist() == [note]
