"""Math as plain text means what the formula means, and nothing of it is lost."""

import itertools
import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offprint.records import markup
from offprint.records.characters import first_forbidden
from offprint.records.language.math_text import Form, math_text


@pytest.mark.parametrize(
    ("latex", "unicode", "typed", "html"),
    [
        ("10^4", "10⁴", "10^4", "10<sup>4</sup>"),
        ("10^{-4}", "10⁻⁴", "10^-4", "10<sup>-4</sup>"),
        (r"\frac{1}{2}", "1/2", "1/2", "1/2"),
        (r"\sqrt{s}=13", "√s=13", "sqrt(s)=13", "√s=13"),
        (r"O(n \log n)", "O(n log n)", "O(n log n)", "O(n log n)"),
        (r"\mathcal{O}(n\log n)", "𝒪(n log n)", "O(n log n)", "𝒪(n log n)"),
        ("x_{ij}", "x_ij", "x_ij", "x<sub>ij</sub>"),
        ("_2", "₂", "2", "<sub>2</sub>"),
        (r"\beta", "β", "beta", "β"),
        (r"\mathbb{R}^{n \times d}", "ℝ^(n × d)", "R^(n × d)", "ℝ<sup>n × d</sup>"),
        (r"\operatorname*{argmax}_x f'(x)", "argmax_x f′(x)", "argmax_x f'(x)", "argmax<sub>x</sub> f′(x)"),
    ],
)
def test_each_form_says_what_the_formula_says(latex: str, unicode: str, typed: str, html: str) -> None:
    assert (math_text(latex), math_text(latex, "typed"), math_text(latex, "html")) == (unicode, typed, html)


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"\frac{a+b}{c}", "(a+b)/c"),
        (r"\frac{1}{ab}", "1/(ab)"),
        (r"\sqrt[3]{x+1}", "³√(x+1)"),
        (r"\sum_{i=1}^{n} x_i^2", "∑_(i=1)^n x_i²"),
        (r"B^0_s \to \mu^+\mu^-", "B_s⁰ → μ⁺μ⁻"),
        (r"k\text{-means}", "k-means"),
        (r"5\,\mathrm{km}", "5 km"),
        ("10{,}000", "10,000"),
        (r"90^\circ", "90°"),
        (r"\hat{x} \not= \overline{AB}", "x̂ ≠ overline(AB)"),
        (r"\left(\frac{a}{b}\right)^2", "(a/b)²"),
        (r"\begin{pmatrix}a&b\\c&d\end{pmatrix}", "(a, b; c, d)"),
        (r"{n \choose k}", "binom(n, k)"),
        (r"1\%", "1%"),
    ],
)
def test_parentheses_and_spaces_stand_where_the_text_would_else_mean_something_else(
    latex: str, text: str
) -> None:
    assert math_text(latex) == text


def test_a_command_that_is_not_known_stays_with_its_arguments() -> None:
    assert math_text(r"\SI{5}{\km} + \foo x") == r"\SI{5}{\km} + \foo x"


_atoms = st.sampled_from([*"abxyzAB0123456789", r"\alpha", r"\Omega", r"\log", r"\mathbb{R}", r"\hat{q}"])


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    two = st.tuples(inner, inner)
    return st.one_of(
        two.map(lambda p: f"{{{p[0]}}}^{{{p[1]}}}"),
        two.map(lambda p: f"{{{p[0]}}}_{{{p[1]}}}"),
        two.map(lambda p: rf"\frac{{{p[0]}}}{{{p[1]}}}"),
        two.map(lambda p: f"{p[0]} + {p[1]}"),
        two.map(lambda p: f"{p[0]} {p[1]}"),
        inner.map(lambda p: rf"\sqrt{{{p}}}"),
        inner.map(lambda p: rf"\left({p}\right)"),
    )


_formulas = st.recursive(_atoms, _larger, max_leaves=12)
_COMMAND = re.compile(r"\\(?:mathbb|hat|frac|sqrt|left|right)|\\(?P<word>[A-Za-z]+)")


