"""``pack``: a built site → its offline edition, one zip that is unpacked and opened."""

from pathlib import Path

from offprint import offline
from offprint.commands import Options, Progress


def pack(options: Options, target: Path | None, progress: Progress) -> offline.Packed:
    """Pack the site that was built into ``options.output``; raises PackError."""
    progress("Packing", 0, 0)
    return offline.pack(
        options.output,
        target,
        options.templates,
        options.jobs,
        lambda done, of: progress("Packing", done, of),
    )
