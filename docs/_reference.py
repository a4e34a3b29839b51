"""Write the pages of the API reference from what each public module says it has."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

MODULES = {
    "hipstride": "The top: reading, joining, the library, errors",
    "hipstride.gait": "Gait: what a run says about the runner",
    "hipstride.stats": "Statistics: answers and their checks",
    "hipstride.plots": "Plots",
    "hipstride.report": "Report",
    "hipstride.library": "The library",
    "hipstride.exploration": "Looking around in Jupyter, every look counted",
    "hipstride.simulate": "Simulation: a runner with a known truth",
    "hipstride.sample": "Sample files",
    "hipstride.tables": "Tables: names, units, ranges",
    "hipstride.units": "Units",
}

# They name what others hold.
_BORROWERS = ("hipstride", "hipstride.stats")


def public_names(module_name: str) -> list[str]:
    """List the public names of a module that are no modules themselves."""
    module = import_module(module_name)
    return [
        name
        for name in sorted(module.__all__)
        if not isinstance(getattr(module, name), ModuleType)
    ]


def write_reference(folder: Path) -> None:
    """Write one page for each public module; a page that is in step is left alone."""
    folder.mkdir(exist_ok=True)
    for module_name, title in MODULES.items():
        page = folder / f"{module_name}.rst"
        text = "\n".join(_page(module_name, title)) + "\n"
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            page.write_text(text, encoding="utf-8")


def _home_of(name: str, found: object, module_name: str) -> str:
    """Find the page that describes a name: that of the module it is a part of."""
    if module_name in _BORROWERS:
        for other in MODULES:
            module = import_module(other)
            is_same = name in module.__all__ and getattr(module, name) is found
            if other not in _BORROWERS and is_same:
                return other
    return module_name


def _page(module_name: str, title: str) -> Iterator[str]:
    yield title
    yield "=" * len(title)
    yield ""
    yield f".. py:module:: {module_name}"
    yield ""
    module = import_module(module_name)
    yield inspect.cleandoc(module.__doc__ or "")
    yield ""
    own = [
        name
        for name in public_names(module_name)
        if callable(getattr(module, name))
        and _home_of(name, getattr(module, name), module_name) == module_name
    ]
    yield ".. autosummary::"
    yield "   :nosignatures:"
    yield ""
    # What is called first, and what it gives back below.
    for name in sorted(own, key=lambda one: (one[0].isupper(), one)):
        yield f"   {name}"
    yield ""
    for name in public_names(module_name):
        found = getattr(module, name)
        home = _home_of(name, found, module_name)
        if home != module_name:
            yield f"* `{name}` stands in :doc:`{home}`"
            yield ""
            continue
        yield name
        yield "-" * len(name)
        yield ""
        if inspect.isclass(found):
            yield f".. autoclass:: {module_name}.{name}"
            yield "   :members:"
        elif callable(found):
            yield f".. autofunction:: {module_name}.{name}"
        else:
            yield f".. autodata:: {module_name}.{name}"
            yield "   :no-value:"
        yield ""
