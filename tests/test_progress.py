"""A bar for long work in a notebook, and silence elsewhere."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

import hipstride as hs
from hipstride import progress
from hipstride.library._progress import Progress
from hipstride.library._shown import shown_count, shown_import


class Frontend:
    """A stand-in for a notebook: keeps every text that one output held."""

    def __init__(self):
        self.texts: list[str] = []

    def display(self, html, display_id):
        assert display_id
        self.texts.append(html)
        return SimpleNamespace(update=self.texts.append)


@pytest.fixture
def notebook(monkeypatch):
    """Let the code believe that it runs in a kernel, whose clock ticks a second."""
    frontend = Frontend()
    shell = SimpleNamespace(kernel=object())
    ipython = SimpleNamespace(get_ipython=lambda: shell)
    display = SimpleNamespace(HTML=str, display=frontend.display)
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    ticks = iter(range(10_000))
    monkeypatch.setattr(progress.time, "monotonic", lambda: float(next(ticks)))
    return frontend


def test_a_script_is_shown_nothing(capsys):
    with progress.shown_progress("reading") as tell:
        tell(1, 2, "1 file")

    assert capsys.readouterr() == ("", "")


def test_a_notebook_is_shown_a_bar_with_words_for_those_who_do_not_see_it(notebook):
    with progress.shown_progress("reading") as tell:
        tell(1, 4, "1 file")

    assert notebook.texts[0] == (
        '<progress max="1" value="0.250" aria-label="reading: 1 file"></progress> '
        "reading: 1 file"
    )


def test_the_bar_goes_and_a_line_stays_when_it_is_done(notebook):
    with progress.shown_progress("reading") as tell:
        tell(4, 4, "4 files")

    assert notebook.texts[-1] == "reading: 4 files, done after 2 s"


def test_an_error_passes_and_leaves_a_line(notebook):
    def fail():
        with progress.shown_progress("reading") as tell:
            tell(1, 4, "1 file")
            _ = 1 / 0

    with pytest.raises(ZeroDivisionError):
        fail()

    assert notebook.texts[-1].startswith("reading: 1 file, stopped after")


def test_work_without_a_known_end_has_a_bar_without_a_share(notebook):
    with progress.shown_progress("reading") as tell:
        tell(1, None, "1 run")

    assert "value=" not in notebook.texts[0]


def test_short_work_shows_no_bar(notebook, monkeypatch):
    monkeypatch.setattr(progress.time, "monotonic", lambda: 0.0)

    with progress.shown_progress("reading") as tell:
        tell(1, 2, "1 file")

    assert notebook.texts == []


def test_words_are_escaped(notebook):
    with progress.shown_progress("<b>") as tell:
        tell(1, 2, "<script>")

    assert "<script>" not in "".join(notebook.texts)


def test_no_bar_where_it_is_refused(notebook):
    with progress.shown_progress("reading", progress=False) as tell:
        tell(1, 2, "1 file")

    assert notebook.texts == []


def test_asked_for_outside_of_a_notebook_it_is_lines(capsys):
    with progress.shown_progress("reading", progress=True) as tell:
        tell(1, 2, "1 file")

    err = capsys.readouterr().err
    assert err.splitlines() == [
        "50 %: reading: 1 file",
        "reading: 1 file, done after 0 s",
    ]


def test_summing_up_runs_shows_how_many(notebook):
    recordings = list(hs.read_runs(hs.sample.folder() / "runs"))

    runs = hs.summarize(recordings)

    assert len(runs) == 8
    assert "8 runs" in notebook.texts[-1]


def test_an_import_shows_files_and_runs(notebook, tmp_path):
    hs.Library(tmp_path).add(hs.sample.folder() / "runs", workers=1)

    assert "8 files, 8 runs, done" in notebook.texts[-1]


def test_an_import_with_a_caller_of_its_own_shows_no_bar_unasked(notebook, tmp_path):
    told: list[int] = []
    library = hs.Library(tmp_path)

    library.add(
        hs.sample.folder() / "runs",
        workers=1,
        tell=lambda now: told.append(now.n_files),
    )

    assert told
    assert notebook.texts == []


def test_the_caller_and_the_bar_are_both_told_where_both_are_wanted(notebook):
    told: list[object] = []

    with shown_import(told.append, True) as tell:
        tell(Progress(n_files=3, n_runs=2, bytes_done=1, bytes_all=2))

    assert len(told) == 1
    assert "3 files, 2 runs" in notebook.texts[0]


def test_in_a_script_an_import_is_spared_the_counting():
    with shown_import(None, None) as tell:
        assert tell is None


def test_counted_work_says_how_many_of_how_many(notebook):
    with shown_count("Checking", None, None) as tell:
        tell(3, 8)

    assert "Checking: 3 of 8" in notebook.texts[0]


def test_checking_and_rebuilding_take_the_keyword(tmp_path):
    library = hs.Library(tmp_path)
    library.add(hs.sample.folder() / "runs", workers=1)

    assert library.rebuild(workers=1, progress=False) == []
    assert library.check(progress=False).n_originals == 8
