"""Sums, means and spreads of any currency: exact, and the same in any order."""

import statistics
from decimal import Decimal
from fractions import Fraction

import duckdb
import jinja2
import numpy as np
import pandas as pd
import pytest
from dbt_process import REPOSITORY

MACROS = ("exact_sum", "exact_avg", "exact_std_dev", "spread_of_totals")
RIAL = 1.23456789e12


def rendered(call: str) -> str:
    macros = "".join(
        next((REPOSITORY / "macros").rglob(f"{name}.sql")).read_text(encoding="utf-8")
        for name in MACROS
    )
    return jinja2.Environment().from_string(macros + "{{ " + call + " }}").render()


def result(call: str, values: np.ndarray, threads: int = 1) -> float:
    with duckdb.connect(config={"threads": threads}) as connection:
        connection.register("frame", pd.DataFrame({"x": values.copy()}))
        connection.execute("create table terms as from frame")
        [value] = connection.execute(f"select {rendered(call)} from terms").fetchone()
    return value


def amounts(size: int, unit: float) -> np.ndarray:
    rng = np.random.default_rng(3)
    return np.round(rng.gamma(0.5, unit, size) - unit / 50, 4)


@pytest.mark.parametrize("unit", [1e-3, 30.0, 5e6, RIAL])
def test_sum_mean_and_spread_are_those_of_exact_fractions(unit):
    x = amounts(5_000, unit)
    total = sum(map(Fraction, x.tolist()))
    assert result("exact_sum('x')", x) == pytest.approx(float(total), rel=1e-15)
    mean = float(total / len(x))
    assert result("exact_avg('x')", x) == pytest.approx(mean, rel=1e-15)
    spread = float(statistics.stdev(map(Fraction, x.tolist())))
    assert result("exact_std_dev('x')", x) == pytest.approx(spread, rel=1e-9)


@pytest.mark.parametrize("unit", [30.0, RIAL])
def test_no_order_and_no_thread_changes_the_last_bit(unit):
    x = amounts(300_000, unit)
    for call in ("exact_sum('x * x')", "exact_avg('x')", "exact_std_dev('x')"):
        forwards = result(call, x)
        assert result(call, x[::-1]) == forwards
        assert result(call, np.random.default_rng(1).permutation(x), 4) == forwards


def test_missing_terms_are_left_out_and_nothing_sums_to_nothing():
    x = np.array([np.nan, RIAL, 2.0, np.nan])
    null = "(case when not isnan(x) then x end)"
    assert result(f"exact_sum('{null}')", x) == RIAL + 2
    assert result(f"exact_avg('{null}')", x) == (RIAL + 2) / 2
    assert result(f"exact_sum('{null}')", x[:1]) is None
    assert result(f"exact_avg('{null}')", x[:1]) is None


def test_windows_have_sums_and_means_of_their_own():
    total = rendered("exact_sum('x', 'over (partition by g)')")
    mean = rendered("exact_avg('x', 'over (partition by g)')")
    terms = f"(values (1, 1.5), (1, {RIAL}), (2, 4.0)) as terms (g, x)"
    rows = duckdb.sql(
        f"select g, {total}, {mean} from {terms} order by g, x"
    ).fetchall()
    both = RIAL + 1.5
    assert rows == [(1, both, both / 2), (1, both, both / 2), (2, 4.0, 4.0)]


# Up to squares of 10^32 the spread is exact; beyond that a double is exact enough.
@pytest.mark.parametrize("unit", [1e-3, 30.0, 5e6, 1e10, 1e12, 2e13])
def test_spread_of_totals_is_the_sample_deviation(unit):
    x = amounts(60, unit)
    tenths = [round(Fraction(value) * 10_000) for value in x.tolist()]
    squares = sum(value * value for value in tenths)
    total = Decimal(sum(tenths)).scaleb(-4)
    sql = rendered("spread_of_totals('n', 'total', 'squares')")
    [found] = duckdb.sql(
        f"select {sql} from (select {len(x)} as n,"
        f" cast('{total:f}' as decimal(38, 4)) as total,"
        f" cast('{squares}' as hugeint) as squares)"
    ).fetchone()
    expected = float(statistics.stdev(Fraction(value, 10_000) for value in tenths))
    assert found == pytest.approx(expected, rel=1e-12)
