"""The plot grammar: openings, wishes, three-step plots and endings. Each list's sentences fit after any before it."""

FRIENDS = (
    "an old woman",
    "a friendly owl",
    "a small mouse",
    "a tired traveller",
    "a clever child",
    "a shy fox",
    "a kind baker",
    "a grey cat",
    "a quiet boy",
    "a young girl",
    "a wise turtle",
    "a lost puppy",
    "a merry sailor",
    "a sleepy bear",
    "a little bird",
)
DAYS = (
    "one morning",
    "one evening",
    "one rainy day",
    "on a cold night",
    "in spring",
    "on a bright day",
    "late in summer",
    "one windy day",
    "at dawn",
)

OPENINGS = (
    "Once upon a time, {hero} lived near {place}.",
    "Long ago, {hero} lived close to {place}.",
    "There was a time when {hero} went to {place} every day.",
    "Not far from {place}, {hero} had a small house.",
    "{Hero} came to {place} for the first time {day}.",
    "{Hero} loved {place} more than anything else.",
)
WISHES = (
    "Life was quiet there, perhaps too quiet.",
    "Everybody said that {place} held a secret.",
    "{Hero} was brave, but often alone.",
    "{Hero} dreamed of an adventure.",
    "Nothing much ever happened, until that day.",
    "{Hero} was [curious|cheerful|patient|clever] and never [afraid|in a hurry|lazy].",
)
PLOTS = (
    (
        (
            "Then, {day}, {hero} found {a_thing} on the ground.",
            "There, {day}, {hero} saw {a_thing} under a stone.",
            "Then {hero} tripped over {a_thing}.",
        ),
        ("The {thing} began to glow.", "The {thing} was warm and hummed softly.", "The {thing} looked very old."),
        (
            "{Friend} came by and asked about it.",
            "Just then, {friend} came along.",
            "{Friend} had been looking for it for years.",
        ),
        (
            '"It belongs to me," said {friend}.',
            '"Please give it back to me," said {friend}.',
            '"I lost it here," said {friend} sadly.',
        ),
        (
            "{Hero} gave the {thing} back with a smile.",
            "{Hero} thought for a moment and gave it back.",
            "Without a word, {hero} handed over the {thing}.",
        ),
    ),
    (
        (
            "Then {hero} lost {a_thing} there.",
            "Sadly, {hero} lost {a_thing} {day}.",
            "But {a_thing} was missing {day}.",
        ),
        (
            "{Hero} looked everywhere, high and low.",
            "{Hero} searched for hours.",
            "{Hero} looked behind every door and under every leaf.",
        ),
        ("{Friend} wanted to help.", "At last, {friend} offered to help.", "{Friend} heard about it and came at once."),
        (
            "Together they followed small marks in the dust.",
            "They walked side by side until dark.",
            "They listened, and something rattled in a corner.",
        ),
        (
            "There it was: the {thing} lay in a nest.",
            "Behind a wall they found the {thing}.",
            "The {thing} had only rolled away.",
        ),
    ),
    (
        (
            "Then {friend} brought {a_thing}.",
            "As a present, {friend} gave {hero} {a_thing}.",
            "Then, {day}, {friend} left {a_thing} at the door.",
        ),
        (
            '"Keep it safe," said {friend}.',
            '"It will help you one day," said {friend}.',
            '"Take it with you," said {friend}.',
        ),
        ("That night, a great storm came.", "Soon the water began to rise.", "Then a thick fog fell over everything."),
        (
            "{Hero} held the {thing} tight and did not give up.",
            "{Hero} remembered the {thing} and took it out.",
            "With the {thing} in hand, {hero} went out into the dark.",
        ),
        ("The {thing} showed the way home.", "Thanks to the {thing}, all were safe.", "The {thing} saved the day."),
    ),
    (
        (
            "A map said that {a_thing} was hidden there.",
            "An old song told of {a_thing} hidden there.",
            "{Friend} whispered of {a_thing} hidden there.",
        ),
        (
            "{Hero} packed some bread and set out {day}.",
            "{Hero} took a lamp and went to look for it.",
            "{Hero} could not wait and set out at once.",
        ),
        (
            "The way was long and full of thorns.",
            "It was dark, and strange sounds were all around.",
            "Three times the path split in two.",
        ),
        (
            "Deep inside, {hero} found a small door.",
            "At the end stood a heavy chest.",
            "At last there was a light ahead.",
        ),
        (
            "And there was the {thing}, as bright as the moon.",
            "Inside lay the {thing}.",
            "Behind it was the {thing}, covered in dust.",
        ),
    ),
    (
        (
            "Then, {day}, {hero} built {a_thing} out of old wood.",
            "For weeks, {hero} worked on {a_thing}.",
            "Then {hero} decided to make {a_thing}.",
        ),
        ("At first, nobody liked it.", "The first try broke in two.", "{Friend} laughed and shook a head."),
        (
            "But {hero} tried again and again.",
            "{Hero} did not give up so easily.",
            "{Hero} worked all night by a candle.",
        ),
        (
            "In the end, the {thing} was perfect.",
            "At sunrise, the {thing} was ready.",
            "Now the {thing} was better than ever.",
        ),
        ("People came from far away to see it.", "{Friend} was the first to clap.", "Even {friend} had to smile."),
    ),
)
ENDINGS = (
    "From then on, they were good friends.",
    "And {hero} never forgot that day.",
    "That evening, there was a big feast in {place}.",
    "{Hero} went home, tired and happy.",
    "To this day, people tell the story in {place}.",
    "And that was only the beginning.",
    "{Hero} slept well that night.",
)
