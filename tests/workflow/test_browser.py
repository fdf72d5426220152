"""The gallery in a real browser: pictures, links, filter, numbers, a phone, the keyboard, dark, print, the site."""

import base64
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "figures/lecture/index.html"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")

pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="needs a browser: apt-get install chromium chromium-driver"
)
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--window-size=1200,900",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    driver.set_script_timeout(60)
    yield driver
    driver.quit()


@pytest.fixture
def page(browser):
    """The page at a desk's width, loaded anew, with functions to change how it is seen."""
    see(browser, width=1200)
    browser.get(PAGE.as_uri())
    return browser


def see(browser, *, width: int, height: int = 900, scheme: str = "light") -> None:
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def elements(browser, selector: str):
    from selenium.webdriver.common.by import By

    return browser.find_elements(By.CSS_SELECTOR, selector)


def press(browser, *keys: str) -> None:
    from selenium.webdriver.common.action_chains import ActionChains

    ActionChains(browser).send_keys(*keys).perform()


def visible(browser, selector: str) -> list[str]:
    """Return the ids of the elements that are shown."""
    script = "return Array.from(document.querySelectorAll(arguments[0])).filter((e) => !e.hidden).map((e) => e.id)"
    return browser.execute_script(script, selector)


def enter(browser, selector: str, value: str) -> None:
    script = """
        const field = document.querySelector(arguments[0]);
        field.value = arguments[1];
        field.dispatchEvent(new Event("input"));
        field.dispatchEvent(new Event("change"));
    """
    browser.execute_script(script, selector, value)


def wait_for_pictures(browser) -> list[list]:
    return browser.execute_async_script("""
        const done = arguments[0];
        const images = Array.from(document.images);
        images.forEach((image) => { image.loading = "eager"; });
        Promise.allSettled(images.map((image) => image.decode())).then(
            () => done(images.map((image) => [image.currentSrc.slice(0, 80), image.naturalWidth])));
    """)


def test_every_image_loads_and_nothing_is_logged(page):
    sizes = wait_for_pictures(page)
    assert len(sizes) >= 18
    assert all(width > 60 for _, width in sizes), sizes
    assert page.get_log("browser") == []


def test_every_link_resolves(page):
    targets = page.execute_script("return Array.from(document.links).map((link) => link.href)")
    assert len(targets) > 100
    for target in set(targets):
        address = urlparse(target)
        assert address.scheme == "file", target
        assert Path(unquote(address.path)).exists(), target
        if address.fragment:
            assert elements(page, f"#{address.fragment}"), target