@settings(deadline=None)
@given(_formulas, st.sampled_from(["unicode", "typed", "html"]))
def test_every_letter_and_digit_of_a_formula_is_in_its_text(latex: str, form: Form) -> None:
    text = unicodedata.normalize("NFKD", math_text(latex, form))
    plain = _COMMAND.sub(lambda m: m["word"] if m["word"] == "log" else "", latex)
    for sign in set(re.findall("[A-Za-z0-9]", plain)):
        assert text.count(sign) >= plain.count(sign)
    for name, letter in (("alpha", "α"), ("Omega", "Ω")):
        assert text.count(name) + text.count(letter) == latex.count(f"\\{name}")


@settings(deadline=None)
@given(st.text(alphabet="\\{}[]^_'&~ \nabcfrsqtleihd12().", max_size=60))
def test_of_any_text_at_all_no_digit_is_lost(latex: str) -> None:
    text = math_text(latex)
    assert not first_forbidden(text)
    digits = unicodedata.normalize("NFKD", text)
    assert [digits.count(each) for each in "12"] == [latex.count(each) for each in "12"]


@pytest.mark.parametrize(
    "command", [r"\sqrt", r"\frac", r"\not", r"\hat", "x^", "{", "(", r"\left", r"\foo{", "a\\over "]
)
def test_what_is_nested_without_end_is_read_all_the_same(command: str) -> None:
    assert math_text(command * 300 + "z").count("z") == 1


_DISTINCT = r"""
x_{ij}; x_i j; x_{i_j}; {x_i}_j; x^{ij}; x^i j; x^{i^j}; {x^i}^j; x i j; x_i^j; x^{i_j}; x_{i^j}
x_{i,j}; x_i,j; 10^4; 104; 10_4; 10^{4}4; 10^{44}; 1^{04}; 10^{-4}; 10^-4 4; 10-4; 10^+4; 10+4
\frac{1}{2}; 12; \frac{12}{2}; 1\frac{2}{2}; \frac{1}{ab}; \frac{1}{a}b; \frac{a+b}{c}; a+\frac{b}{c}
\frac{a/b}{c}; \frac{a}{b/c}; \frac{a}{b}^2; \frac{a^2}{b}; \frac{a}{b^2}; {\frac{a}{b}}^{c}
\frac{a}{b^c}; a^{b/c}; a^b/c; \sqrt{s}; s; \sqrt{st}; \sqrt{s}t
\sqrt{s}^2; \sqrt{s^2}; \sqrt{s+1}; \sqrt{s}+1; \sqrt[3]{s}; 3\sqrt{s}
\sqrt{3s}; \hat{x}; x; \bar{x}; \tilde{x}; \vec{x}; \dot{x}; \overline{xy}; xy; \bar{x}y; x'; x''
A^*B; A*B; A^*_B; A^\top B; A\top B; A^\dagger; A^{\dagger*}; \mathbb{A}; \mathcal{A}; \mathfrak{A}; A
\sum_{i=1}^n i; \sum_{i=1} n i; \log_2 n; \log 2n; \log^2 n; (\log n)^2; \log n^2; \log\log n; \log(n)
a \le b; a < b; a \ne b; a = b; a \approx b; a \to b; a \in b; a \not\in b; a \cdot b; a \times b; a - b
\binom{n}{k}; (n, k); n_k; \{n, k\}; |n|; \|n\|; \langle n \rangle; n!; \begin{bmatrix}n&k\end{bmatrix}
"""


def test_no_two_different_formulas_give_one_text() -> None:
    latex = [
        each.strip() for line in _DISTINCT.strip().splitlines() for each in line.split(";") if each.strip()
    ]
    for form in ("unicode", "html"):
        texts = {each: math_text(each, form) for each in latex}
        for one, other in itertools.combinations(latex, 2):
            assert texts[one] != texts[other], (one, other, form)


def test_a_title_in_words_keeps_its_text_and_what_cannot_be_read() -> None:
    source = r"CO$_2$ at 50\% for \$5: $10^4$ frames, $\nosuch{x}$"
    text, _ = markup.inline(source)
    assert text.plain == r"CO₂ at 50% for $5: 10⁴ frames, $\nosuch{x}$"
    assert markup.in_words(source, "typed") == r"CO2 at 50% for $5: 10^4 frames, $\nosuch{x}$"


def test_math_in_markdown_is_in_words_in_its_plain_text() -> None:
    text, _ = markup.markdown("# At $\\frac{1}{2}$\n\nthe *cost*: $O(n \\log n) < `x`$ and `$code$`")
    assert text.plain == "At 1/2 the cost: O(n log n) < `x` and $code$"
