"""Write docs/cli.md from the command line itself."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import get_args, get_type_hints

from typer.main import get_command

from hipstride.cli import app

HEAD = """\
# The command line

> Not medical advice. Pain at night or at rest, no weight on the leg, fever, an injury, groin pain that grows with each run: see a clinician first.

```
hipstride                                       # how the library stands, what to do next
hipstride demo                                  # the whole way on a simulated runner
hipstride check easy.fit                        # what is in a file, what was assumed
hipstride check --library                       # runs on another scale than your others
hipstride splits easy.fit --every mi            # one run in miles, kilometres, minutes, laps
hipstride drift easy.fit                        # did the steps get shorter during a run
hipstride curve                                 # your step length by speed
hipstride target --pace 9:30/mi --shorten 5     # the cadence for shorter steps
hipstride log pain 4 --moment after             # into the journal; log undo takes it back
hipstride log belt 3f2a 3.0mi                   # what the treadmill showed
hipstride log change "shorter stride" --kind stride --from 2026-09-01
hipstride runs exports/ --units mi              # one row per run
hipstride analyze --runs exports/ --journal journal.csv --changes changes.csv
hipstride plot timeline --runs exports/ --journal journal.csv --out timeline.png
hipstride plot calendar --out calendar.png      # or change, ledger, lags, spec-curve …
hipstride change "shorter stride"               # was pain different from that day on
hipstride ledger                                # all that was tried, nulls included
hipstride plan --out plan.json                  # write the question down before looking
hipstride analyze --plan plan.json              # and carry it out
hipstride power                                 # how many runs an answer takes
hipstride trial draw --arm "shorter stride" --control "relax the hands" --out trial.json
hipstride trial show trial.json                 # what to do on the next run
hipstride trial analyze trial.json              # the two arms, by the drawn schedule
hipstride cohort anna.csv ben.csv carl.csv      # several runners, from their exports
hipstride report --runs exports/ --journal journal.csv --out report.html
```

* **Tab:** `hipstride --install-completion` teaches your shell the verbs, the labels of your changes and the ids of your runs.
* **Kilometres or miles:** `--units`, else the environment variable `HIPSTRIDE_UNITS`, else as the locale says.
* **Exit code:** 0 when all went well, also when the answer is "cannot tell"; 1 with one line on stderr when it cannot be done; 2, also with one line, when it was asked wrongly.
* **Output:** answers go to stdout, progress and warnings to stderr. With `--json` stdout holds one JSON object and nothing else; what is not known is `null`.
* **Files:** what can be read, and how the diary and the list of changes look, stands in [Your files](files.md). In Python the same is done with the functions of the [README](../README.md).

The rest of this page is written from the program itself.
"""  # noqa: E501 - prose


def cli_page() -> str:
    """Give the text of docs/cli.md."""
    return "\n".join([HEAD, *_sections(app, get_command(app), "hipstride")])


def _sections(typer_app, group, path: str) -> Iterator[str]:
    """Give a section for each verb of an app, and of the apps beneath it."""
    verbs = {
        one.name or one.callback.__name__: one.callback
        for one in typer_app.registered_commands
    }
    apps = {one.name: one.typer_instance for one in typer_app.registered_groups}
    for name, command in group.commands.items():
        if name in apps:
            yield f"## `{path} {name}`\n\n{_prose(command)}\n"
            yield from _sections(apps[name], command, f"{path} {name}")
        else:
            yield _section(f"{path} {name}", command, get_type_hints(verbs[name]))


def _section(path: str, command, hints) -> str:
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    options = [one for one in command.params if one.param_type_name == "option"]
    usage = " ".join(
        [
            path,
            *(_argument(one) for one in arguments),
            *(f"{one.opts[0]} {_value(one)}" for one in options if one.required),
            "[OPTIONS]",
        ]
    )
    rows = [_row(_value(one), one, hints[one.name]) for one in arguments]
    rows += [
        _row(_flag(one), one, hints[one.name]) for one in options if one.name in hints
    ]
    table = ["| | | |", "|---|---|---|", *rows]
    # A verb of a verb stands beneath it.
    level = "#" * path.count(" ")
    parts = [f"#{level} `{path}`", _prose(command), f"```\n{usage}\n```"]
    return "\n\n".join([*parts, "\n".join(table) + "\n"])


def _prose(command) -> str:
    parts = (command.help or "").split("\n\n")
    return "\n\n".join(" ".join(part.split()) for part in parts)


def _argument(one) -> str:
    name = one.metavar or one.name.upper()
    return name if one.required else f"[{name}]"


def _row(name: str, one, hint) -> str:
    notes = []
    choices = [choice for kind in _kinds(hint) for choice in kind]
    if choices:
        notes.append(", ".join(f"`{choice.value}`" for choice in choices))
    if one.required:
        notes.append("needed")
    elif one.default is not None and one.default is not False:
        notes.append(f"default `{_plain(one.default)}`")
    return f"| `{name}` | {one.help or ''} | {'; '.join(notes)} |"


def _kinds(hint) -> list[type[Enum]]:
    """Find the enums in a type such as ``list[Outcome] | None``."""
    if isinstance(hint, type) and issubclass(hint, Enum):
        return [hint]
    return [kind for part in get_args(hint) for kind in _kinds(part)]


def _flag(one) -> str:
    names = ", ".join([*one.opts, *one.secondary_opts])
    return f"{names} {one.metavar}" if one.metavar else names


def _value(one) -> str:
    return one.metavar or one.name.upper()


def _plain(value) -> str:
    return str(getattr(value, "value", value))
