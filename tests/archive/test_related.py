"""What to read next, and why: rare topics and words that a paper dwells on, never what it says in passing."""

from pathlib import Path

from tests.sites import read_library

TOPICS = {f"topics/{slug}.md": f"---\nname: {slug.title()}\n---\n" for slug in ("video", "sound", "speech")}


def paper(title: str, text: str = "", **fields: str) -> str:
    more = "".join(f"{key}: {value}\n" for key, value in fields.items())
    return f"---\ntitle: {title}\n{more}---\n{text}\n"


def related(folder: Path, slug: str, files: dict[str, str]) -> dict[str, tuple[str, ...]]:
    library, faults = read_library(folder, {**TOPICS, **files})
    assert not [fault for fault in faults if fault.severity == "error"]
    return {each.paper.slug: each.reasons for each in library.related[slug]}


def test_a_rare_topic_says_more_than_a_common_one(tmp_path: Path) -> None:
    files = {f"papers/v{n}.md": paper(f"Plain {n}", topics="[video]") for n in range(6)}
    files |= {
        "papers/x.md": paper("Ours", topics="[video, speech]"),
        "papers/y.md": paper("Theirs", topics="[sound, speech]"),
    }
    found = related(tmp_path, "x", files)
    assert next(iter(found)) == "y"
    assert found["y"] == ("Speech",)
    assert found["v0"] == ("Video",)


def test_a_word_in_passing_is_no_reason(tmp_path: Path) -> None:
    files = {
        "papers/x.md": paper("Caching attention", "It ends sooner than others."),
        "papers/y.md": paper("Pruned layers", "Sooner or later, attention is kept."),
        "papers/z.md": paper("Birds in spring", "They sing sooner."),
    }
    assert related(tmp_path, "x", files) == {"y": ("attention",)}


def test_what_the_text_says_twice_is_a_reason(tmp_path: Path) -> None:
    text = "A transformer is one thing, two a transformer."
    files = {
        "papers/x.md": paper("One", text),
        "papers/y.md": paper("Two", "Transformer."),
        "papers/z.md": paper("Three"),
    }
    assert related(tmp_path, "x", files) == {"y": ("transformer",)}


def test_singular_and_plural_are_one_word(tmp_path: Path) -> None:
    files = {
        "papers/x.md": paper("Tokens"),
        "papers/y.md": paper("A token of bias"),
        "papers/z.md": paper("Bias"),
    }
    assert related(tmp_path, "x", files) == {"y": ("token",)}
    assert related(tmp_path, "z", files) == {"y": ("bias",)}


def test_a_word_that_a_shared_topics_name_holds_is_not_said_again(tmp_path: Path) -> None:
    files = {
        "papers/x.md": paper("Speech in noise", topics="[speech]"),
        "papers/y.md": paper("Noise of speech", topics="[speech]"),
        "papers/z.md": paper("Silence"),
    }
    assert related(tmp_path, "x", files) == {"y": ("Speech", "noise")}


def test_words_without_spaces_between_them_are_compared_too(tmp_path: Path) -> None:
    files = {
        "papers/x.md": paper("视频理解的新方法"),
        "papers/y.md": paper("长视频生成"),
        "papers/z.md": paper("语音识别"),
    }
    assert related(tmp_path, "x", files) == {"y": ("视频",)}


def test_a_retracted_paper_is_not_recommended_but_recommends(tmp_path: Path) -> None:
    files = {
        "papers/x.md": paper("Token pruning", status="retracted", notice="Wrong."),
        "papers/y.md": paper("Pruning of tokens"),
        "papers/z.md": paper("Elsewhere"),
    }
    assert list(related(tmp_path / "1", "x", files)) == ["y"]
    assert related(tmp_path / "2", "y", files) == {}


def test_where_nothing_is_shared_nothing_is_recommended(tmp_path: Path) -> None:
    files = {"papers/x.md": paper("Tokens"), "papers/y.md": paper("Birds")}
    assert related(tmp_path, "x", files) == {}


def many(**fields: str) -> dict[str, str]:
    """Forty papers that share nothing but the fields."""
    return {
        f"papers/m{n}.md": paper(f"Matter{chr(97 + n % 26)}{chr(97 + n // 26)}", **fields) for n in range(40)
    }


def test_a_common_topic_or_an_everyday_word_alone_convinces_nobody(tmp_path: Path) -> None:
    files = {"papers/x.md": paper("Nothing but a title"), **many(topics="[video]")}
    files["papers/y.md"] = paper(
        "Flapping wings", "There is nothing in it, nothing at all.", topics="[video]"
    )
    assert related(tmp_path, "x", files) == {}
    assert related(tmp_path, "y", files) == {}


def test_other_is_no_reason_even_beside_a_word(tmp_path: Path) -> None:
    files = {
        "topics/other.md": "---\nname: Other\n---\n",
        "papers/x.md": paper("Blimps", "A noiseless blimp.", topics="[other]"),
        "papers/y.md": paper("Group testing, noiseless", topics="[other]"),
        **many(),
    }
    assert related(tmp_path, "x", files) == {}


def test_two_telling_words_convince_and_so_does_one_that_both_dwell_on(tmp_path: Path) -> None:
    files = {
        "papers/x.md": paper("Token pruning in grippers"),
        "papers/y.md": paper("Elsewhere", "A token, and some pruning."),
        "papers/z.md": paper("Grippers"),
        **many(),
    }
    assert set(related(tmp_path, "x", files)) == {"y", "z"}


def test_a_shared_author_convinces_and_is_named(tmp_path: Path) -> None:
    files = {
        "papers/x.md": paper("One", authors="[Grace Hopper, Ada Lovelace]"),
        "papers/y.md": paper("Two", authors="[Grace Hopper]"),
        **many(),
    }
    assert related(tmp_path, "x", files) == {"y": ("Grace Hopper",)}
