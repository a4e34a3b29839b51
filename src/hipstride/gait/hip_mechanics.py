"""What is published on the hip when runners take shorter, quicker steps.

Literature, not measurement: averages of other people on treadmills, nobody's own hip.
No controlled evidence shows that a shorter stride treats hip pain.
"""

from __future__ import annotations

from math import nan

import pandas as pd

__all__ = ["HIP_MECHANICS_CAVEAT", "hip_mechanics", "hip_mechanics_findings"]

HIP_MECHANICS_CAVEAT = "published averages of 45 healthy runners, not your hip"

_SOURCE = "Heiderscheit 2011, Med Sci Sports Exerc 43:296-302, Table 3"
_N_RUNNERS = 45
_STEP_RATES_PCT = (-10.0, -5.0, 0.0, 5.0, 10.0)
# Mean and standard deviation at each step rate, and whether the mean differs from the
# preferred one at p < 0.05. The table says peak abduction moment where the abstract
# says adduction: the muscles' moment, and the load's.
_TABLE_3: dict[tuple[str, str], tuple[tuple[float, float, bool], ...]] = {
    ("peak hip flexion", "°"): (
        (30.7, 5.7, True),
        (27.9, 5.8, False),
        (26.7, 5.5, False),
        (25.3, 5.5, False),
        (23.6, 6.0, True),
    ),
    ("peak hip adduction", "°"): (
        (11.3, 3.6, True),
        (10.8, 3.3, False),
        (10.4, 3.3, False),
        (9.5, 3.1, True),
        (8.7, 3.1, True),
    ),
    ("peak hip internal rotation", "°"): (
        (1.3, 4.9, True),
        (0.8, 4.6, False),
        (0.4, 4.3, False),
        (0.3, 4.3, False),
        (0.4, 4.4, False),
    ),
    ("hip extension moment at landing", "N m/kg"): (
        (0.2, 0.5, False),
        (0.3, 0.6, False),
        (0.3, 0.5, False),
        (0.4, 0.5, False),
        (0.4, 0.5, False),
    ),
    ("peak hip abduction moment", "N m/kg"): (
        (1.9, 0.5, False),
        (1.8, 0.4, False),
        (1.8, 0.4, False),
        (1.8, 0.4, False),
        (1.7, 0.4, True),
    ),
    ("peak hip internal rotation moment", "N m/kg"): (
        (0.7, 0.2, True),
        (0.6, 0.2, False),
        (0.6, 0.2, False),
        (0.6, 0.2, False),
        (0.5, 0.2, True),
    ),
}

# Confidence: H read in the source, M well known and not read again.
_COLUMNS = (
    "source",
    "n_runners",
    "comparison",
    "measure",
    "direction",
    "change",
    "change_low",
    "change_high",
    "unit",
    "confidence",
    "remark",
)
_HEIDERSCHEIT = "Heiderscheit 2011, Med Sci Sports Exerc 43:296-302"
_LENHART = "Lenhart 2014, JOSPT 44:766-774"
_LIEBERMAN = "Lieberman 2015, J Exp Biol 218:3406-3414"
_SCHUBERT = "Schubert 2014, Sports Health 6:210-217"
_WILLY = "Willy 2016, Scand J Med Sci Sports 26:197-205"
_BRAMAH = "Bramah 2019, Am J Sports Med 47:3406-3413"
_ANDERSON = "Anderson 2022, Sports Med Open 8:112"
_FIELD = "cue of +7.5 % step rate, +8.6 % achieved"
_NO_PAIN = "randomised, no pain outcome"
_KNEES = "knee pain, no control group"
_POOLED = "meta-analysis of 37 studies; two on injury, both of the knee"
_FINDINGS: tuple[tuple[object, ...], ...] = (
    (
        *(_HEIDERSCHEIT, 45, "+10 % step rate", "energy absorbed at the hip"),
        *("lower", nan, nan, nan, "", "H", "not at +5 %; higher at -10 %"),
    ),
    (
        *(_LENHART, 30, "+10 % step rate", "gluteal and piriformis force at loading"),
        *("lower", nan, nan, nan, "", "M", "a model of muscles"),
    ),
    (
        *(_LENHART, 30, "+10 % step rate", "hip flexor, hamstring, extensor in swing"),
        *("higher", nan, nan, nan, "", "M", "a model of muscles"),
    ),
    (
        *(_LIEBERMAN, 14, "+10 steps/min at 3.0 m/s", "greatest hip flexor moment"),
        *("higher", 5.8, nan, nan, "%", "H", "so not less load for every structure"),
    ),
    (
        *(_LIEBERMAN, 14, "+10 steps/min at 3.0 m/s", "distance of foot from hip"),
        *("lower", -5.9, nan, nan, "%", "H", "at landing"),
    ),
    (
        *(_SCHUBERT, nan, "higher step rate", "energy absorbed at the hip"),
        *("lower", nan, nan, nan, "", "H", "review of 10 studies, small ones"),
    ),
    (
        *(_WILLY, 30, _FIELD, "peak hip adduction"),
        *("lower", -2.9, nan, nan, "°", "H", f"SD 4.2; {_NO_PAIN}"),
    ),
    (
        *(_WILLY, 30, _FIELD, "instantaneous vertical load rate"),
        *("lower", -17.9, nan, nan, "%", "H", _NO_PAIN),
    ),
    (
        *(_WILLY, 30, _FIELD, "average vertical load rate"),
        *("lower", -18.9, nan, nan, "%", "H", _NO_PAIN),
    ),
    (
        *(_BRAMAH, 12, "+10 % step rate", "peak hip adduction"),
        *("lower", -3.99, -5.96, -2.01, "°", "H", _KNEES),
    ),
    (
        *(_BRAMAH, 12, "+10 % step rate", "peak pelvic drop"),
        *("lower", -3.12, -4.37, -1.88, "°", "H", _KNEES),
    ),
    (
        *(_ANDERSON, nan, "higher step rate", "peak hip adduction"),
        *("lower", -0.40, -0.69, -0.11, "SD", "H", _POOLED),
    ),
)


