"""Fiscal years and quarters, and quarters that end in any month, as periods of the calendar.

A fiscal year has the name of the year in which most of it lies: Sony's that ends in March 2016 is 2015, Apple's that ends in
September 2016 is 2016. A quarter is the calendar's in which it ends: June to August is Q3.
"""

from __future__ import annotations

from marketwatch.domain import Moment, Precision
from marketwatch.extract.rule_files import rule_file

CALENDAR_END = 12
_HALF = 6
_LONG_PAST = 3
"""Months after which `the year to March` is more likely the one under way than the one that ended."""
_REPORTED = 3
"""Last month in which `the full year` is the one before."""
_HOLIDAYS_AHEAD = 9
"""First month in which the holiday quarter is the coming one."""


def fiscal_end(vendor: str | None) -> int:
    """The month, 1 to 12, in which a vendor's fiscal year ends."""
    return int(rule_file("fiscal_years.toml").get(vendor or "", CALENDAR_END))


def quarter_ending(year: int, month: int) -> str:
    """`Q3 2016` for one that ends in August 2016."""
    return f"Q{(month + 2) // 3} {year}"


def year_ending(year: int, month: int, published: Moment | None, *, told: bool) -> str:
    """The name of a fiscal year that ends in a month. Unless the year was `told`, one long past means the year under way."""
    if not told and published is not None:
        past = (published.at.year - year) * 12 + published.at.month - month
        year += past > _LONG_PAST
    return str(year if month > _HALF else year - 1)


def fiscal_year(step: int, published: Moment, end: int) -> str:
    """The name of the fiscal year under way (0), the last that has ended (-1) or the next (1)."""
    last = published.at.year + (published.at.month > end) + step
    return str(last if end > _HALF else last - 1)


def fiscal_quarter(number: int, published: Moment | None, end: int, named: str | None = None) -> str | None:
    """The calendar's name of a fiscal quarter: of the year `named`, else of the last one that had ended by publication."""
    month = (end + 3 * number - 1) % 12 + 1
    if named is not None:
        year = int(named) - (month > end) if end > _HALF else int(named) + (month <= end)
        return quarter_ending(year, month)
    if published is None or published.precision is Precision.YEAR:
        return None
    return quarter_ending(published.at.year - (month >= published.at.month), month)


def quarter_from(step: int, published: Moment | None) -> str | None:
    """The quarter under way (0), the next (1) or the last (-1)."""
    if published is None or published.precision is Precision.YEAR:
        return None
    quarters = published.at.year * 4 + (published.at.month - 1) // 3 + step
    return f"Q{quarters % 4 + 1} {quarters // 4}"


def holiday_quarter(published: Moment | None) -> str | None:
    """The quarter of Christmas nearest to publication."""
    if published is None or published.precision is Precision.YEAR:
        return None
    return f"Q4 {published.at.year - (published.at.month < _HOLIDAYS_AHEAD)}"


def full_year(published: Moment | None) -> str | None:
    """The year that a report means by `the full year`: at its beginning the one before."""
    if published is None or published.precision is Precision.YEAR:
        return None
    return str(published.at.year - (published.at.month <= _REPORTED))


def month_before(published: Moment | None) -> str | None:
    """`last month`."""
    if published is None or published.precision is Precision.YEAR:
        return None
    months = published.at.year * 12 + published.at.month - 2
    return f"{months // 12}-{months % 12 + 1:02}"
