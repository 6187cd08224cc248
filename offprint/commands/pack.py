"""``pack``: a built site → its offline edition, one zip that is unpacked and opened."""

from pathlib import Path

from offprint.build.options import Options, Progress, refuse_inside
from offprint.offline import edition


def pack(options: Options, target: Path | None, progress: Progress) -> edition.ZipFile:
    """Write the offline edition of the site in ``options.output``; ``target`` is a folder or a ``.zip``.

    Raises CommandError (of it, PackError and PublishError), ContentError, OSError.
    """
    refuse_inside((target or options.output.parent).absolute(), options)
    progress("Packing", 0, 0)
    return edition.pack(
        options.output,
        target,
        options.templates,
        options.jobs,
        lambda done, of: progress("Packing", done, of),
    )
