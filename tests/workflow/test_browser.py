"""The gallery in a real browser: pictures, links, errors, a phone's width, the keyboard, light and dark."""

import shutil
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
    assert all(width > 100 for _, width in sizes), sizes
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


@pytest.mark.parametrize("width", [320, 390, 768, 1200])
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
    assert len(large[2]) > 100
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
    assert page.switch_to.active_element.get_attribute("class") == "open"


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
    const names = ["body", "a", ".source", ".mark.held", ".mark.failed", ".badge", "summary", "thead th", ".count",
                   "footer"];
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
