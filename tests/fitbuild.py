"""Pack a FIT file byte by byte: header, definitions, data, checksum.

Nothing here comes from the package under test; the format is written down once more.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

# Type byte, struct code, size.
TYPES = {
    "enum": (0x00, "B"),
    "sint8": (0x01, "b"),
    "uint8": (0x02, "B"),
    "sint16": (0x83, "h"),
    "uint16": (0x84, "H"),
    "sint32": (0x85, "i"),
    "uint32": (0x86, "I"),
    "string": (0x07, "s"),
    "float32": (0x88, "f"),
    "float64": (0x89, "d"),
    "uint8z": (0x0A, "B"),
    "uint16z": (0x8B, "H"),
    "uint32z": (0x8C, "I"),
    "byte": (0x0D, "B"),
    "sint64": (0x8E, "q"),
    "uint64": (0x8F, "Q"),
    "uint64z": (0x90, "Q"),
}
FILE_ID, SESSION, LAP, RECORD, EVENT, DEVICE_INFO, ACTIVITY = 0, 18, 19, 20, 21, 23, 34
SPORT, FIELD_DESCRIPTION, DEVELOPER_DATA_ID = 12, 206, 207

# 2026-09-01 06:00:00 UTC in seconds since 1989-12-31 00:00:00 UTC.
START = 1_157_176_800
RUNNING, CYCLING, WALKING = 1, 2, 11

# (number, type) or (number, type, how many).
FieldSpec = tuple[int, str] | tuple[int, str, int]


def crc(data: bytes) -> int:
    """FIT's checksum, a bit at a time."""
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
    return value


class Fit:
    """A FIT file in the making; every method returns it, so that calls chain."""

    def __init__(self) -> None:
        self.body = b""
        self._formats: dict[int, str] = {}
        # Developers that have been introduced: some readers forget all their fields
        # when they are introduced again.
        self.developers: set[int] = set()

    def define(
        self,
        local: int,
        message: int,
        *fields: FieldSpec,
        developer: Sequence[tuple[int, int, str, int]] = (),
        order: str = "<",
    ) -> Fit:
        """Define a local type; developer fields: (number, developer, type, count)."""
        head = 0x40 | local | (0x20 if developer else 0)
        big = order == ">"
        self.body += struct.pack(order + "BBBHB", head, 0, big, message, len(fields))
        text = order
        for number, kind, *rest in fields:
            code, char = TYPES[kind]
            count = rest[0] if rest else 1
            size = struct.calcsize(char) * count
            self.body += bytes([number, size, code])
            text += f"{count}{char}"
        if developer:
            self.body += bytes([len(developer)])
            for number, index, kind, count in developer:
                char = TYPES[kind][1]
                self.body += bytes([number, struct.calcsize(char) * count, index])
                text += f"{count}{char}"
        self._formats[local] = text
        return self

    def data(self, local: int, *values: object, second: int | None = None) -> Fit:
        """Add a message; with `second` its header holds five bits of time."""
        head = local if second is None else 0x80 | local << 5 | second & 31
        flat: list[object] = []
        for value in values:
            if isinstance(value, tuple):
                flat += value
            else:
                flat.append(value.encode() if isinstance(value, str) else value)
        self.body += bytes([head]) + struct.pack(self._formats[local], *flat)
        return self

    def raw(self, data: bytes) -> Fit:
        """Add bytes as they are."""
        self.body += data
        return self

    def bytes(
        self,
        *,
        header_size: int = 14,
        data_size: int | None = None,
        header_crc: int | None = None,
        file_crc: int | None = None,
    ) -> bytes:
        """Give the file; what is not given is right."""
        size = len(self.body) if data_size is None else data_size
        header = struct.pack("<BBHI4s", header_size, 0x20, 2132, size, b".FIT")
        if header_size > 12:
            right = crc(header)
            header += struct.pack("<H", right if header_crc is None else header_crc)
            header += bytes(header_size - 14)
        if file_crc is None:
            file_crc = crc(header + self.body)
        return header + self.body + struct.pack("<H", file_crc)


def describe(
    fit: Fit,
    *,
    index: int = 0,
    number: int = 0,
    kind: str = "uint16",
    name: str = "Power",
    units: str = "Watts",
    scale: int = 0xFF,
    offset: int = 0x7F,
    native: int = 0xFF,
) -> Fit:
    """Describe a developer's field, with local types 14 and 15."""
    if index not in fit.developers:
        fit.developers.add(index)
        fit.define(15, DEVELOPER_DATA_ID, (1, "byte", 16), (3, "uint8"))
        fit.data(15, tuple(range(16)), index)
    fit.define(
        14,
        FIELD_DESCRIPTION,
        (0, "uint8"),
        (1, "uint8"),
        (2, "uint8"),
        (3, "string", 24),
        (6, "uint8"),
        (7, "sint8"),
        (8, "string", 16),
        (14, "uint16"),
        (15, "uint8"),
    )
    code = TYPES[kind][0]
    return fit.data(14, index, number, code, name, scale, offset, units, RECORD, native)


def run(
    fit: Fit,
    rows: Sequence[Sequence[object]] = ((0, 3000, 85), (1, 3100, 86), (2, 2900, 84)),
    *fields: FieldSpec,
    sport: int = RUNNING,
    session: bool = True,
) -> Fit:
    """Add records (seconds after START, then fields) and the session around them."""
    fields = fields or ((6, "uint16"), (4, "uint8"))
    fit.define(0, RECORD, (253, "uint32"), *fields)
    for second, *values in rows:
        fit.data(0, START + int(second), *values)  # type: ignore[call-overload]
    if session:
        add_session(fit, last=int(rows[-1][0]), sport=sport)  # type: ignore[call-overload]
    return fit


def add_session(
    fit: Fit,
    *,
    first: int = 0,
    last: int = 10,
    sport: int = RUNNING,
    sub_sport: int = 0,
) -> Fit:
    """Add a session message from `first` to `last` seconds after START."""
    fit.define(
        1,
        SESSION,
        (253, "uint32"),
        (2, "uint32"),
        (7, "uint32"),
        (8, "uint32"),
        (9, "uint32"),
        (5, "enum"),
        (6, "enum"),
        (192, "uint8"),
        (193, "uint8"),
    )
    span = 1000 * (last - first)
    return fit.data(
        1, START + last, START + first, span, span, 1234, sport, sub_sport, 75, 40
    )
