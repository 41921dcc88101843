#!/usr/bin/python3
"""report.py PARTGRAD - reports as a reader meets them: in a browser, at three widths, in the dark, on paper, by keyboard,
without scripts, and large. The last line counts: "browser: 9 passed, 0 failed, 1 skipped"."""
import os
import subprocess
import sys
import tempfile
import unittest
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import browser  # noqa: E402
import runs  # noqa: E402

os.chdir(os.path.join(HERE, "..", ".."))
PARTGRAD = "build/partgrad"
WIDTHS = (390, 1280, 1920)
LARGE_BYTES, LARGE_SECONDS = 5e6, 3

# Pixels by which the page is wider than the window.
OVERFLOW = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
# What stands in a column of the table of all cells, by its title.
COLUMN = """const table = document.getElementById('cells'), title = arguments[0];
    const column = [...table.tHead.rows[0].cells].findIndex(head => head.textContent.startsWith(title));
    return [...table.tBodies[0].rows].filter(row => !row.hidden && row.className !== 'group')
        .map(row => row.cells[column].textContent)"""
FILTER = """const input = document.querySelector('section:has(#cells) input[type=search]');
    input.value = arguments[0];
    input.dispatchEvent(new Event('input'))"""
CHOOSE = """const labels = [...document.querySelectorAll('section:has(#cells) .tools label')];
    const select = labels.find(label => label.textContent.startsWith(arguments[0])).querySelector('select');
    select.selectedIndex = [...select.options].findIndex(option => option.textContent === arguments[1]);
    select.dispatchEvent(new Event('change'))"""


