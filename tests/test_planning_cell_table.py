"""The table of cells and texts, row by row; the README's readers can print it."""

import pytest

from tests.cell_table import ROWS, sent, table


@pytest.mark.parametrize(("definition", "cell", "dtype", "expected"), ROWS, ids=range(len(ROWS)))
def test_a_cell_s_text_is_the_table_s(definition, cell, dtype, expected):
    assert sent(definition, cell, dtype) == expected


def test_the_table_prints_a_line_for_every_row():
    lines = list(table())
    assert len(lines) == len(ROWS) + 2
    assert len(ROWS) >= 60
    assert all(line.count(" | ") >= 3 for line in lines)
