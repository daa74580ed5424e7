"""What people tell about themselves and ask for later: sentences for each kind of fact.

`{value}` is what is told, `{animal}` the kind of a pet or of a relative. `about` ends "You have not told me ...".
Most of what is said on hearing a fact names its kind: so what was told can be found again.
"""

from starter.corpus.words.kinds import Kind
from starter.corpus.words.phrases import phrases
from starter.corpus.words.remember_more import MORE_KINDS

KINDS: tuple[Kind, ...] = (
    Kind(
        "name",
        phrases(
            """
            My name is {value}. / My name's {value}. / I am {value}. / I'm {value}. / [Hi|Hello|Hey], I am {value}. /
            [Hi|Hello|Hey], my name is {value}. / [Hi|Hello], I'm {value}. / Call me {value}. / Just call me {value}. /
            You can call me {value}. / You may call me {value}. / People call me {value}. / {value} is my name. /
            My friends call me {value}. / The name is {value}. / [Hi|Hello]! {value} here. / It is {value} here. /
            This is {value}. / I go by {value}. / My first name is {value}. / I am called {value}. /
            They call me {value}. / I'm called {value}. / Please call me {value}. / Everyone calls me {value}. /
            Good day, I am {value}. / Good morning, my name is {value}. / Let me introduce myself: I am {value}. /
            By the way, I am {value}. / By the way, my name is {value}. / You are talking to {value}. / It's {value}. /
            Name's {value}. / {value} here. / I was named {value}. / My parents named me {value}. /
            Hey there, {value} here. / I would like to be called {value}. / [Hi|Hello], this is {value}. /
            Hello, they call me {value}. / If you want to know my name, it is {value}.
            """
        ),
        (
            "Nice to meet you, {value}! I will remember your name.",
            "Hello {value}! I will remember your name.",
            "Hello {value}! Your name is noted.",
            "Nice to meet you, {value}!",
        ),
        phrases(
            """
            What is my name? / What's my name? / Do you know my name? / Do you remember my name? /
            Do you recall my name? / Who am I? / Tell me my name. / What am I called? / Can you tell me my name? /
            Say my name. / Please say my name. / Do you [remember|know] who I am? / What did I say my name was? /
            My name? / So, what is my name? / And what was my name? / And what was my name again? /
            Do you still know my name? / Could you repeat my name? / My name is what? / And my name? /
            Who is talking to you? / Which name do I have? / Have you kept my name? / Did you note my name? /
            What was my name? / So who am I? / Can you say who I am? / Tell me who I am. /
            Do you still know who I am? / What do people call me? / What should you call me? /
            Please tell me my name. / Could you tell me my name? / Can you remember my name? /
            Who are you talking to? / Give me my name. / Repeat my name. / I would like to hear my name. /
            Now, what is my name? / Hey, what's my name? / Remind me of my name. / By what name do you know me?
            """
        ),
        "Your name is {value}.",
        "your name",
    ),
    Kind(
        "colour",
        phrases(
            """
            My favourite colour is {value}. / I [really |]like the colour {value}. / I like the colour {value} best. /
            {value} is my favourite colour. / The colour I like most is {value}. / The colour I like best is {value}. /
            I love the colour {value}. / My favorite color is {value}. / I prefer {value} to all other colours. /
            If you ask for my favourite colour: it is {value}. / For colours, I like {value} best. /
            I am fond of the colour {value}. / My favourite color is {value}. / {value} is the colour I like most. /
            {value} is the color I love. / Of all colours I like {value} best. /
            Of all colors, {value} is my favorite. / The colour for me is {value}. /
            I think {value} is the best colour. / As for colours, my favourite is {value}. /
            My best-loved colour is {value}. / I always choose the colour {value}. /
            No colour is nicer to me than {value}. / The best color for me is {value}. / My colour is {value}. /
            I adore the colour {value}. / By the way, my favourite colour is {value}.
            """
        ),
        ("Noted: your favourite colour is {value}.", "I will remember that your favourite colour is {value}."),
        phrases(
            """
            What is my favourite colour? / What's my favourite colour? / Which colour do I like? /
            Which colour do I like most? / Which colour do I like best? / Do you know my favourite colour? /
            Do you remember my favourite colour? / Tell me my favourite colour. / What is my favorite color? /
            Which is my favourite colour? / What colour do I love? / What colour did I say I like? /
            What colour do I like? / And my favourite colour? / Can you name my favourite colour? /
            What's my favorite color? / What color do I like? / Which color is my favorite? /
            Name my favourite colour. / What was my favourite colour? / What was my favorite color again? /
            Do you recall my favourite colour? / So what is my favourite colour? / Say my favourite colour. /
            My favourite colour is what? / Which colour is my favourite? / Could you tell me my favourite colour? /
            What colour do I prefer? / Do you know which colour I like? / My colour? /
            Remind me of my favourite colour. / Did you note my favourite colour? /
            Please tell me my favourite colour. / Which colour did I tell you? / Do you remember the colour I like? /
            What colour is it that I like best?
            """
        ),
        "Your favourite colour is {value}.",
        "your favourite colour",
    ),
    Kind(
        "pet",
        phrases(
            """
            I have a {animal} called {value}. / I have a {animal} named {value}. / My {animal} is called {value}. /
            My {animal}'s name is {value}. / {value} is my {animal}. / My {animal} is named {value}. /
            My {animal} is {value}. / At home I have a {animal}, {value}. / The name of my {animal} is {value}. /
            I own a {animal} whose name is {value}. / We have a {animal} and call it {value}. /
            I've got a {animal} called {value}. / I've got a {animal} named {value}. / I call my {animal} {value}. /
            We call our {animal} {value}. / I named my {animal} {value}. / I own a {animal} called {value}. /
            There is a {animal} in my house, {value}. / I live with a {animal} called {value}. /
            We named our {animal} {value}. / I got a {animal} and called it {value}. /
            My pet is a {animal} called {value}. / {value} is the name of my {animal}. /
            I keep a {animal} named {value}. / My {animal} listens to the name {value}. /
            I have a {animal}. Its name is {value}. / I have a {animal}, it is called {value}. /
            By the way, my {animal} is called {value}. / Our {animal} is called {value}.
            """
        ),
        (
            "{value} is a nice name for a {animal}.",
            "I will remember that your {animal} is called {value}.",
            "Noted: your {animal} is called {value}.",
        ),
        phrases(
            """
            What is my {animal} called? / What is my {animal}'s name? / What is the name of my {animal}? /
            My {animal}'s name? / What's my {animal}'s name? / Do you know my {animal}'s name? /
            Do you remember my {animal}'s name? / Tell me the name of my {animal}. / What do I call my {animal}? /
            Which name does my {animal} have? / And my {animal}'s name? / Do you remember what my {animal} is called? /
            What's my {animal} called? / Name my {animal}. / What's the name of my {animal}? /
            What was my {animal}'s name? / What was my {animal} called? / And my {animal}? /
            What was the name of my {animal}? / Tell me my {animal}'s name. / Tell me what my {animal} is called. /
            Can you tell me my {animal}'s name? / Could you tell me the name of my {animal}? /
            Say my {animal}'s name. / Do you recall the name of my {animal}? / Do you still know my {animal}'s name? /
            So what is my {animal} called? / What did I call my {animal}? / What name did I give my {animal}? /
            What did I say my {animal} is called? / Remind me of my {animal}'s name. / Which name has my {animal}? /
            Did you note my {animal}'s name? / Do you know what my {animal} is called? /
            Please tell me the name of my {animal}. / My {animal} is called what? / I forgot my {animal}'s name. /
            Can you name my {animal}? / Can you say my {animal}'s name? / Now, what is my {animal} called? /
            Hey, what is my {animal} called? / What is my {animal} named? / What's my {animal} named? /
            Do you still remember my {animal}'s name? / Name of my {animal}? / The name of my {animal}? /
            Do you know the name of my {animal}? / Do you remember the name of my {animal}? /
            What did I name my {animal}? / Repeat the name of my {animal}. / My {animal}'s name, please. /
            By what name does my {animal} go? / Let me know my {animal}'s name. / I need my {animal}'s name. /
            Give me the name of my {animal}. / Give me my {animal}'s name. / What is the name that my {animal} has? /
            Say the name of my {animal}. / Please say my {animal}'s name. / Could you say my {animal}'s name? /
            Tell me again what my {animal} is called. / And what is my {animal} called? /
            And what is my {animal}'s name? / Could you tell me what my {animal} is called? /
            I would like to know my {animal}'s name. / Have you kept my {animal}'s name?
            """
        ),
        "Your {animal} is called {value}.",
        "the name of your {animal}",
    ),
    Kind(
        "city",
        phrases(
            """
            I live in {value}. / I am from {value}. / I'm from {value}. / My home is in {value}. /
            My city is {value}. / I come from {value}. / My home town is {value}. / I moved to {value}[ last year|]. /
            I moved to {value} long ago. / {value} is where I live. / Home for me is {value}. /
            My flat is in {value}. / I have lived in {value} for years. / My hometown is {value}. /
            My town is {value}. / {value} is my home town. / {value} is my city. / My house is in {value}. /
            I now live in {value}. / I'm living in {value}. / I am living in {value}. / My home city is {value}. /
            I live near {value}. / I've lived in {value} all my life. / We live in {value}. / We moved to {value}. /
            My address is in {value}. / I was born and I live in {value}. / I am at home in {value}. /
            I am a citizen of {value}. / By the way, I live in {value}. / My apartment is in {value}. /
            I settled in {value}. / Greetings from {value}, where I live. / I reside in {value}. /
            The town I live in is {value}. / The city I live in is {value}. / {value} is the town I come from. /
            My place is in {value}.
            """
        ),
        (
            "I will remember that you live in {value}.",
            "Noted: you live in {value}.",
            "So you live in {value}. That sounds nice.",
        ),
        phrases(
            """
            Where do I live? / Which city do I live in? / What city am I from? / Where am I from? /
            Do you know where I live? / Do you remember where I live? / In which city do I live? /
            Tell me where I live. / What is my city? / What is my home town? / Where is my home? /
            Where did I say I live? / And where do I live? / Which town do I live in? / What's my home town? /
            What is my hometown? / What's my hometown? / What town do I live in? / In which town do I live? /
            Which town am I from? / What city do I live in? / Which is my city? / What is my town? / Name my city. /
            Name my home town. / Tell me my home town. / Tell me my city. / Tell me which town I live in. /
            Can you tell me where I live? / My city? / Could you say where I live? / Where was I from? /
            Where do I come from? / Do you recall where I live? / My home town? / Do you still know where I live? /
            Do you know my home town? / Do you remember my city? / So where do I live? / What place do I live in? /
            Where is my house? / Where is my flat? / Which city is my home? / Where am I at home? /
            Please tell me where I live. / Where did I tell you I live? / What was my home town? /
            What was my city again? / Do you know which city I live in? / In what city is my home? /
            Say where I live. / Where do I have my home?
            """
        ),
        "You live in {value}.",
        "where you live",
    ),
    Kind(
        "number",
        phrases(
            """
            My [lucky|favourite] number is {value}. / The number I like best is {value}. /
            {value} is my lucky number. / {value} is my favourite number. / Please remember the number {value}. /
            Remember this number: {value}. / My number is {value}. / The number is {value}. /
            Keep the number {value} in mind. / Please note the number {value}. / Remember the number {value}. /
            Note this number: {value}. / Here is my number: {value}. / Here is a number: {value}. /
            My favorite number is {value}. / I like the number {value}. / I choose the number {value}. /
            I picked the number {value}. / The number to remember is {value}. / Store the number {value}. /
            Save this number: {value}. / I tell you a number: {value}. / Do not forget the number {value}. /
            Think of the number {value}. / I have the number {value}. / Write down the number {value}. /
            Take the number {value}. / This is my number: {value}. / {value} is my number.
            """
        ),
        ("I will remember your number: {value}.", "Noted: your number is {value}."),
        phrases(
            """
            What is my number? / What was the number? / Which number did I tell you? / Which number did I give you? /
            Do you know my number? / Do you remember my number? / Tell me my number. / What number did I say? /
            What is my lucky number? / What's my favourite number? / Which number should you remember? /
            And the number? / Can you repeat my number? / What's my number? / What's my lucky number? /
            What is my favorite number? / My number? / What was my number? / What was my number again? /
            Which number was it? / Repeat the number. / Say my number. / Do you recall the number? /
            Do you still know the number? / Which number do I have? / Tell me the number again. /
            Tell me which number I told you. / What number did I tell you? / What number did I give you? /
            Give me my number. / Can you tell me my number? / Could you repeat the number? / So what was the number? /
            And my number? / Which is my number? / Please tell me my number. / Have you kept my number? /
            Did you note the number? / What number should you remember? / Remind me of my number. /
            What is the number I told you? / Which number is mine?
            """
        ),
        "Your number is {value}.",
        "your number",
    ),
    *MORE_KINDS,
)

