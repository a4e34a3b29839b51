"""Checks on the arrays that the statistics take, in one place for one wording."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hipstride.errors import NotEnoughDataError, TableError

__all__ = ["FloatArray", "as_column", "as_design", "left_by", "rank_order"]

FloatArray = NDArray[np.float64]

# A column whose part outside the others is smaller than this is a copy of them.
_COLLINEAR = 1e-7


def as_column(values: ArrayLike, name: str, *, n: int | None = None) -> FloatArray:
    """Take a one-dimensional array of finite numbers, or say what is wrong.

    Parameters
    ----------
    values : array-like, shape (n,)
        The numbers.
    name : str
        What they are, for the message.
    n : int, optional
        How many there must be.

    Returns
    -------
    ndarray, shape (n,)
        The numbers as float64.

    Raises
    ------
    TableError
        If the shape is another, or a value is missing or infinite.

    Examples
    --------
    >>> as_column([1, 2], "day").tolist()
    [1.0, 2.0]
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1 or (n is not None and len(array) != n):
        wanted = f"({n},)" if n is not None else "one dimension"
        msg = f"{name}: found an array of shape {array.shape}; expected {wanted}"
        raise TableError(msg)
    _all_finite(array, name)
    return array


def as_design(x: ArrayLike, *, n: int) -> FloatArray:
    """Take a design matrix of full column rank with more rows than columns.

    Parameters
    ----------
    x : array-like, shape (n, k)
        One column for each coefficient; the intercept is one of them.
    n : int
        How many rows there must be.

    Returns
    -------
    ndarray, shape (n, k)
        The matrix as float64.

    Raises
    ------
    TableError
        If the shape is another, or a value is missing or infinite.
    NotEnoughDataError
        If there are too few rows, or a column follows from the others.

    Examples
    --------
    >>> as_design([[1, 0], [1, 1], [1, 3]], n=3).shape
    (3, 2)
    """
    array = np.asarray(x, dtype=np.float64)
    if array.ndim != 2 or len(array) != n:  # noqa: PLR2004 - a matrix
        msg = f"design: found an array of shape {array.shape}; expected ({n}, k)"
        raise TableError(msg)
    _all_finite(array, "design")
    k = array.shape[1]
    if n <= k:
        what = f"rows for {k} coefficients"
        raise NotEnoughDataError(
            what,
            needed=k + 1,
            got=n,
            remedy="bring more rated runs or fewer covariates",
        )
    rank = len(rank_order(array))
    if rank < k:
        what = "independent columns in the design"
        raise NotEnoughDataError(
            what,
            needed=k,
            got=rank,
            remedy="leave out a column that follows from the others",
        )
    return array


def left_by(x: FloatArray, y: FloatArray) -> FloatArray:
    """Give what least squares on some columns leaves of others.

    Parameters
    ----------
    x : ndarray, shape (n, k)
        The columns to take out, of full rank.
    y : ndarray, shape (n,) or (n, c)
        What to take them out of.

    Returns
    -------
    ndarray
        The residuals, of the shape of `y`.

    Examples
    --------
    >>> left_by(np.ones((3, 1)), np.array([1.0, 2.0, 6.0])).round(9).tolist()
    [-2.0, -1.0, 3.0]
    """
    basis, _ = np.linalg.qr(x)
    return np.asarray(y - basis @ (basis.T @ y))


def rank_order(x: FloatArray) -> list[int]:
    """Give the columns that add something to those before them, in their order.

    Parameters
    ----------
    x : ndarray, shape (n, k)
        The columns, the most wanted first.

    Returns
    -------
    list of int
        The positions of the columns to keep.

    Notes
    -----
    Gram-Schmidt done twice, for what one pass leaves by rounding. A column is
    compared with its own spread, so that units and offsets do not matter.

    Examples
    --------
    >>> rank_order(np.array([[1.0, 2.0, 0.0], [1.0, 2.0, 1.0], [1.0, 2.0, 5.0]]))
    [0, 2]
    """
    kept: list[int] = []
    basis = np.empty((len(x), 0))
    for position in range(x.shape[1]):
        column = x[:, position]
        size = float(np.linalg.norm(column))
        if size == 0:
            continue
        rest = column / size
        # An offset far larger than the spread must not hide the spread.
        spread = float(np.linalg.norm(rest - rest.mean())) if kept else 1.0
        if spread < 1e-12:  # noqa: PLR2004 - rounding of a unit vector
            continue
        for _ in range(2):
            rest = rest - basis @ (basis.T @ rest)
        left = float(np.linalg.norm(rest))
        if left > _COLLINEAR * spread:
            kept.append(position)
            basis = np.column_stack([basis, rest / left])
    return kept


def _all_finite(array: FloatArray, name: str) -> None:
    bad = int(array.size - np.isfinite(array).sum())
    if bad:
        msg = (
            f"{name}: found {bad} missing or infinite values of {array.size}; "
            "expected none; leave those rows out"
        )
        raise TableError(msg)
