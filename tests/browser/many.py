"""The content of an archive that is large enough to be searched, filtered and paged: 42 papers on bees.

Every title is one of a kind. All summaries speak of bees, every fifth of foraging; topics, organizations,
years and votes repeat, so that filters have something to tell apart.
"""

_SITE = """\
title: Papers on Bees
tagline: What is known of them, paper by paper
description: An archive of research on bees & other pollinators, by day, by topic and by organization.
short_name: bees
url: https://bees.example/archive/
repository: https://forge.example/bees/archive
cards: true
"""
_TOPICS = {
    "wild-bees": "Wild bees",
    "honey-bees": "Honey bees",
    "flower-choice": "Choice of flowers",
    "field-surveys": "Surveys in the field",
    "parasites-and-disease": "Parasites and disease",
}
_ORGANIZATIONS = ("apiary", "Institute of Orchards", "Meadow & Hedge Trust")
_TITLES = """\
Bumblebees remember the colour of a single petal
Counting nests below roadside hedges
How drought shortens the tongues of mason bees
Waggle dances in the dark: a decoder of 400 hives
Mites spread along rows of apple trees
Do sweat bees avoid copper?
Night flights of carpenter bees over lit streets
A key to the leafcutters of river islands
Warm winters wake queens too early
The price of pollen in years of frost
Hearing a swarm before it leaves: microphones at the hive's door
Clover, vetch, sainfoin: what farms should sow
Sleep of solitary males inside bellflowers
Viruses that jump from colony to colony
Orchid bees as perfumers, revisited
Magnets and the way home
Small cities, many species: allotments of the north
A hundred years of museum drawers
What hoverflies take from hives
Robbing: when neighbours break in
Stingless bees build with resin & clay
Neonicotinoids in dew on maize leaves
Learning to open snapdragons takes two mornings
Radar tags that weigh less than a grain of sand
Brood temperature under snow
The smell of a lost queen
Drones gather where hills meet
Cuckoo bees count eggs
Sugar water is not nectar: gut microbes of fed colonies
Buzzing tomatoes at the right pitch
Fungi on pollen bread
Which gardens feed the last bees of autumn?
Wings wear out at 300 hours
Propolis against foulbrood
Blue traps overcount males
Mapping heather from orbit for beekeepers
Swarm intelligence, literally: choosing a hole by vote
Almond bloom and the trucks
Ground nesters need bare loam
Bees of volcanoes after ten years
Yellow legs: hornets at the gate
Royal jelly is a dose, not a dish
"""


def _paper(number: int, title: str) -> str:
    """Return a record that differs from its neighbours in topics, date, organization, authors and votes."""
    topics = ["wild-bees"] if number % 3 else ["honey-bees"]
    topics += list(_TOPICS)[2:][number % 3 :: 2]
    year, month, day = 2026 - number % 5, number % 12 + 1, number % 28 + 1
    date = "" if number % 20 == 19 else f"date: {year}-{month:02}" + f"-{day:02}" * (number % 7 != 6)
    organization = f"organizations: [{_ORGANIZATIONS[number % 4]}]" if number % 4 < 3 else ""
    people = ("Ada Lovelace", "Grace Hopper", "Émilie du Châtelet", "王小明", "Karl von Frisch")
    authors = ", ".join(people[each % 5] for each in range(number, number + number % 3 + 1))
    habit = "They were watched foraging from dawn." if number % 5 == 1 else "They were marked & counted."
    return f"""\
---
title: "{title}"
{date}
listed: 2026-06-30
authors: [{authors}]
{organization}
topics: [{", ".join(topics)}]
upvotes: {number * number % 50}
links: {{code: "https://example.org/{number}"}}
---
Paper {number} asks what bees do, and does so in plot {number * 7} of a long series. {habit} The rate falls by
${number}\\%$ where $t > {number}^{{2}}$, whatever the weather; the authors give data, and say what they
did not see. *Most* of it agrees with what was known, and the rest is discussed at length, with two readings.
"""


MANY = {
    "site.yaml": _SITE,
    **{f"topics/{slug}.md": f"---\nname: {name}\n---\nOn {name}.\n" for slug, name in _TOPICS.items()},
    "organizations/apiary.md": "---\nname: The Apiary\nhandle: apiary\n---\nA house of *hives*.\n",
    "pages/about.md": "---\ntitle: About\n---\nPapers on bees, [by topic](topics.html).\n",
    **{f"papers/{number:02}.md": _paper(number, title) for number, title in enumerate(_TITLES.splitlines())},
}
