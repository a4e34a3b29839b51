"""Ratings in the words of runners: what is one, and what is none."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipstride.io._pain_words import ratings_in
from hipstride.tables import PAIN_MOMENTS, SIDES


def told(text: str) -> list[tuple[float, str, str, str]]:
    return [(one.pain_0_10, one.moment, one.side, one.site) for one in ratings_in(text)]


@pytest.mark.parametrize(
    ("text", "pain", "moment", "side", "site"),
    [
        ("hip 3/10", 3, "", "", "hip"),
        ("Easy 5, hip 3/10", 3, "", "", "hip"),
        ("10k. Hip 3/10. Felt good", 3, "", "", "hip"),
        ("pain R hip 4", 4, "", "right", "hip"),
        ("R hip: 3½", 3.5, "", "right", "hip"),
        ("right hip pain 3.5/10 after", 3.5, "after", "right", "hip"),
        ("Right hip 4 after", 4, "after", "right", "hip"),
        ("Left hip - 3/10", 3, "", "left", "hip"),
        ("both hips 3/10", 3, "", "both", "hips"),
        ("hip (3/10)", 3, "", "", "hip"),
        ("hip: 2", 2, "", "", "hip"),
        ("hip=2", 2, "", "", "hip"),
        ("hip was a 3 today", 3, "", "", "hip"),
        ("hip pain 4", 4, "", "", "hip"),
        ("hip pain 4 out of 10", 4, "", "", "hip"),
        ("hip pain score: 6", 6, "", "", "hip"),
        ("hip 0/10", 0, "", "", "hip"),
        ("hip 10/10", 10, "", "", "hip"),
        ("4/10 hip pain", 4, "", "", "hip"),
        ("3/10 pain in right hip", 3, "", "right", "hip"),
        ("hip flexor 3/10", 3, "", "", "hip flexor"),
        ("lower back 2/10", 2, "", "", "lower back"),
        ("pain 3/10 during", 3, "during", "", ""),
        ("Pain level 4", 4, "", "", ""),
        ("pain: 4", 4, "", "", ""),
        ("hip 3/10 next morning", 3, "next_morning", "", "hip"),
        ("hip 5/10 post-run", 5, "after", "", "hip"),
        ("hip 3/10 after 5 miles", 3, "", "", "hip"),
        ("RPE 7 hip 3/10", 3, "", "", "hip"),
        ("effort 8/10, hip 2/10", 2, "", "", "hip"),
        ("Hüfte 4/10", 4, "", "", "hüfte"),
        ("Hu\u0308fte 4/10", 4, "", "", "hüfte"),
        ("Hüfte rechts 2,5/10", 2.5, "", "right", "hüfte"),
        ("Schmerz Hüfte links 3/10 nach dem Lauf", 3, "after", "left", "hüfte"),
        ("douleur hanche droite 3/10 après", 3, "after", "right", "hanche"),
        ("dolor cadera 3/10", 3, "", "", "cadera"),
    ],
)
def test_a_rating_is_found_with_what_the_words_say(text, pain, moment, side, site):
    assert told(text) == [(pain, moment, side, site)]


@pytest.mark.parametrize(
    ("text", "ratings"),
    [
        ("L hip 2 before, 4 after", [(2, "before", "left"), (4, "after", "left")]),
        ("Hip pain 2 before 4 after", [(2, "before", ""), (4, "after", "")]),
        ("hip before 2, after 4", [(2, "before", ""), (4, "after", "")]),
        (
            "hip 2/10 before and 4/10 after the run",
            [(2, "before", ""), (4, "after", "")],
        ),
        (
            "Hip pain: 2/10 before, 3/10 during, 1/10 after",
            [(2, "before", ""), (3, "during", ""), (1, "after", "")],
        ),
        ("no hip pain before, 3/10 after", [(0, "before", ""), (3, "after", "")]),
        ("l hip 2/10 r hip 3/10", [(2, "", "left"), (3, "", "right")]),
    ],
)
def test_several_ratings_of_one_note_are_told_apart(text, ratings):
    found = ratings_in(text)

    assert [(one.pain_0_10, one.moment, one.side) for one in found] == ratings
    assert all("hip" in one.site for one in found)


def test_two_sites_keep_their_own_ratings():
    assert told("knee 2/10 hip 3/10") == [(2, "", "", "knee"), (3, "", "", "hip")]


@pytest.mark.parametrize(
    ("text", "site", "words"),
    [
        ("Easy. No hip pain", "hip", "No hip pain"),
        ("no pain in right hip", "hip", "no pain in right hip"),
        ("finally a pain free run!", "", "pain free"),
        ("pain-free", "", "pain-free"),
        ("ran without pain", "", "without pain"),
        ("Fast 5k, no pain", "", "no pain"),
        ("schmerzfrei gelaufen", "", "schmerzfrei"),
        ("keine Schmerzen", "", "keine Schmerzen"),
        ("sans douleur", "", "sans douleur"),
    ],
)
def test_no_pain_is_offered_as_a_nought_that_is_marked(text, site, words):
    [found] = ratings_in(text)

    assert (found.pain_0_10, found.site, found.words) == (0, site, words)
    assert found.is_in_words


def test_a_nought_that_was_written_is_not_marked():
    [found] = ratings_in("hip 0/10")

    assert not found.is_in_words


@pytest.mark.parametrize(
    "text",
    [
        # Distances, times, dates, counts.
        "10k", "5 miles, hip ok", "pace 4:30", "hip 4:30", "hip 3 km in", "4 x 1 mile",
        "hip 3 miles in", "pain after 5", "pain after 5 miles", "hip pain at 3",
        "pain started at 6", "pain 5k", "hip at 5am", "3/10/2024 hip", "hip 1/10 mile",
        "hip surgery 2/10/2023", "on 3/10 hip hurt", "hip 2nd", "Run #5 hip", "hip +2",
        "hip 2 weeks post op", "hip pain 3 months", "hip pain day 5", "back at 7",
        "left at 6, back at 7", "5 left", "hip rehab week 3", "Hip 2 hip 10k",
        # Exercises.
        "hip thrusts 3x10", "hip openers 2 sets", "hips 3 sets of 10",
        "hip circles 10", "Glute bridges 3 x 12", "knee raises 3/10", "heel drops 3/10",
        "3 hip exercises",
        "3/10 hip hinges", "Knee-high 3",
        # Ratings of something else.
        "RPE 7/10", "effort 8/10", "3/10 hills", "legs 8/10", "hip mobility 3/10",
        "hip felt 9/10", "hip 8/10 better", "pain cave 9/10", "weather 3/10, hip fine",
        "feel 8/10, legs tired, hip quiet", "workout 10/10 hips great", "Garmin 3/10",
        # Words that only look like it.
        "hip hop 5", "leg 2", "Relay leg 2", "back 5", "season of pain 4", "hip 4",
        "Hurt 10", "quad 3",
        # What is no single number from 0 to 10.
        "hip 3-4/10", "hip 3 to 4/10", "hip 11/10", "hip 4.75.2",
        # No pain, but not quite.
        "no pain no gain", "No pain, no gain", "no pain until mile 5", "no pain meds",
        "almost pain free", "hoping for pain-free", "pain free?", "not pain free",
        "7 weeks pain free", "can't run without pain", "no hip pain for 3 miles",
        "no pain at mile 3", "fast schmerzfrei",
        "",
    ],
)  # fmt: skip
def test_what_may_be_something_else_is_not_offered(text):
    assert ratings_in(text) == []


def test_an_effort_beside_a_statement_is_no_pain():
    assert [one.words for one in ratings_in("no pain 10/10 run")] == ["no pain"]


SOME_WORDS = (
    "hip pain no free left R before after 3 3/10 4.5 10 / , . : - ½ km x 5k "
    "Hüfte the run was next morning without 0 out of 10 knee lower"
)
PIECES = st.lists(
    st.one_of(
        st.sampled_from([*SOME_WORDS.split(), "\n"]),
        st.text(max_size=4),
    ),
    max_size=14,
)


@given(st.one_of(st.text(), PIECES.map(" ".join), PIECES.map("".join)))
def test_what_is_found_is_a_rating_that_stands_in_the_text(text):
    for one in ratings_in(text):
        start, end = one.place

        assert 0 <= one.pain_0_10 <= 10
        assert one.moment in {"", *PAIN_MOMENTS}
        assert one.side in {"", *SIDES}
        assert text[start:end] == one.words != ""


@pytest.mark.parametrize(
    ("text", "n_ratings"),
    [("1 " * 12_000, 0), ("hip 1/10. " * 2000, 2000), ("hip " * 9000 + "3/10", 0)],
)
def test_a_text_without_end_is_read_in_a_moment_and_to_a_limit(text, n_ratings):
    began = time.perf_counter()

    assert len(ratings_in(text)) == n_ratings
    assert time.perf_counter() - began < 5
