"""The cleanup session in a real JupyterLab: what an analyst sees after "Run All Cells", in both themes."""

import pytest

from tests.jupyterlab.committed_notebook import assert_bars_are_green, assert_nothing_is_red_or_cut_off, number_of
from tests.jupyterlab.notebook_page import open_notebook, output_area, run_all

pytestmark = pytest.mark.browser

COLUMNS = ["firstname", "lastname", "email", "phone", "city", "lifecyclestage", "renewal_date"]
REFUSED = 'result.hubspot.failed[["email", "hubspot_status", "hubspot_error"]]'
# The opacity of the picture's corner, and the darkest and the lightest of its opaque grays: its texts and axes.
GRAYS = """image => {
    const canvas = Object.assign(document.createElement("canvas"),
        {width: image.naturalWidth, height: image.naturalHeight});
    const drawing = canvas.getContext("2d");
    drawing.drawImage(image, 0, 0);
    const {data} = drawing.getImageData(0, 0, canvas.width, canvas.height);
    let [darkest, lightest] = [255, 0];
    for (let i = 0; i < data.length; i += 4) {
        const [r, g, b, opacity] = data.slice(i, i + 4);
        if (opacity === 255 && r === g && g === b) [darkest, lightest] = [Math.min(darkest, r), Math.max(lightest, r)];
    }
    return [data[3], darkest, lightest];
}"""


@pytest.fixture(scope="module")
def cells(browser_page):
    open_notebook(browser_page, "02-cleanup-session.ipynb")
    return run_all(browser_page)


def told(cells, code):
    return " ".join(cells[number_of(cells, code) - 1].text.split())


def rows_of(page, cells, code):
    """The cell's last table as texts, header first."""
    table = output_area(page, number_of(cells, code)).locator("table").last
    return [row.locator("th, td").all_inner_texts() for row in table.locator("tr").all()]


def test_it_reads_types_and_all(page, cells):
    read = 'contacts.drop(columns=["lastname", "city"]).head()'
    assert "1,402 records read." in told(cells, read)
    head, *rows = rows_of(page, cells, read)
    assert head == ["", "hs_object_id", "firstname", "email", "phone", "lifecyclestage", "renewal_date"]
    assert len(rows) == 5
    kinds = {row[0]: row[1] for row in rows_of(page, cells, '"for example"')[1:]}
    assert list(kinds) == ["hs_object_id", *COLUMNS]
    assert kinds["hs_object_id"] == "string"
    assert kinds["lifecyclestage"] == "category"
    assert kinds["renewal_date"].startswith("datetime64")


def test_normalising_leaves_one_style_and_the_blanks(page, cells):
    messy, clean = (rows_of(page, cells, code) for code in ("def shapes(frame)", "clean = contacts.copy()"))
    assert len(messy) > 2 * len(clean)
    styles = [row[-2:] for row in clean[1:]]
    assert styles[:2] == [["Aa", "1402"], ["+0 000-000-0000", "1275"]]


def test_the_plan_leaves_the_colleagues_number_alone(page, cells):
    area = output_area(page, number_of(cells, "plan = clean.hubspot.plan_update"))
    for badge in ("1,360 rows would change", "37 unchanged", "1 skipped", "4 invalid"):
        assert area.get_by_text(badge, exact=True).count() == 1
    plan = " ".join(area.inner_text().split())
    assert "Nothing is written yet." in plan
    assert "3,092 values would change, in 7 of 7 columns." in plan
    assert "HubSpot now holds '+1 737-555-0142'" in plan
    columns, _, causes = area.locator("table").all()
    assert columns.locator("tbody tr").count() == len(COLUMNS)
    assert causes.locator("tbody tr").count() == 4


def test_the_plot_is_legible_on_either_ground(page, cells):
    number = number_of(cells, "plot.barh")
    [output] = cells[number - 1].outputs
    assert "needs_background" not in str(output["metadata"])  # JupyterLab would put one behind it
    image = output_area(page, number).locator("img")
    size = image.bounding_box()
    assert size["width"] > 500
    assert size["height"] > 200
    corner_opacity, darkest, lightest = image.evaluate(GRAYS)
    assert corner_opacity == 0
    assert 100 < darkest <= lightest < 156  # half-way between black and white


def test_every_refusal_is_read_and_all_but_the_colleagues_row_goes_through(page, cells):
    assert "1,358 updated, 37 unchanged, 1 skipped, 4 invalid, 2 failed." in told(cells, "result = plan.send()")
    head, *refused = rows_of(page, cells, REFUSED)
    assert head == ["", "email", "hubspot_status", "hubspot_error"]
    assert sorted(row[2] for row in refused) == ["failed"] * 2 + ["invalid"] * 4 + ["skipped"]
    assert "6 updated, 1 skipped." in told(cells, ".hubspot.retry()")
    [left] = rows_of(page, cells, ".hubspot.retry()")[1:]
    assert left[1:3] == ["yarrow.teasel.4@example.com", "skipped"]


def test_one_column_is_undone_and_no_other(page, cells):
    assert "12 updated, 1,390 unchanged." in told(cells, "undone = ")
    changed = {name: int(count) for name, count in rows_of(page, cells, "was.ne(now)")[1:]}
    assert changed.pop("renewal_date") == changed.pop("hs_object_id") == 0
    assert changed.pop("phone") == 1275  # among them the colleague's
    assert set(changed) == set(COLUMNS) - {"renewal_date", "phone"}
    assert all(changed.values())


def test_every_bar_ends_green(page, cells):
    assert sum("100%" in cell.text.partition("\n")[0] for cell in cells) == 7
    assert_bars_are_green(page, 7)


def test_nothing_is_red_or_cut_off(page, cells):
    assert_nothing_is_red_or_cut_off(page)
