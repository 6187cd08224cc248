"""``pack``: a built site → its offline edition, one zip that is unpacked and opened."""

from pathlib import Path

from offprint.build.options import Options, Progress
from offprint.offline import edition


def pack(options: Options, target: Path | None, progress: Progress) -> edition.Packed:
    """Pack the site that was built into ``options.output``; raises PackError."""
    progress("Packing", 0, 0)
    return edition.pack(
        options.output,
        target,
        options.templates,
        options.jobs,
        lambda done, of: progress("Packing", done, of),
    )
