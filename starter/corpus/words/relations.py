"""What is said of several people in a short text, and asked about one of them."""

from __future__ import annotations

from dataclasses import dataclass

from starter.corpus.words.phrases import phrases


@dataclass(frozen=True)
class Relation:
    """How something is said of `{who}`, asked and answered; `kind` says what `{value}` is."""

    kind: str
    tell: tuple[str, ...]
    asked: tuple[str, ...]
    answer: str


RELATIONS = (
    Relation(
        "city",
        phrases(
            """
            {who} lives in {value}. / {who} is from {value}. / {who} comes from {value}. /
            {who}'s home is in {value}. / {who} has a flat in {value}. / {who} moved to {value}. /
            {who} now lives in {value}. / In {value} lives {who}. / {who}'s home town is {value}. /
            {who} has lived in {value} for years.
            """
        ),
        phrases(
            """
            Where does {who} live? / Where is {who} from? / Which town does {who} live in? /
            In which city does {who} live? / Tell me where {who} lives. / What is {who}'s home town? /
            Do you know where {who} lives? / Where is {who}'s home? / Can you tell me where {who} lives? /
            What city does {who} live in? / Where does {who} come from? / Which town is {who} from? /
            And where does {who} live? / Say where {who} lives.
            """
        ),
        "{who} lives in {value}.",
    ),
    Relation(
        "pet",
        phrases(
            """
            {who} has a dog called {value}. / {who} has a dog named {value}. / {who}'s dog is called {value}. /
            {who}'s dog is {value}. / {who} calls the dog {value}. / {who} owns a dog called {value}. /
            {who} owns a dog named {value}. / The dog of {who} is called {value}. / {value} is {who}'s dog. /
            {who} has a dog, {value}. / {who} lives with a dog called {value}.
            """
        ),
        phrases(
            """
            What is {who}'s dog called? / What is the name of {who}'s dog? / What's {who}'s dog called? /
            Name {who}'s dog. / Which dog does {who} have? / Tell me what {who}'s dog is called. /
            What is {who}'s dog's name? / Say the name of {who}'s dog. / Tell me the name of {who}'s dog. /
            What does {who} call the dog? / What name does {who}'s dog have? /
            Do you know what {who}'s dog is called? / What was {who}'s dog called? / And what is {who}'s dog called? /
            Can you name {who}'s dog? / How about {who}'s dog, what is it called?
            """
        ),
        "{who}'s dog is called {value}.",
    ),
    Relation(
        "word",
        phrases(
            """
            {who} likes {value}. / {who} really likes {value}. / {who} loves {value}. / {who} is fond of {value}. /
            {who} likes {value} best. / {who} enjoys {value}. / What {who} likes is {value}. /
            {value} is what {who} likes.
            """
        ),
        phrases(
            """
            What does {who} like? / What does {who} like best? / Tell me what {who} likes. / What is {who} fond of? /
            What does {who} love? / Do you know what {who} likes? / What is it that {who} likes? /
            And what does {who} like? / Say what {who} likes. / Can you tell me what {who} likes? /
            What would {who} like?
            """
        ),
        "{who} likes {value}.",
    ),
    Relation(
        "word",
        phrases(
            """
            {who} has the key {value}. / {who}'s key is {value}. / {who} got the key {value}. /
            {who} took the key {value}. / {who} holds the key {value}. / The key {value} belongs to {who}. /
            {who} uses the key {value}. / {who} carries the key {value}.
            """
        ),
        phrases(
            """
            Which key does {who} have? / What is {who}'s key? / Which key is {who}'s? / What key does {who} have? /
            Tell me which key {who} has. / Which key belongs to {who}? / Which is {who}'s key? /
            And which key does {who} have? / Do you know which key {who} has? / Name {who}'s key. /
            What key did {who} get?
            """
        ),
        "{who} has the key {value}.",
    ),
    Relation(
        "person",
        phrases(
            """
            {who} is married to {value}. / {who} married {value}. / {who} and {value} are married. /
            {who}'s spouse is {value}. / {who} got married to {value}. / {who} is the spouse of {value}. /
            {who} has been married to {value} for years. / {who} wed {value}.
            """
        ),
        phrases(
            """
            Who is {who} married to? / Who did {who} marry? / To whom is {who} married? / Who is {who}'s spouse? /
            Who is the spouse of {who}? / Tell me who {who} is married to. / Whom did {who} marry? /
            Do you know who {who} is married to? / Who's {who} married to? / And who is {who} married to? /
            What is the name of {who}'s spouse? / Can you say who {who} is married to?
            """
        ),
        "{who} is married to {value}.",
    ),
    Relation(
        "job",
        phrases(
            """
            {who} works as a {value}. / {who} is a {value}. / {who} is a {value} by trade. / {who}'s job is {value}. /
            {who} earns a living as a {value}. / {who} has a job as a {value}. / {who} became a {value}. /
            {who} trained as a {value}.
            """
        ),
        phrases(
            """
            What is {who}'s job? / What does {who} do? / What does {who} work as? / What does {who} do for a living? /
            Do you remember {who}'s job? / What work does {who} do? / Can you tell me {who}'s job? /
            Tell me {who}'s job. / What's {who}'s job? / Which job does {who} have? / What is {who}'s profession? /
            Do you know {who}'s job? / And what is {who}'s job? / What kind of work does {who} do?
            """
        ),
        "{who} works as a {value}.",
    ),
    Relation(
        "colour",
        phrases(
            """
            {who}'s favourite colour is {value}. / {who} likes the colour {value}. / {who} loves the colour {value}. /
            {who}'s favorite color is {value}. / {who} likes {value} best of all colours. /
            The colour {who} likes is {value}. / {value} is {who}'s favourite colour. / {who} always wears {value}.
            """
        ),
        phrases(
            """
            What is {who}'s favourite colour? / Which colour does {who} like? / What colour does {who} like best? /
            Tell me {who}'s favourite colour. / What's {who}'s favorite color? /
            Do you know {who}'s favourite colour? / Which is {who}'s favourite colour? /
            And {who}'s favourite colour? / What is {who}'s favorite color? / What colour does {who} love?
            """
        ),
        "{who}'s favourite colour is {value}.",
    ),
    Relation(
        "number",
        phrases(
            """
            {who}'s number is {value}. / {who} has the number {value}. / {who} chose the number {value}. /
            {who} got number {value}. / {who} is number {value}. / The number of {who} is {value}. /
            {who} drew the number {value}. / {who} took number {value}.
            """
        ),
        phrases(
            """
            What is {who}'s number? / Which number does {who} have? / What number does {who} have? /
            Tell me {who}'s number. / What's {who}'s number? / What number has {who}? / Do you know {who}'s number? /
            And {who}'s number? / Which number is {who}'s? / What was {who}'s number? / Say {who}'s number.
            """
        ),
        "{who}'s number is {value}.",
    ),
    Relation(
        "word",
        phrases(
            """
            {who} bought a {value}. / {who} has bought a {value}. / {who} got a {value} in the shop. /
            {who} paid for a {value}. / {who} went to buy a {value}. / {who} came home with a {value}. /
            {who} just bought a {value}. / Yesterday {who} bought a {value}.
            """
        ),
        phrases(
            """
            What did {who} buy? / What has {who} bought? / Tell me what {who} bought. /
            What was it that {who} bought? / Do you know what {who} bought? / And what did {who} buy? /
            Say what {who} bought. / What did {who} get? / What did {who} pay for? / Can you tell me what {who} bought?
            """
        ),
        "{who} bought a {value}.",
    ),
)

TEXT_HEARD = ("Noted.", "I will remember that.")
"""What is said to a text about several people."""
