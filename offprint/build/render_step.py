"""Pages → files of the staged site, in as many processes as there are jobs.

A worker is forked with the context and the list of pages in its memory, so it is sent no more than the slice
of the list to render; it writes its pages into the staged site itself.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import as_completed

from offprint.build.publish import Staging
from offprint.site.pages import Page
from offprint.site.renderer import Renderer
from offprint.storage.workers import call_held, pool

_PARALLEL_FROM = 400  # pages; below, starting processes costs more than they save


def render_pages(
    make_renderer: Callable[[], Renderer], pages: list[Page], staging: Staging, jobs: int
) -> Iterator[int]:
    """Render pages into the staged site; yield, from time to time, how many more have been written."""
    if jobs < 2 or len(pages) < _PARALLEL_FROM:
        renderer = make_renderer()
        for page in pages:
            staging.write(page.path, renderer.text(page))
            yield 1
        return
    size = max(20, min(400, len(pages) // (8 * jobs)))
    with pool(jobs, _Writer, make_renderer, pages, staging) as workers:
        starts = range(0, len(pages), size)
        tasks = [workers.submit(call_held, _Writer.write, start, start + size) for start in starts]
        for task in as_completed(tasks):
            yield task.result()


class _Writer:
    """What a worker process holds: a renderer of its own, all pages, and the staged site."""

    def __init__(self, make_renderer: Callable[[], Renderer], pages: list[Page], staging: Staging) -> None:
        self._renderer, self._pages, self._staging = make_renderer(), pages, staging

    def write(self, start: int, end: int) -> int:
        """Write the pages from index ``start`` to before ``end``; return how many they are."""
        pages = self._pages[start:end]
        for page in pages:
            self._staging.write(page.path, self._renderer.text(page))
        return len(pages)
