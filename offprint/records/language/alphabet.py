"""The place of names in an alphabet: the heading that they stand under, and their order.

Latin letters come first, whatever accents they have, then other alphabets, then scripts without one, each
under its own name; what begins with a sign or a digit comes last, under ``#``.
"""

import unicodedata

from offprint.records.slugs import fold_case, without_accents

SIGNS = "#"


def heading_of(name: str) -> str:
    """Return the heading that a name stands under: its first letter, the name of its script, or ``#``."""
    letter = without_accents(fold_case(name))[:1] or " "
    if not letter.isalpha():
        return SIGNS
    if unicodedata.category(letter) == "Lo":  # a script without capitals, such as Chinese or Arabic
        script = unicodedata.name(letter, "").split(" ")[0]
        return script if script == "CJK" else script.capitalize()
    return letter.upper()


def place_of(name: str) -> tuple[int, str, str, str]:
    """Return a sort key: the kind of heading, the heading, the folded name, the name itself."""
    heading = heading_of(name)
    kind = 3 if heading == SIGNS else 2 if len(heading) > 1 else 0 if heading.isascii() else 1
    return kind, heading, without_accents(fold_case(name)), name