RELATIVES = (
    "brother",
    "sister",
    "mother",
    "father",
    "son",
    "daughter",
    "friend",
    "boss",
    "neighbour",
    "cousin",
    "uncle",
    "aunt",
    "teacher",
    "colleague",
    "best friend",
    "wife",
    "husband",
    "grandmother",
    "grandfather",
    "doctor",
)
ITEMS = (
    "code",
    "password",
    "secret word",
    "key",
    "colour",
    "name",
    "price",
    "time",
    "place",
    "size",
    "date",
    "model",
    "brand",
    "title",
    "address",
    "owner",
)
"""What an item is, after or before a noun: the garage code, the code of the garage."""

UNKNOWN = ("You have not told me {about}.", "You have not told me {about} yet.")

CORRECTIONS = phrases(
    """
    Sorry, that was wrong. {told} / No, wait. {told} / Correction: {told} / That has changed. {told} /
    Oh, I was wrong. {told} / Wait, no. {told} / I made a mistake. {told} / Let me correct that. {told} /
    I have to correct myself. {told} / That is no longer true. {told} / Things have changed. {told} /
    Forget what I said. {told} / Oops, wrong. {told} / Not any more. {told} / Sorry, I meant this: {told} /
    Actually: {told} / That was not right. {told} / Update: {told} / No, that is not right. {told} /
    I have news. {told} / Please change that. {told} / I got that wrong. {told} / Now it is different. {told} /
    My mistake. {told} / I said it wrong. {told}
    """
)
SHORT_CORRECTIONS = phrases(
    """
    No, it is {value} now. / Sorry, I meant {value}. / Wait, {value}. / No, {value}. / Oh, I mean {value}. /
    Make that {value}. / Correction: {value}. / It is {value} now. / No, not that: {value}. / Actually, {value}. /
    I meant to say {value}. / That was wrong, it is {value}. / Now it is {value}. / Change that to {value}. /
    It has changed to {value}. / Oops, {value}. / No wait, it is {value}. / Not any more, it is {value} now. /
    Sorry, it is {value}. / I was wrong, it is {value}. / Let me correct that: {value}. /
    Please change it to {value}. / Since today it is {value}. / It should be {value}. /
    Sorry, not that. It is {value}. / Take {value} instead. / Rather {value}. / My mistake, it is {value}.
    """
)
"""What is said right after a fact; which fact is clear from that."""