@pytest.mark.parametrize("width", [320, 360, 768, 1200])
def test_no_width_scrolls_sideways(page, width):
    see(page, width=width, height=844)
    page.execute_script("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    wait_for_pictures(page)
    wide, seen = page.execute_script("return [document.documentElement.scrollWidth, window.innerWidth]")
    assert wide <= seen == width


def test_the_keyboard_opens_turns_and_closes_the_large_image(page):
    from selenium.webdriver.common.keys import Keys

    links = elements(page, "a.open")
    page.execute_script("arguments[0].focus()", links[0])
    press(page, Keys.ENTER)
    large = page.execute_async_script("""
        const done = arguments[0];
        const image = document.querySelector("dialog img");
        image.decode().then(() => done([image.getAttribute("src"), image.naturalWidth, image.alt]));
    """)
    assert large[0] == links[0].get_attribute("href").rsplit("/", 1)[1]
    assert large[1] > 600
    assert large[2] == elements(page, "figcaption")[0].text == elements(page, "#caption")[0].text
    press(page, Keys.ARROW_RIGHT)
    source = page.execute_script("return document.querySelector('dialog img').src")
    assert source == links[1].get_attribute("href")
    press(page, Keys.ARROW_LEFT, Keys.ARROW_LEFT)
    source = page.execute_script("return document.querySelector('dialog img').src")
    assert source == links[-1].get_attribute("href")
    press(page, Keys.ESCAPE)
    is_open, focused = page.execute_script(
        "return [document.querySelector('dialog').open, document.activeElement.href]"
    )
    assert not is_open
    assert focused == links[-1].get_attribute("href")
    assert page.get_log("browser") == []


def test_the_tab_key_reaches_the_first_figure_by_the_skip_link(page):
    from selenium.webdriver.common.keys import Keys

    press(page, Keys.TAB)
    assert page.switch_to.active_element.get_attribute("class") == "skip"
    press(page, Keys.ENTER)
    press(page, Keys.TAB)
    assert page.switch_to.active_element.get_attribute("class") == "permalink"


CONTRAST = """
    const parts = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
    const linear = (c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    const light = (c) => 0.2126 * linear(c[0] / 255) + 0.7152 * linear(c[1] / 255) + 0.0722 * linear(c[2] / 255);
    const ground = (element) => {
      for (let e = element; e; e = e.parentElement) {
        const colour = parts(getComputedStyle(e).backgroundColor);
        if (colour.length === 3) return colour;
      }
      return parts(getComputedStyle(document.documentElement).getPropertyValue("--ground"));
    };
    const names = ["body", "a", ".source", ".mark.held", ".mark.failed", ".badge", "summary", ".verdict > summary",
                   "thead th", ".count", ".slide", "pre", "footer"];
    return names.map((name) => {
      const element = document.querySelector(name);
      if (!element) return [name, 99];
      const [text, back] = [light(parts(getComputedStyle(element).color)), light(ground(element))];
      return [name, (Math.max(text, back) + 0.05) / (Math.min(text, back) + 0.05)];
    });
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_in_light_and_dark(page, scheme):
    see(page, width=1200, scheme=scheme)
    ground = page.execute_script("return getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(22, 24, 27)")
    for name, contrast in page.execute_script(CONTRAST):
        assert contrast >= 4.5, (scheme, name, contrast)  # WCAG 2.2, level AA


def test_equations_are_drawn(page):
    sizes = page.execute_script(
        "return Array.from(document.querySelectorAll('math')).map((m) => [m.getBoundingClientRect().width,"
        " m.getBoundingClientRect().height])"
    )
    assert sizes
    assert all(width > 40 and height > 10 for width, height in sizes)


def test_the_first_picture_stands_soon_and_the_others_wait(page):
    """First paint well under 1.5 s on an idle machine (measured: 1.0 s); what is asserted does not depend on one."""
    first, *others = page.execute_script("return Array.from(document.images).map((i) => [i.loading, i.naturalWidth])")
    assert first[0] != "lazy"
    assert first[1] > 600
    assert all(loading == "lazy" for loading, _ in others)
    assert PAGE.stat().st_size < 2_000_000


def test_filter_and_search_choose_figures_and_their_thumbnails(page):
    every = visible(page, "article")
    enter(page, "#filter", "differs")
    differing = visible(page, "article")
    assert differing == [name for name in every if elements(page, f"#{name}[data-differs]")]
    enter(page, "#filter", "model:transformer")
    transformers = visible(page, "article")
    assert transformers
    assert set(transformers) < set(every)
    enter(page, "#search", "q3")
    assert visible(page, "article") == ["q3_where_in_transformer"]
    assert len(page.execute_script("return document.querySelectorAll('[data-for]:not([hidden])')")) == 1
    assert elements(page, "#count")[0].text == f"1 of {len(every)} figures"
    enter(page, "#search", "")
    enter(page, "#filter", "")
    assert visible(page, "article") == every


def test_a_link_to_a_claim_opens_what_hides_it(page):
    enter(page, "#search", "xyzzy")
    assert visible(page, "article") == []
    name = page.execute_script("return document.querySelector('tr[id^=claim-]').id")
    page.execute_script("location.hash = arguments[0]", name)
    shown = page.execute_async_script(
        """
        const done = arguments[1];
        setTimeout(() => {
          const row = document.getElementById(arguments[0]);
          done([row.closest("details").open, row.closest("article").hidden, row.getBoundingClientRect().top]);
        }, 300);
    """,
        name,
    )
    assert shown[:2] == [True, False]
    assert 0 <= shown[2] < 900


def test_a_map_answers_a_pointer_with_the_number_of_its_cell(page):
    """At the middle of every cell of the first map the page says the value that stands in the picture's numbers."""
    told = page.execute_script("""
        const held = Array.from(document.querySelectorAll(".numbers")).map((one) => [one, JSON.parse(one.textContent)]);
        const [one, parts] = held.find(([, parts]) => parts.some((part) => part.v));
        const part = parts.find((part) => part.v);
        const image = one.closest("figure").querySelector("img");
        image.scrollIntoView();
        image.dispatchEvent(new PointerEvent("pointerenter"));
        const box = image.getBoundingClientRect();
        const [left, top, right, bottom] = part.box;
        const said = [];
        part.v.forEach((row, j) => row.forEach((value, i) => {
          const u = left + (right - left) * (part.xs[i] + part.xs[i + 1]) / 2;
          const v = top + (bottom - top) * (part.ys[j] + part.ys[j + 1]) / 2;
          const at = {clientX: box.left + u * box.width, clientY: box.top + v * box.height};
          image.dispatchEvent(new PointerEvent("pointermove", at));
          said.push([document.getElementById("tip").textContent, part.xc[i], part.yc[j], value]);
        }));
        return said;
    """)
    assert len(told) >= 4
    for text, x, y, value in told:
        lines = text.split("\n")
        assert lines[0].endswith(x)
        assert lines[1].endswith(y)
        assert float(lines[2].rsplit(": ", 1)[1]) == value if value is not None else "not measured" in lines[2]


def test_a_button_copies_the_command_beside_it(page):
    page.execute_script("document.querySelector('.get').open = true")
    elements(page, ".copy")[0].click()
    assert elements(page, ".copy")[0].text == "copied"


def test_in_print_everything_is_open_on_at_most_45_pages(page):
    wait_for_pictures(page)
    printed = page.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})["data"]
    count = max(map(int, re.findall(rb"/Count (\d+)", base64.b64decode(printed))))  # the root of the tree of pages
    assert 15 < count <= 45


def test_the_site_holds_every_file_that_its_page_names(browser, tmp_path):
    command = [sys.executable, "scripts/build_gallery.py", "--site", str(tmp_path / "site"), "--commit", "abc1234"]
    subprocess.run(command, cwd=ROOT, check=True)
    browser.get((tmp_path / "site/index.html").as_uri())
    test_every_link_resolves(browser)
    test_every_image_loads_and_nothing_is_logged(browser)
    assert "/" + str(ROOT).split("/")[1] + "/" not in (tmp_path / "site/index.html").read_text("utf-8")
