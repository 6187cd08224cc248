"""``check --fix`` never changes what a value means: what could be read before is read the same after."""

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from offprint.contribute.fix import Names, fix_text
from offprint.records.characters import first_forbidden
from offprint.records.forms import PAPER

NAMES = Names({}, {})
_KEYS = ("abstract", "title", "venue", "notice", "summary")
_ESCAPES = r"\r\n \n \t \u00e9 \x07 \beta \alpha \frac{1}{2} \\ \" \/ \0 \e \N \L".split()
_MARKS = "' '' : # é a word - { } [ ] & * ! | > % @ ` $x$ 2025 true null ~".split()
_PIECES = st.sampled_from([*_ESCAPES, *_MARKS, " ", ": ", " #", "- ", "\\ "])
_TEXTS = st.lists(_PIECES, min_size=1, max_size=8).map("".join)
_STYLES = st.sampled_from(["{}", '"{}"', "'{}'", "|\n  {}", ">-\n  {}"])


@st.composite
def records(draw: st.DrawFn) -> str:
    keys = draw(st.lists(st.sampled_from(_KEYS), min_size=1, max_size=4, unique=True))
    rows = [f"{key}: {draw(_STYLES).format(draw(_TEXTS))}" for key in keys]
    end = draw(st.sampled_from(["\n", "\r\n"]))
    return end.join(["---", *"\n".join(rows).split("\n"), "---", "Text.", ""])


def values(text: str) -> dict[str, object] | None:
    """The fields as YAML has them, texts all of them; None where it cannot be read."""
    front = text.replace("\r\n", "\n").split("---\n")[1]
    try:
        node = yaml.load(front, Loader=yaml.BaseLoader)
    except yaml.YAMLError:
        return None
    return node if isinstance(node, dict) else None


@settings(max_examples=400, deadline=None)
@given(records())
def test_each_value_is_the_same_unless_it_could_not_be_shown(text: str) -> None:
    before = values(text)
    fixed, fixes = fix_text(text, PAPER, markdown=True, names=NAMES)
    after = values(fixed)
    if not fixes:
        assert fixed == text
        return
    assert after is not None
    if before is None:
        return  # it could not be read at all
    assert before.keys() == after.keys()
    for key, value in before.items():
        if value != after[key]:
            assert isinstance(value, str)
            assert first_forbidden(value.replace("\r\n", "\n")), (key, value, after[key])
    assert fix_text(fixed, PAPER, markdown=True, names=NAMES)[1] == [], "there is nothing left to mend"
