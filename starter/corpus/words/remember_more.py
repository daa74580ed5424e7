"""More kinds of facts that people tell and ask for; see `remember`."""

from starter.corpus.words.kinds import Kind
from starter.corpus.words.phrases import phrases

MORE_KINDS: tuple[Kind, ...] = (
    Kind(
        "food",
        phrases(
            """
            My favourite food is {value}. / I love {value}[.|!] / I [really |]like to eat {value}. /
            I love to eat {value}. / {value} is my favourite food. / The food I like best is {value}. /
            The food I like most is {value}. / I could eat {value} every day. / My favorite food is {value}. /
            Of all food I like {value} best. / I adore {value}. / {value} is the food I like most. /
            I enjoy eating {value}. / I like eating {value}. / I eat {value} every day. /
            What I like to eat most is {value}. / My favourite dish is {value}. / My favorite dish is {value}. /
            I eat a lot of {value}. / I never say no to {value}. / For food, my favourite is {value}. /
            The best food is {value}. / Nothing tastes better than {value}. / I always eat {value}. /
            As for food, I like {value} most. / I am very fond of {value}. / By the way, I love to eat {value}. /
            If I may choose, I eat {value}. / {value} is what I like to eat. / The dish I love is {value}. /
            My favourite meal is {value}.
            """
        ),
        ("I will remember that your favourite food is {value}.", "Noted: your favourite food is {value}."),
        phrases(
            """
            What is my favourite food? / What's my favourite food? / What do I like to eat? / Which food do I like? /
            Which food do I like best? / Which food do I like most? / Do you know my favourite food? /
            Do you remember my favourite food? / Tell me my favourite food. / What food do I love? /
            What is my favorite food? / And what do I like to eat? / What's my favorite food? /
            Which food is my favourite? / What do I love to eat? / What food do I like? / My favourite food? /
            What was my favourite food? / Do you recall my favourite food? / So what is my favourite food? /
            Name my favourite food. / Say what I like to eat. / Tell me what I like to eat. /
            Can you tell me my favourite food? / What did I say I like to eat? / Do you know what I like to eat? /
            Do you remember what I like to eat? / What is my favourite dish? / What's my favorite dish? /
            Which dish do I like best? / Remind me of my favourite food. / Please tell me my favourite food. /
            And my favourite food? / Could you name my favourite food? / What would I like to eat? /
            My favourite food is what? / What do I enjoy eating?
            """
        ),
        "Your favourite food is {value}.",
        "your favourite food",
    ),
    Kind(
        "job",
        phrases(
            """
            I am a {value}. / I'm a {value}. / I work as a {value}. / My job is {value}. / I am a {value} by trade. /
            For a living I am a {value}. / I earn my money as a {value}. / My profession is {value}. /
            By profession I am a {value}. / I have a job as a {value}. / I'm working as a {value}. /
            I am working as a {value}. / I've been a {value} for years. / I make my living as a {value}. /
            I earn my living as a {value}. / At work I am a {value}. / I am employed as a {value}. /
            I became a {value} last year. / I trained as a {value} and work as one. / My work: I am a {value}. /
            I do the work of a {value}. / {value} is my job. / {value} is my profession. /
            By the way, I am a {value}. / By the way, I work as a {value}. / You know, I am a {value}. /
            All my life I have been a {value}. / I started to work as a {value}. / My occupation is {value}. /
            I have worked as a {value} for ten years. / I got a job as a {value}. / My trade is {value}. /
            I serve as a {value}.
            """
        ),
        ("I will remember that you work as a {value}.", "Noted: you work as a {value}."),
        phrases(
            """
            What is my job? / What's my job? / What do I do for a living? / What do I work as? / Do you know my job? /
            Do you remember my job? / Tell me my job. / What is my profession? / Which job do I have? /
            What kind of work do I do? / And what is my job? / What's my profession? / What was my job? /
            What job do I have? / What work do I do? / My job? / How do I earn my living? / How do I make my living? /
            What is my occupation? / What is my trade? / And my job? / Do you recall my job? /
            Can you tell me my job? / Could you tell me what my job is? / Say what my job is. / Name my job. /
            What did I say my job was? / Do you know what I work as? / Do you remember what I do for a living? /
            So what is my job? / Tell me what I do for a living. / Tell me what I work as. / Please tell me my job. /
            Remind me what my job is. / Which profession do I have? / What am I by profession? / What am I by trade? /
            My profession? / What do I do at work? / Do you still know my job? / What is the work that I do? /
            As what do I work? / What did I say I do for a living?
            """
        ),
        "You work as a {value}.",
        "your job",
    ),
    Kind(
        "hobby",
        phrases(
            """
            My hobby is {value}. / I like {value} in my free time. / In my free time I go for {value}. /
            {value} is my hobby. / My favourite hobby is {value}. / My favourite sport is {value}. /
            What I enjoy most is {value}. / On weekends my hobby is {value}. / In my spare time I like {value}. /
            In my free time I enjoy {value}. / I enjoy {value} in my spare time. / My favorite hobby is {value}. /
            My favourite pastime is {value}. / My pastime is {value}. / As a hobby I have {value}. /
            For fun I do {value}. / My hobby for years has been {value}. / {value} is what I do for fun. /
            I spend my free time on {value}. / I spend my weekends with {value}. / I have a hobby: {value}. /
            I took up {value} as a hobby. / My new hobby is {value}. / My great hobby is {value}. /
            {value} is my favourite hobby. / On Sundays my hobby is {value}. / After work my hobby is {value}. /
            My main hobby is {value}. / By the way, my hobby is {value}. / For a hobby I chose {value}.
            """
        ),
        ("I will remember that your hobby is {value}.", "{value} is a nice hobby.", "Noted: your hobby is {value}."),
        phrases(
            """
            What is my hobby? / What's my hobby? / Which hobby do I have? / What do I do in my free time? /
            Do you know my hobby? / Do you remember my hobby? / Tell me my hobby. / What is my favourite hobby? /
            What do I enjoy in my free time? / And my hobby? / What was my hobby? / What hobby do I have? /
            What's my favourite hobby? / What is my favorite hobby? / What do I like to do in my free time? /
            What do I do in my spare time? / What do I do for fun? / Name my hobby. / My hobby? /
            Say what my hobby is. / Can you tell me my hobby? / Could you tell me my hobby? / Do you recall my hobby? /
            So what is my hobby? / Which hobby did I tell you? / What did I say my hobby was? /
            Remind me of my hobby. / Do you know what I do in my free time? / Do you still know my hobby? /
            Please tell me my hobby. / What is my pastime? / How do I spend my free time? /
            How do I spend my spare time? / What is my pastime called? / And what is my hobby? /
            What do I do on weekends? / Tell me what my hobby is. / Tell me what I do in my free time. /
            My hobby is what?
            """
        ),
        "Your hobby is {value}.",
        "your hobby",
    ),
    Kind(
        "birthday",
        phrases(
            """
            My birthday is in {value}. / I was born in {value}. / I have my birthday in {value}. /
            {value} is the month of my birthday. / The month of my birthday is {value}. /
            In {value} it is my birthday. / My birthday's in {value}. / I'm born in {value}. /
            I celebrate my birthday in {value}. / My birthday comes in {value}. / I turn a year older in {value}. /
            {value} is my birthday month. / My birthday month is {value}. / In {value} I have my birthday. /
            I was born in the month of {value}. / It is in {value} that I have my birthday. /
            By the way, my birthday is in {value}. / I get older in {value}, on my birthday. /
            Each {value} I celebrate my birthday. / I have a birthday in {value}. / My birthday falls in {value}. /
            My birthday is always in {value}. / I came into the world in {value}. /
            The date of my birthday is in {value}.
            """
        ),
        ("I will remember that your birthday is in {value}.", "Noted: your birthday is in {value}."),
        phrases(
            """
            When is my birthday? / In which month is my birthday? / When's my birthday? / Do you know my birthday? /
            Do you remember my birthday? / Tell me when my birthday is. / Which month is my birthday in? /
            When was I born? / And when is my birthday? / What month is my birthday in? /
            In what month is my birthday? / In which month was I born? / In what month was I born? /
            When do I have my birthday? / When do I celebrate my birthday? / My birthday? /
            What is my birthday month? / What's my birthday month? / Which month is my birthday month? /
            When was my birthday? / Do you know when my birthday is? / Do you remember when my birthday is? /
            Do you know when I was born? / Can you tell me when my birthday is? / Tell me when I was born. /
            Could you tell me when I was born? / And my birthday? / Say when my birthday is. /
            So when is my birthday? / Do you recall my birthday? / When did I say my birthday is? /
            In which month do I have my birthday? / Name the month of my birthday. /
            What was the month of my birthday? / Please tell me when my birthday is. / Remind me when my birthday is. /
            Which month was I born in?
            """
        ),
        "Your birthday is in {value}.",
        "when your birthday is",
    ),
    Kind(
        "relative",
        phrases(
            """
            My {animal} is called {value}. / My {animal}'s name is {value}. / I have a {animal} called {value}. /
            {value} is my {animal}. / I have a {animal} named {value}. / The name of my {animal} is {value}. /
            My {animal} is {value}. / My {animal} is named {value}. / My {animal}'s called {value}. /
            I've got a {animal} called {value}. / I've got a {animal} named {value}. /
            {value} is the name of my {animal}. / My {animal} goes by {value}. / They call my {animal} {value}. /
            Everyone calls my {animal} {value}. / I call my {animal} {value}. / I know {value}, my {animal}. /
            This is about my {animal}: the name is {value}. / By the way, my {animal} is called {value}. /
            I have a {animal}: {value}. / I want to tell you about my {animal} {value}. /
            My {animal} has the name {value}. / You should know my {animal}, {value}. /
            Today I met {value}, my {animal}. / My {animal} {value} says hello. / My {animal} {value} is here. /
            I miss my {animal} {value}.
            """
        ),
        ("I will remember that your {animal} is called {value}.", "Noted: your {animal} is called {value}."),
        phrases(
            """
            What is my {animal} called? / What is my {animal}'s name? / What is the name of my {animal}? /
            What's my {animal}'s name? / Do you know my {animal}'s name? / Do you remember my {animal}'s name? /
            Who is my {animal}? / And my {animal}'s name? / Tell me the name of my {animal}. /
            What's my {animal} called? / What's the name of my {animal}? / Tell me my {animal}'s name. /
            What was my {animal}'s name? / What was the name of my {animal}? / Who's my {animal}? /
            Do you know who my {animal} is? / Do you remember who my {animal} is? / Tell me who my {animal} is. /
            Can you tell me my {animal}'s name? / Name my {animal}. / Could you tell me the name of my {animal}? /
            Which name does my {animal} have? / Say my {animal}'s name. / And my {animal}? /
            Do you recall my {animal}'s name? / What did I say my {animal} is called? /
            So what is my {animal} called? / Remind me of my {animal}'s name. / Do you still know my {animal}'s name? /
            Do you know what my {animal} is called? / Please tell me the name of my {animal}. /
            My {animal} is called what? / I forgot my {animal}'s name. / Can you name my {animal}? /
            Can you say my {animal}'s name? / Now, what is my {animal} called? / Hey, what is my {animal} called? /
            What is my {animal} named? / What's my {animal} named? / Do you still remember my {animal}'s name? /
            Name of my {animal}? / The name of my {animal}? / Do you know the name of my {animal}? /
            Do you remember the name of my {animal}? / What did I name my {animal}? / Repeat the name of my {animal}. /
            My {animal}'s name, please. / By what name does my {animal} go? / Let me know my {animal}'s name. /
            I need my {animal}'s name. / Give me the name of my {animal}. / Give me my {animal}'s name. /
            What is the name that my {animal} has? / Say the name of my {animal}. / Please say my {animal}'s name. /
            Could you say my {animal}'s name? / Tell me again what my {animal} is called. /
            And what is my {animal} called? / And what is my {animal}'s name? /
            Could you tell me what my {animal} is called? / I would like to know my {animal}'s name. /
            Have you kept my {animal}'s name? / What name does my {animal} have? / My {animal}'s name?
            """
        ),
        "Your {animal} is called {value}.",
        "the name of your {animal}",
    ),
    Kind(
        "item",
        phrases(
            """
            The {item} is {value}. / Remember: the {item} is {value}. / Please remember that the {item} is {value}. /
            I can tell you the {item}: it is {value}. / Note that the {item} is {value}. /
            Keep in mind that the {item} is {value}. / I tell you the {item}: {value}. /
            [By the way, t|T]he {item} is {value}. / Remember that the {item} is {value}. /
            You should know that the {item} is {value}. / Here is the {item}: {value}. /
            Please note: the {item} is {value}. / Please note that the {item} is {value}. /
            Note: the {item} is {value}. / Note this: the {item} is {value}. / Do not forget: the {item} is {value}. /
            Do not forget that the {item} is {value}. / Remember the {item}: {value}. /
            Remember the {item}, it is {value}. / I found out that the {item} is {value}. /
            For later: the {item} is {value}. / Save this: the {item} is {value}. / Know that the {item} is {value}. /
            Today the {item} is {value}. / The {item}: {value}. / Please keep the {item} in mind: it is {value}. /
            I want you to know that the {item} is {value}. / {value} is the {item}. /
            Let me tell you that the {item} is {value}. / As you should know, the {item} is {value}. /
            The {item} will be {value}. / Don't forget that the {item} is {value}. / Hey, the {item} is {value}. /
            I was told that the {item} is {value}.
            """
        ),
        ("Noted: the {item} is {value}.", "I will remember that the {item} is {value}."),
        phrases(
            """
            What is the {item}? / What's the {item}? / Tell me the {item}. / Do you know the {item}? /
            Do you remember the {item}? / What was the {item}? / Which {item} did I tell you? / Say the {item} again. /
            Give me the {item}. / And the {item}? / What was the {item} again? / Can you tell me the {item}? /
            Could you tell me the {item}? / Repeat the {item}. / The {item}? / Please tell me the {item}. /
            Do you recall the {item}? / So what is the {item}? / And what is the {item}? / Say the {item}. /
            Do you still know the {item}? / What did I say the {item} was? / What did I say about the {item}? /
            I need the {item}. / I forgot the {item}. / Remind me of the {item}. /
            What did I tell you about the {item}? / Please repeat the {item}. / Can you repeat the {item}? /
            The {item} is what? / Now, what is the {item}? / What is the {item}, please? / Please give me the {item}. /
            I would like to know the {item}. / Did I tell you the {item}? / Would you tell me the {item}? /
            Tell me what the {item} is. / Do you know what the {item} is? / Let me know the {item}. /
            Which was the {item}?
            """
        ),
        "The {item} is {value}.",
        "the {item}",
    ),
)
