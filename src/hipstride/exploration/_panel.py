"""The widgets of the panel, and what happens when one of them is moved."""

from __future__ import annotations

from html import escape

import ipywidgets as widgets
import pandas as pd

from hipstride import plots
from hipstride.errors import HipstrideError, TableError
from hipstride.exploration._look import (
    EXPOSURES,
    Look,
    covariates_in,
    look_at,
    outcomes_in,
    within,
)
from hipstride.exploration._looks import Looks, fingerprint
from hipstride.exploration._picture import picture_of
from hipstride.library import Library
from hipstride.tables import Result

__all__ = ["Panel"]

STRIDE, TIMELINE = "stride against pain", "timeline"
_ALL = "all"
_STYLE = {"description_width": "9em"}
_WIDE = {"width": "32em"}


class Panel:
    """Widgets to pick what to look at, and beneath them what was seen.

    A class, because the widgets, the last answer and the log change together.

    Parameters
    ----------
    obs : DataFrame
        An `OBSERVATIONS` table.
    log : Looks
        Where looks are counted.
    library : Library, optional
        Where the table is from; it is asked again when a side or a site is picked.
    """

    def __init__(
        self, obs: pd.DataFrame, log: Looks, library: Library | None = None
    ) -> None:
        names = outcomes_in(obs)
        if not names:
            msg = "explore: found no rating; expected a column such as pain_after_0_10"
            raise TableError(msg)
        self._obs = obs
        # A place is read once, not at every look and every picture of it.
        self._runs_of = {("", ""): obs}
        self._log = log
        self._library = library
        # A library grows: what was said of its runs then is no answer now.
        self._data = "" if library is None else fingerprint(obs)
        self.answer: Result | HipstrideError
        first, last = _days(obs)
        self.outcome = _dropdown("outcome", names)
        self.exposure = _dropdown("stride of", EXPOSURES)
        self.first_on = _day_picker("from", first)
        self.last_on = _day_picker("to", last)
        self.covariates = widgets.SelectMultiple(
            options=covariates_in(obs),
            description="adjust for",
            rows=min(4, max(1, len(covariates_in(obs)))),
            style=_STYLE,
            layout=_WIDE,
        )
        self.side = _dropdown("side", _places(library, "side"))
        self.site = _dropdown("site", _places(library, "site"))
        self.plot = _dropdown("plot", (STRIDE, TIMELINE))
        self.count = widgets.HTML()
        self.verdict = widgets.HTML()
        self.picture = widgets.HTML()
        self.log = widgets.HTML()
        asked = (self.outcome, self.exposure, self.first_on, self.last_on)
        places = (self.side, self.site) if library is not None else ()
        own = (self.covariates,) if self.covariates.options else ()
        for widget in (*asked, *own, *places):
            widget.observe(self._look, names="value")
        self.plot.observe(self._draw, names="value")
        self.box = widgets.VBox(
            [
                *asked,
                *own,
                *places,
                self.plot,
                self.count,
                self.picture,
                self.verdict,
                self.log,
            ]
        )
        self._look()

    @property
    def looks(self) -> pd.DataFrame:
        """All looks so far, one row each; see `Looks.to_frame`."""
        return self._log.to_frame()

    def _repr_mimebundle_(self, **options: object) -> object:
        return self.box._repr_mimebundle_(**options)

    def _asked(self) -> Look:
        """Read off the widgets what is asked; whole spans count as no limit."""
        first, last = _days(self._obs)
        return Look(
            outcome=self.outcome.value,
            exposure=self.exposure.value,
            first_on=None if self.first_on.value == first else self.first_on.value,
            last_on=None if self.last_on.value == last else self.last_on.value,
            covariates=tuple(self.covariates.value),
            side="" if self.side.value == _ALL else self.side.value,
            site="" if self.site.value == _ALL else self.site.value,
            data=self._data,
        )

    def _look(self, _change: object = None) -> None:
        look = self._asked()
        try:
            runs = self._runs(look)
        except HipstrideError as error:
            self.answer = error
        else:
            # A question asked before has its answer already.
            known = self._log.answers.get(look)
            self.answer = look_at(runs, look) if known is None else known
        is_new = look not in self._log.answers
        number = self._log.note(look, self.answer)
        again = "" if is_new else ", seen before and not counted again"
        self.count.value = (
            f'<p role="status"><b>Look {number}{again}.</b> '
            f"{escape(self._log.words(number))}</p>"
        )
        self.verdict.value = _told(self.answer)
        self.log.value = _log_table(self.looks)
        self._draw()

    def _draw(self, _change: object = None) -> None:
        """Draw what was asked; another picture of the same question is no new look."""
        look = self._asked()
        try:
            runs = within(self._runs(look), look)
            self.picture.value = picture_of(
                lambda ax: (
                    plots.timeline(runs, outcome=look.outcome, ax=ax)
                    if self.plot.value == TIMELINE
                    else plots.stride_vs_pain(
                        runs, outcome=look.outcome, result=self._line(look), ax=ax
                    )
                )
            )
        except HipstrideError as error:
            self.picture.value = f"<p>No plot: {escape(str(error))}.</p>"

    def _line(self, look: Look) -> Result | None:
        """Give the answer where it is the line of the plot."""
        is_line = look.exposure == EXPOSURES[0] and isinstance(self.answer, Result)
        return self.answer if is_line and isinstance(self.answer, Result) else None

    def _runs(self, look: Look) -> pd.DataFrame:
        place = look.side, look.site
        if self._library is not None and place not in self._runs_of:
            self._runs_of[place] = self._library.observations(
                side=look.side or None, site=look.site or None
            )
        return self._runs_of[place]


def _told(answer: Result | HipstrideError) -> str:
    if isinstance(answer, Result):
        html: str = answer._repr_html_()
        return html
    return f"<p><b>The data cannot answer:</b> {escape(str(answer))}.</p>"


def _log_table(looks: pd.DataFrame) -> str:
    shown = looks[["look", "outcome", "n", "estimate", "low", "high", "p_adjusted"]]
    table = shown.to_html(index=False, float_format="{:+.3f}".format, na_rep="–")
    return f"<details><summary>All looks</summary>{table}</details>"


def _days(obs: pd.DataFrame) -> tuple[object, object]:
    if "local_date" not in obs.columns or obs["local_date"].isna().all():
        return None, None
    return obs["local_date"].min().date(), obs["local_date"].max().date()


def _places(library: Library | None, name: str) -> list[str]:
    if library is None:
        return [_ALL]
    told = library.journal()[name].dropna()
    return [_ALL, *sorted({str(one) for one in told if str(one)})]


def _dropdown(description: str, options: object) -> widgets.Dropdown:
    return widgets.Dropdown(
        options=options, description=description, style=_STYLE, layout=_WIDE
    )


def _day_picker(description: str, day: object) -> widgets.DatePicker:
    return widgets.DatePicker(
        value=day,
        description=description,
        disabled=day is None,
        style=_STYLE,
        layout=_WIDE,
    )
