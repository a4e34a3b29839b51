from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from hipstride.gait import hip_mechanics, hip_mechanics_findings

EVIDENCE = (Path(__file__).parents[1] / "docs" / "evidence.md").read_text("utf-8")


def mean(measure, rate):
    table = hip_mechanics()
    chosen = (table["measure"] == measure) & (table["step_rate_change_pct"] == rate)
    return table.loc[chosen].squeeze()


def test_the_numbers_are_those_of_the_paper():
    """Heiderscheit 2011, Table 3: hip flexion and adduction at -10 and +10 %."""
    flexion, adduction = mean("peak hip flexion", -10), mean("peak hip adduction", 10)

    assert (flexion["mean"], flexion["sd"]) == (30.7, 5.7)
    assert (adduction["mean"], adduction["sd"]) == (8.7, 3.1)
    assert adduction["change"] == -1.7
    assert adduction["change_pct"] == pytest.approx(100 * -1.7 / 10.4)
    assert adduction["is_different"]
    assert not mean("peak hip adduction", -5)["is_different"]


def test_the_table_is_tidy_and_whole():
    table = hip_mechanics()

    assert len(table) == 6 * 5
    assert not table.duplicated(["measure", "step_rate_change_pct"]).any()
    assert not table.isna().any(axis=None)
    assert (table.loc[table["step_rate_change_pct"] == 0, "change"] == 0).all()
    assert not table.loc[table["step_rate_change_pct"] == 0, "is_different"].any()


def test_a_higher_step_rate_is_the_same_change_as_a_shorter_step():
    table = hip_mechanics()
    steps = 1 + table["step_length_change_pct"] / 100
    rate = 1 + table["step_rate_change_pct"] / 100

    assert (steps * rate).to_numpy() == pytest.approx(1.0)


def test_both_tables_say_what_they_are_not():
    assert hip_mechanics().attrs["caveat"] == (
        "published averages of 45 healthy runners, not your hip"
    )
    assert "not your hip" in hip_mechanics_findings().attrs["caveat"]
    assert "no controlled evidence" in hip_mechanics_findings().attrs["caveat"]


def test_every_finding_has_its_source_direction_and_confidence():
    found = hip_mechanics_findings()
    sized = found[found["change"].notna()]

    assert set(found["confidence"]) == {"H", "M"}
    assert set(found["direction"]) == {"lower", "higher"}
    assert found["source"].str.match(r"\w+ 20\d\d, ").all()
    assert (
        np.sign(sized["change"]) == sized["direction"].map({"lower": -1, "higher": 1})
    ).all()
    assert set(found["source"].str.split(" ").str[0]) == {
        *("Heiderscheit", "Lenhart", "Lieberman", "Schubert"),
        *("Willy", "Bramah", "Anderson"),
    }


def test_the_page_on_the_evidence_shows_the_same_table():
    rows = {}
    for line in EVIDENCE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 6 and re.search(r"\d \(\d", cells[1]):
            rows[cells[0]] = cells[1:]
    expected = {}
    for (measure, unit), cells in hip_mechanics().groupby(
        ["measure", "unit"], sort=False
    ):
        expected[f"{measure} [{unit}]"] = [
            f"{one['mean']} ({one['sd']})" + ("*" if one["is_different"] else "")
            for one in cells.to_dict("records")
        ]

    assert rows == expected
    assert hip_mechanics().attrs["caveat"] in EVIDENCE


def test_the_page_on_the_evidence_names_the_size_of_every_finding():
    plain = EVIDENCE.replace("\N{MINUS SIGN}", "-")
    for one in hip_mechanics_findings().to_dict("records"):
        author = one["source"].split(",")[0]
        lines = [line for line in plain.splitlines() if author in line]

        assert lines, author
        if np.isfinite(one["change"]):
            size = re.escape(f"{abs(one['change']):g}")
            assert any(re.search(rf"{size}0? ?[%°, ]", line) for line in lines), one
