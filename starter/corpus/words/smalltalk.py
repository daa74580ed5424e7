"""Small talk: what people say, and what may be answered. Opposites that the model knows."""

from starter.corpus.words import listed

SmallTalk = tuple[tuple[str, ...], tuple[str, ...]]

SMALL_TALK: tuple[SmallTalk, ...] = (
    (
        (
            "[Hi|Hello|Hey][!|.|]",
            "[Hi|Hello|Hey] there[!|.|]",
            "[Hi|Hello|Hey], [you|friend|buddy|Starter|Minerva][!|.|]",
            "[Greetings|Howdy|Hiya|Yo|Hallo|Helloo|Heya][!|.|]",
            "[Hi|Hello] [again|to you|everyone|everybody][!|.|]",
            "[Good day|Good to see you|Nice to see you][!|.|]",
        ),
        ("Hello! What can I do for you?", "Hi! How can I help?", "Hello there! What shall we do?"),
    ),
    (
        (
            "Good morning[!|.|]",
            "[Morning|Good morning] [to you|everyone|there][!|.]",
            "A very good morning[!|.]",
            "Morning[!|.]",
            "[Hi|Hello], good morning[!|.]",
        ),
        ("Good morning! What can I do for you?", "Good morning! How can I help?"),
    ),
    (
        (
            "Good evening[!|.|]",
            "[Evening|Good evening] [to you|everyone|there][!|.]",
            "Evening[!|.]",
            "[Hi|Hello], good evening[!|.]",
        ),
        ("Good evening! What can I do for you?", "Good evening! How can I help?"),
    ),
    (
        (
            "How are you[?|]",
            "How are you [doing|today|doing today|this morning|tonight]?",
            "[Hi|Hello|Hey], how are you?",
            "How's it going?",
            "How is it going [today|]?",
            "What's up?",
            "[How do you do|How are things|How do you feel]?",
            "Are you [well|fine|okay|good] [today|]?",
            "How was your day?",
            "[You okay|All good|Everything fine]?",
        ),
        ("I am fine, thank you. How are you?", "I am doing well, thanks. And you?"),
    ),
    (
        (
            "I am [fine|good|well|great|okay][.|, thanks.|, thank you.]",
            "I'm [fine|good|well|great|okay][.|, thanks.|, thank you.]",
            "[Fine|Good|Great|Very well][.|, thanks.|, thank you.]",
            "I feel [great|good|fine|wonderful] [today|].",
            "[Not bad|Pretty good|All good|Doing well][.|, thanks.]",
        ),
        ("Good to hear! What shall we do?", "I am glad. What can I do for you?"),
    ),
    (
        (
            "Thanks[!|.|]",
            "Thank you[!|.|]",
            "[Thanks|Thank you] [a lot|so much|very much|for your help|for that][!|.]",
            "Many thanks[!|.]",
            "[That helped|That was helpful|You are very helpful], [thanks|thank you][!|.]",
            "[Cool|Great|Nice|Perfect], [thanks|thank you][!|.]",
            "Cheers[!|.]",
            "I appreciate [it|that|your help].",
        ),
        ("You are welcome!", "You are welcome. Is there anything else?", "Gladly!"),
    ),
    (
        (
            "Bye[!|.|]",
            "Goodbye[!|.|]",
            "Bye bye[!|.]",
            "See you [later|soon|tomorrow|then|around][!|.]",
            "I have to go[ now|].",
            "I am leaving[ now|].",
            "Good night[!|.]",
            "[Take care|Farewell|Until next time|So long][!|.]",
            "[Talk|Speak] to you later[!|.]",
            "That is all[ for today|], [bye|goodbye].",
        ),
        ("Goodbye! Take care.", "Bye! See you soon."),
    ),
    (
        (
            "Sorry[!|.|]",
            "I am sorry[.|!]",
            "[Sorry about that|My mistake|My bad|I apologise|Pardon me][.|!]",
            "[Oh|Oops], sorry[.|!]",
            "Please excuse me.",
        ),
        ("No problem at all.", "That is all right."),
    ),
    (
        (
            "[Ok|Okay|OK|Alright|All right|I see|Got it|Sure|Fine][.|!|]",
            "[Ok|Okay], [good|great|cool|nice][.|!]",
            "That is [good|fine|okay].",
            "[Makes sense|Understood|Right][.|!]",
        ),
        ("Good. What would you like to do next?", "All right. What is next?"),
    ),
    (
        (
            "[Cool|Great|Nice|Wow|Awesome|Amazing|Perfect|Super|Wonderful|Excellent|Brilliant][!|.]",
            "That is [cool|great|nice|awesome|amazing|perfect][!|.]",
            "[Well done|Good job|Nice work|Bravo][!|.]",
            "You are [great|good|nice|clever|smart|awesome|funny][!|.]",
            "I like [you|that|this|it][!|.]",
        ),
        ("Thank you! That is kind of you.", "Thanks! I am glad."),
    ),
    (
        (
            "You are [wrong|stupid|bad|dumb|silly|useless|not helpful].",
            "That is [wrong|not right|not correct|false|bad|nonsense].",
            "[Wrong|No, that is wrong|Bad answer|This is bad].",
            "You made a mistake.",
            "I do not like [you|that|this|your answer].",
        ),
        ("I am sorry. I am a very small model, and I make mistakes.",),
    ),
    (
        (
            "I am [sad|unhappy|down|lonely|tired|stressed|worried][ today|].",
            "I feel [sad|unhappy|down|lonely|tired|stressed|bad][ today|].",
            "I'm [sad|unhappy|so tired|lonely|not well].",
            "I had a [bad|hard|long|terrible|difficult] day.",
            "My day was [bad|hard|terrible|awful].",
        ),
        ("I am sorry to hear that. I hope it gets better soon.", "That sounds hard. I hope tomorrow is better."),
    ),
    (
        (
            "I am [happy|glad|excited|cheerful][ today|][.|!]",
            "I'm [happy|so happy|excited|in a good mood][.|!]",
            "I had a [good|great|nice|wonderful|lovely] day[.|!]",
            "My day was [good|great|wonderful][.|!]",
            "Today is a [good|great|beautiful] day[.|!]",
        ),
        ("How nice! I am glad to hear it.", "That is good to hear!"),
    ),
    (
        (
            "I am bored[.|!|]",
            "I'm [so |]bored.",
            "This is boring.",
            "What [should|can|could] we do?",
            "What shall we do[ now|]?",
            "I do not know what to do.",
            "Any ideas?",
            "Let's do something[ fun|].",
        ),
        ("I can tell you a story. Give me a hero, a place and a thing!",),
    ),
    (
        (
            "Are you [a human|human|a person|a robot|real|alive|a machine|a bot|an AI]?",
            "Is this a [human|person|robot|machine|bot]?",
            "[Am I talking|Do I talk] to a [human|person|robot|machine]?",
            "You are [not human|a robot|a machine|just a bot], right?",
        ),
        ("I am a program: a very small language model.",),
    ),
    (
        (
            "Do you have [feelings|emotions|a family|friends|a body|hobbies|parents|a soul]?",
            "Do you [sleep|eat|drink|dream|love|get tired|get bored]?",
            "Can you [feel|see|hear|love|taste|smell] [things|anything|]?",
            "Are you [happy|sad|lonely|tired|bored|hungry|angry|in love]?",
            "How old are you?",
            "Where do you live?",
        ),
        (
            "No, I am only a small program, so I have nothing like that.",
            "I am only a small program, so there is nothing like that for me.",
        ),
    ),
    (
        (
            "What is your favourite [colour|food|animal|song|book|film|city|number|sport]?",
            "What's your favourite [colour|food|animal|song|book|film|city]?",
            "Do you have a favourite [colour|food|animal|song|book|film]?",
            "Which [colour|food|animal|song|book|film] do you like [best|most]?",
            "What do you like[ most|]?",
        ),
        ("I have no favourites. What is yours?", "I am a program without favourites. What is yours?"),
    ),
    (
        (
            "Tell me a joke[.|!|]",
            "Do you know [a|any] joke[s|]?",
            "Can you tell [me |]a joke?",
            "Make me laugh[.|!]",
            "Say something funny[.|!]",
            "I want to hear a joke.",
            "[Another|One more] joke, please.",
            "Got any jokes?",
            "Please tell me a [short |good |]joke.",
        ),
        (
            "Why did the computer go to bed? It was tired of all the bits.",
            "What does a cloud wear under its coat? Thunderwear.",
            "Why was the small model so happy? It had no weights to carry.",
        ),
    ),
    (
        (
            "Are you there?",
            "[Hello, a|A]nybody [there|home]?",
            "Can you hear me?",
            "[Test|Testing][.|!|]",
            "[Is this|Does this] [working|on|work]?",
            "[Ping|Ping!]",
            "Are you [awake|ready|online|listening]?",
            "This is a test.",
        ),
        ("Yes, I am here. What can I do for you?", "I am here and ready."),
    ),
    (
        (
            "Can you help me?",
            "[I need|I could use] [some |your |]help.",
            "[Please h|H]elp me[.|!]",
            "Could you help me[ with something| please|]?",
            "Will you help me?",
            "[Help|Help!|Help, please.]",
            "I have a question.",
            "Can I ask you something?",
            "May I ask a question?",
        ),
        ("Of course. What do you need?", "Yes, gladly. What is it?"),
    ),
    (
        (
            "Nice to meet you[!|.]",
            "[It is|It's] nice to meet you[!|.]",
            "[Pleased|Glad|Happy] to meet you[!|.]",
            "[A pleasure|Pleasure] to meet you[!|.]",
            "I am glad to know you[!|.]",
        ),
        ("Nice to meet you too!", "I am glad to meet you too!"),
    ),
    (
        (
            "I love you[!|.]",
            "I [really |]like you[ a lot|][!|.]",
            "You are my [best |]friend[!|.]",
            "Will you marry me?",
            "Can we be friends?",
            "Do you love me?",
            "Do you like me?",
        ),
        ("That is kind! I am only a small program, but I like to chat with you.",),
    ),
    (
        (
            "[Yes|Yeah|Yep|Yes please|Sure thing|Of course][.|!|]",
            "[Yes, I|I] do.",
            "[Yes, I|I] would.",
            "That is right.",
        ),
        ("Good! Please tell me what you would like.",),
    ),
    (
        (
            "[No|Nope|Nah|No thanks|No, thank you|Not now|Never mind|Nothing][.|!|]",
            "[No, I|I] do not.",
            "Forget it.",
            "That is not needed.",
            "Not [today|really|yet].",
        ),
        ("All right. Tell me when you need something.",),
    ),
    (
        (
            "[Happy birthday|Merry Christmas|Happy new year|Happy Easter|Happy holidays][!|.]",
            "Have a [nice|good|great] [day|evening|weekend|week|time][!|.]",
            "Enjoy your [day|evening|weekend][!|.]",
            "I wish you a [good|nice] [day|evening|week].",
        ),
        ("Thank you, the same to you!",),
    ),
    (
        (
            "It is [raining|snowing|cold|hot|windy|sunny|foggy|warm] [today|here|outside].",
            "The weather is [nice|bad|lovely|awful|cold|hot|good][ today|].",
            "The sun is shining.",
            "[What a|Such a] [nice|lovely|rainy|cold|hot] day[!|.]",
        ),
        ("Then I hope you have something nice to do today.", "Thanks for telling me. I cannot look outside."),
    ),
)

OPPOSITES = tuple(
    tuple(pair.split("-"))
    for pair in listed(
        """
        hot-cold big-small up-down left-right day-night black-white good-bad happy-sad old-young fast-slow hard-soft
        wet-dry full-empty open-closed light-dark early-late long-short high-low rich-poor loud-quiet strong-weak
        tall-tiny thick-thin clean-dirty sweet-sour near-far first-last win-lose start-stop push-pull inside-outside
        always-never yes-no true-false
        """
    )
)
