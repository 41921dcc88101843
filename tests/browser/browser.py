"""A browser for tests: Debian's chromium, driven by chromium-driver and Selenium. why_not() says what is missing."""
import glob
import os
import shutil
import subprocess
import tempfile

try:
    from selenium import webdriver
except ImportError:
    webdriver = None

PROGRAM = shutil.which("chromium") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
AXE = ["$AXE", "node_modules/axe-core/axe.min.js", "/usr/share/nodejs/axe-core/axe.min.js",
       "/usr/share/javascript/axe-core/axe.min.js", "build/node_modules/axe-core/axe.min.js"]


def why_not():
    """What the tests would need and lack, or None."""
    missing = [name for name, there in (("python3-selenium", webdriver), ("chromium", PROGRAM), ("chromium-driver", DRIVER))
               if not there]
    return f"{', '.join(missing)} not installed" if missing else None


def find_axe():
    """The path of axe-core's script, from npm if it can be had within seconds, or None."""
    for place in map(os.path.expandvars, AXE):
        if os.path.isfile(place):
            return place
    if shutil.which("npm"):
        try:
            subprocess.run(["npm", "install", "--silent", "--no-save", "--ignore-scripts", "--prefix", "build", "axe-core@4"],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=20)
        except subprocess.TimeoutExpired:
            pass
    return next(iter(glob.glob(AXE[-1])), None)


class Browser:
    def __init__(self):
        from selenium.webdriver.chrome.service import Service

        self.profile = tempfile.mkdtemp()
        options = webdriver.ChromeOptions()
        options.binary_location = PROGRAM
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                         "--no-first-run", "--disable-background-networking", f"--user-data-dir={self.profile}"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service(executable_path=DRIVER), options=options)
        self.driver.set_page_load_timeout(300)
        self.driver.set_script_timeout(300)

    def close(self):
        self.driver.quit()
        shutil.rmtree(self.profile, ignore_errors=True)

    def command(self, name, **parameters):
        """A command of Chromium's DevTools protocol."""
        return self.driver.execute_cdp_cmd(name, parameters)

    def size(self, width, height=1000):
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)

    def media(self, kind="screen", **features):
        """media("print"), media(prefers_color_scheme="dark")"""
        self.command("Emulation.setEmulatedMedia", media=kind,
                     features=[{"name": name.replace("_", "-"), "value": value} for name, value in features.items()])

    def open(self, path):
        self.driver.get(f"file://{os.path.abspath(path)}")

    def wait(self, condition):
        """Until a script's expression is true, 60 seconds at most."""
        from selenium.webdriver.support.wait import WebDriverWait

        WebDriverWait(self.driver, 60).until(lambda driver: driver.execute_script(f"return {condition}"))

    def js(self, script, *arguments):
        """The value of a function's body."""
        return self.driver.execute_script(script, *arguments)

    def errors(self):
        """What the console said since it was last asked, warnings and worse."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] in ("WARNING", "SEVERE")]