def hip_mechanics() -> pd.DataFrame:
    """Give the hip's angles and moments by step rate, as published.

    45 healthy runners on a treadmill, each at one speed of their own choice, with the
    step rate changed by a metronome [1]_. All values are greatest ones between landing
    and the deepest bend of the knee.

    Returns
    -------
    DataFrame
        One row for each measure and step rate: measure, unit; step_rate_change_pct and
        step_length_change_pct (the same change, as steps at one speed); mean and sd
        over the runners; change and change_pct, of the mean against that at the
        preferred rate; is_different, whether the authors found it so at p < 0.05 (False
        at the preferred rate itself); n_runners and source. ``attrs["caveat"]`` says
        what the numbers are not.

    References
    ----------
    .. [1] Heiderscheit BC, Chumanov ES, Michalski MP, et al. Effects of step rate
       manipulation on joint mechanics during running. Med Sci Sports Exerc
       2011;43:296-302, doi 10.1249/MSS.0b013e3181ebedf4.

    Examples
    --------
    >>> table = hip_mechanics()
    >>> adduction = table[table["measure"] == "peak hip adduction"]
    >>> adduction["change"].tolist()
    [0.9, 0.4, 0.0, -0.9, -1.7]
    >>> table.attrs["caveat"]
    'published averages of 45 healthy runners, not your hip'
    """
    rows = []
    for (measure, unit), cells in _TABLE_3.items():
        preferred = cells[_STEP_RATES_PCT.index(0.0)][0]
        for rate_pct, (mean, sd, is_different) in zip(
            _STEP_RATES_PCT, cells, strict=True
        ):
            # The table has one decimal, and so have its differences.
            change = round(mean - preferred, 1)
            rows.append(
                {
                    "measure": measure,
                    "unit": unit,
                    "step_rate_change_pct": rate_pct,
                    "step_length_change_pct": 100.0 / (1.0 + rate_pct / 100.0) - 100.0,
                    "mean": mean,
                    "sd": sd,
                    "change": change,
                    "change_pct": 100.0 * change / preferred,
                    "is_different": is_different,
                    "n_runners": _N_RUNNERS,
                    "source": _SOURCE,
                }
            )
    table = pd.DataFrame(rows)
    table.attrs = {"caveat": HIP_MECHANICS_CAVEAT}
    return table


def hip_mechanics_findings() -> pd.DataFrame:
    """Give what other studies found of the hip at a higher step rate.

    Returns
    -------
    DataFrame
        One row for each finding: source, n_runners (NaN for reviews), comparison,
        measure, direction (``lower`` or ``higher``), change with change_low and
        change_high (95 %) in unit where the source gives them, confidence (``H`` read
        in the source, ``M`` well known and not read again) and remark.
        ``attrs["caveat"]`` says what the numbers are not.

    Examples
    --------
    >>> found = hip_mechanics_findings()
    >>> found.loc[found["direction"] == "higher", "measure"].tolist()
    ['hip flexor, hamstring, extensor in swing', 'greatest hip flexor moment']
    """
    table = pd.DataFrame(_FINDINGS, columns=list(_COLUMNS))
    table.attrs = {
        "caveat": "published averages of other people, not your hip; no controlled "
        "evidence shows that a shorter stride treats hip pain"
    }
    return table
