"""The hosted site can be installed as an app."""

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.offline.editions import served


def test_chromium_would_install_the_site(hosted: Path, tmp_path: Path) -> None:
    with served(hosted) as server, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            tmp_path / "profile", executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = context.pages[0]
        page.goto(f"{server.address}index.html")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        session = context.new_cdp_session(page)
        assert session.send("Page.getAppManifest")["errors"] == []
        assert session.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
        context.close()