# Rows after the sixth are like those before, and a plot's parts are no part of the page: axe looks at each for long.
FEW = """document.querySelectorAll('tbody tr:nth-child(n + 7)').forEach(row => row.remove());
    document.querySelectorAll('svg').forEach(svg => svg.replaceChildren())"""


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.pages = {}
        cls.scripts = True
        cls.browser = browser.Browser()

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()
        cls.folder.cleanup()

    def page(self, name):
        """The report of one of runs.RUNS, made once."""
        if name not in self.pages:
            folder = os.path.join(self.folder.name, name)
            runs.RUNS[name](folder)
            subprocess.run([PARTGRAD, "report", folder], check=True, stdout=subprocess.DEVNULL)
            self.pages[name] = os.path.join(folder, "report.html")
        return self.pages[name]

    def open(self, name, width=1280, **features):
        self.browser.size(width)
        self.browser.media(**features)
        self.browser.open(self.page(name))
        if self.scripts:
            self.browser.wait("'ready' in document.documentElement.dataset")

    def js(self, script, *arguments):
        return self.browser.js(script, *arguments)

    def test_no_width_makes_the_page_scroll_sideways(self):
        for name in ("small", "wide"):
            for width in WIDTHS:
                self.open(name, width)
                self.js("document.querySelectorAll('details').forEach(details => { details.open = true })")
                self.assertLessEqual(self.js(OVERFLOW), 0, f"{name} at {width} pixels")

    def test_plots_are_readable_on_a_phone(self):
        self.open("small", 390)
        narrow = self.js("""return [...document.querySelectorAll('.plot svg')].filter(svg => {
            const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
            return 12 * scale < 8 }).length""")
        self.assertEqual(narrow, 0)

    def test_columns_sort_by_mouse_and_by_keyboard(self):
        self.open("small")
        number = [float(text) for text in self.js(COLUMN, "recall@1")]
        head = self.browser.driver.find_element("xpath", "//table[@id='cells']//th[starts-with(., 'recall@1')]")
        button = head.find_element("tag name", "button")
        button.click()
        self.assertEqual([float(text) for text in self.js(COLUMN, "recall@1")], sorted(number))
        self.assertEqual(head.get_attribute("aria-sort"), "ascending")
        button.send_keys("\n")
        self.assertEqual([float(text) for text in self.js(COLUMN, "recall@1")], sorted(number, reverse=True))
        self.assertEqual(head.get_attribute("aria-sort"), "descending")

    def test_rows_are_filtered_grouped_and_colored(self):
        self.open("small")
        self.js(FILTER, "random b32")
        names = self.js(COLUMN, "cell")
        self.assertEqual(len(names), 18)
        self.assertTrue(all("random" in name and "b32" in name for name in names))
        self.js(FILTER, "")
        self.js(CHOOSE, "Group by", "strategy")
        heads = self.js("return [...document.querySelectorAll('#cells tr.group')].map(row => row.textContent)")
        self.assertEqual(heads, ["strategy: first (35)", "strategy: full (12)", "strategy: random (36)"])
        self.js(CHOOSE, "Color by", "p")
        colors = self.js("""return new Set([...document.querySelectorAll('#cells tbody tr:not(.group)')]
            .map(row => row.style.getPropertyValue('--color'))).size""")
        self.assertEqual(colors, 4)

    def test_two_rows_stand_side_by_side(self):
        self.open("small")
        for box in (0, 3):
            self.js("document.querySelectorAll('#cells .choose input')[arguments[0]].click()", box)
        differs = self.js("return [...document.querySelectorAll('.panel:not([hidden]) .differs th')].map(head => head.textContent)")
        self.assertIn("backprop", differs)
        self.assertNotIn("p", differs)

    def test_a_row_leads_to_its_curve(self):
        self.open("small")
        curve = self.js("return document.querySelector('#cell-1').dataset.curve").split("|")
        self.assertEqual(curve[0], "recall@1, %")
        buttons = self.browser.driver.find_elements("css selector", "#cells .curve")
        self.assertEqual(len(buttons), 83)
        buttons[0].click()
        buttons[1].send_keys("\n")
        self.assertEqual([button.get_attribute("aria-pressed") for button in buttons[:3]], ["true", "true", "false"])
        picture = self.browser.driver.find_element("css selector", ".panel:not([hidden]) svg[role=img]")
        self.assertEqual(len(picture.find_elements("css selector", "polyline")), 2)
        self.assertEqual(len(picture.find_elements("css selector", "circle.curve-0")), len(curve) - 1)
        self.assertIn(f"to {float(curve[-1].split()[1]):g}", picture.get_attribute("aria-label"))
        buttons[0].click()
        buttons[1].click()
        self.assertEqual(self.js("return document.querySelectorAll('.panel:not([hidden])').length"), 0)

    def test_links_lead_somewhere(self):
        self.open("small")
        links = self.js("return [...document.querySelectorAll('main a, nav a')].map(link => link.getAttribute('href'))")
        self.assertGreater(len(links), 20)
        ids = set(self.js("return [...document.querySelectorAll('[id]')].map(element => element.id)"))
        for link in links:
            if link.startswith("#"):
                self.assertIn(link[1:], ids)
            else:
                path = os.path.join(os.path.dirname(self.page("small")), urllib.parse.unquote(link))
                self.assertTrue(os.path.exists(path), link)
        absent = self.js("return [...document.querySelectorAll('#cell-2 .absent')].map(word => word.textContent)")
        self.assertEqual(absent, ["curve"])

    def test_names_are_given_once(self):
        self.open("wide")
        ids = self.js("return [...document.querySelectorAll('[id]')].map(element => element.id)")
        self.assertEqual(sorted({name for name in ids if ids.count(name) > 1}), [])

    def test_the_console_is_silent(self):
        for name in ("small", "wide"):
            self.open(name)
        self.assertEqual(self.browser.errors(), [])

    def test_a_page_without_scripts_has_everything(self):
        self.browser.command("Emulation.setScriptExecutionDisabled", value=True)
        Report.scripts = False
        try:
            self.open("small")
            rows = self.browser.driver.find_elements("css selector", "#cells tbody tr")
            self.assertEqual(len(rows), 83)
            self.assertTrue(rows[0].is_displayed())
        finally:
            self.browser.command("Emulation.setScriptExecutionDisabled", value=False)
            Report.scripts = True

    def test_paper_has_whole_tables_and_no_fold(self):
        self.open("wide", 1032, kind="print")  # A4 across, less its margins
        cut = self.js("""return [...document.querySelectorAll('.table, pre')].filter(box =>
            box.scrollWidth > document.body.clientWidth + 1 || getComputedStyle(box).maxHeight !== 'none').length""")
        self.assertEqual(cut, 0)
        folded = self.js("return [...document.querySelectorAll('details pre')].filter(text => !text.checkVisibility()).length")
        self.assertEqual(folded, 0)
        self.assertEqual(self.js("return getComputedStyle(document.documentElement).colorScheme"), "light")

    def test_axe_finds_nothing_serious(self):
        axe = browser.find_axe()
        if not axe:
            self.skipTest("axe-core is neither in $AXE nor in node_modules, and npm cannot fetch it")
        with open(axe, encoding="utf8") as file:
            script = file.read()
        everything, contrast = {}, {"runOnly": ["color-contrast"]}
        for scheme, rules in (("light", everything), ("dark", contrast)):
            self.open("small", prefers_color_scheme=scheme)
            self.js(FEW)
            self.js(script)
            found = self.browser.driver.execute_async_script("""const done = arguments[arguments.length - 1];
                const options = {resultTypes: ['violations'], preload: false, ...arguments[0]};
                axe.run(document, options).then(results => done(results.violations.map(violation =>
                    [violation.impact, violation.id, violation.nodes.length, violation.nodes[0].html.slice(0, 200)])))""", rules)
            for violation in found:
                print("axe:", *violation)
            self.assertEqual([violation for violation in found if violation[0] in ("serious", "critical")], [])

    def test_ten_thousand_cells_open_at_once(self):
        page = self.page("large")
        for name in ("report.html", "answer.json"):
            self.assertLessEqual(os.path.getsize(os.path.join(os.path.dirname(page), name)), LARGE_BYTES, name)
        seconds = []
        while len(seconds) < 3 and min(seconds, default=LARGE_SECONDS) >= LARGE_SECONDS:  # other work may slow one down
            self.open("large")
            seconds.append(self.js("return performance.getEntriesByType('navigation')[0].loadEventEnd") / 1000)
        print(f"10,000 cells: {os.path.getsize(page) / 1e6:.1f} MB, open after {min(seconds):.1f} s")
        self.assertLess(min(seconds), LARGE_SECONDS)


def main():
    missing = browser.why_not()
    if missing:
        print(f"tests in a browser are skipped: {missing}")
        print("browser: 0 passed, 0 failed, 1 skipped")
        return 0
    result = unittest.main(argv=sys.argv[:1] + sys.argv[2:], exit=False, verbosity=2).result
    bad = len(result.failures) + len(result.errors)
    skipped = len(result.skipped)
    print(f"browser: {result.testsRun - bad - skipped} passed, {bad} failed, {skipped} skipped")
    return bad > 0


if __name__ == "__main__":
    PARTGRAD = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else PARTGRAD
    sys.exit(main())
