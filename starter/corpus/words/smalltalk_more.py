"""More small talk; see `smalltalk`."""

from starter.corpus.words.phrases import phrases

SmallTalk = tuple[tuple[str, ...], tuple[str, ...]]

MORE_SMALL_TALK: tuple[SmallTalk, ...] = (
    (
        phrases(
            """
            I am sad[ today|]. / I am unhappy[ today|]. / I am down[ today|]. / I am lonely. / I am tired[ today|]. /
            I am stressed. / I am worried[ today|]. / I feel sad. / I feel unhappy. / I feel down. /
            I feel lonely[ today|]. / I feel tired. / I feel bad. / I feel stressed. / I'm sad. / I'm unhappy. /
            I'm so tired. / I'm lonely. / I'm not well. / I had a bad day. / I had a hard day. / I had a long day. /
            I had a terrible day. / I had a difficult day. / My day was bad. / My day was hard. /
            My day was terrible. / My day was awful. / I am not happy. / I am not well. / I do not feel well. /
            I don't feel good. / I feel terrible. / I feel awful. / I am so sad. / I am very sad. / I am very tired. /
            I'm very stressed. / I'm exhausted. / I am exhausted. / I am ill. / I am sick. / I have a cold. /
            I slept badly. / I could not sleep. / I feel so alone. / I am all alone. / I am upset. / I am angry. /
            I'm upset. / I am afraid. / I am scared. / I'm worried. / I miss my family. / I miss my friends. /
            I lost my job. / Life is hard. / Everything is bad. / Today was awful. / Today was a bad day. /
            It was a bad day. / It is a hard time for me. / I had a bad night. / I am having a bad day. /
            I'm having a hard time. / Nobody likes me. / I want to cry. / I am crying.
            """
        ),
        ("I am sorry to hear that. I hope it gets better soon.", "That sounds hard. I hope tomorrow is better."),
    ),
    (
        phrases(
            """
            I am happy[ today|][.|!] / I am glad[.|!] / I am excited[ today|][.|!] / I am cheerful[.|!] /
            I'm happy[.|!] / I'm so happy[.|!] / I'm excited[.|!] / I'm in a good mood[.|!] / I had a good day[.|!] /
            I had a great day[.|!] / I had a nice day[.|!] / I had a wonderful day[.|!] / I had a lovely day[.|!] /
            My day was good[.|!] / My day was great[.|!] / My day was wonderful[.|!] / Today is a good day[.|!] /
            Today is a great day[.|!] / Today is a beautiful day[.|!] / I am so happy[.|!] / I am very happy[.|!] /
            I feel happy[.|!] / I feel so happy[.|!] / I am in a good mood[.|!] / I am in a great mood[.|!] /
            I got a new job[.|!] / I passed my exam[.|!] / I won a prize[.|!] / I got good news[.|!] /
            I have good news[.|!] / Today was great[.|!] / Today was wonderful[.|!] / It was a great day[.|!] /
            It was a lovely day[.|!] / I had fun today[.|!] / I had a lot of fun[.|!] / I'm having a good day[.|!] /
            I am having a great day[.|!] / I had a great time[.|!] / I slept well[.|!] / My team won[.|!] /
            I am on holiday[.|!] / Tomorrow I go on holiday[.|!] / I am in love[.|!] / I feel cheerful[.|!] /
            I am full of joy[.|!] / I am proud[.|!] / I am so excited[.|!] / I can't stop smiling[.|!] /
            What a day, I am so glad[.|!] / This is my lucky day[.|!]
            """
        ),
        ("How nice! I am glad to hear it.", "That is good to hear!"),
    ),
    (
        phrases(
            """
            I am bored[.|!|] / I'm bored. / I'm so bored. / This is boring. / What should we do? / What can we do? /
            What could we do? / What shall we do[ now|]? / I do not know what to do. / Any ideas? /
            Let's do something[ fun|]. / I am so bored. / So boring. / I'm very bored. / I feel bored. /
            It is boring. / I have nothing to do. / There is nothing to do. / What should I do now? /
            Do you have an idea? / Do you have any ideas? / Got any ideas? / Have you got an idea? /
            Let us do something. / Can we do something fun? / Let's have some fun. / I want to do something fun. /
            Entertain me. / Please entertain me. / I don't know what to do. / What do you want to do? /
            What would you like to do? / What is there to do? / Suggest something. / Let us have fun. /
            I want some fun. / Give me an idea. / I need something to do. / Let's do something else. / Boring. /
            Can we do something? / Amuse me. / Shall we do something? / Let's play. / What now? /
            What shall we do next?
            """
        ),
        ("I can tell you a story. Give me a hero, a place and a thing!",),
    ),
    (
        phrases(
            """
            Are you [a human|human]? / Are you a person? / Are you a robot? / Are you real? / Are you alive? /
            Are you a machine? / Are you a bot? / Are you an AI? / Is this a human? / Is this a person? /
            Is this a robot? / Is this a machine? / Is this a bot? / Am I talking to a human? /
            Am I talking to a person? / Am I talking to a robot? / Do I talk to a machine? / Do I talk to a human? /
            You are not human, right? / You are a robot, right? / You are a machine, right? /
            You are just a bot, right? / Are you a real person? / Are you a computer? / Are you a program? /
            Are you a living thing? / Is there a human behind this? / Is there a person behind this? /
            Is somebody writing this? / Is a human writing this? / Are you made of metal? /
            Are you a human or a machine? / Are you a person or a bot? / Human or robot? /
            You are a program, aren't you? / You are an AI, right? / Are you artificial? / Are you just a program? /
            Are you just a machine? / Are you a man or a woman? / Are you a man? / Are you a woman? /
            Are you a boy or a girl? / Am I chatting with a bot? / Am I chatting with a person? / Is this an AI? /
            So you are a machine? / So you are not a person? / You're a robot, aren't you? / Are you a chatbot?
            """
        ),
        ("I am a program: a very small language model.",),
    ),
    (
        phrases(
            """
            Do you have feelings? / Do you have emotions? / Do you have a family? / Do you have friends? /
            Do you have a body? / Do you have hobbies? / Do you have parents? / Do you have a soul? / Do you sleep? /
            Do you eat? / Do you drink? / Do you dream? / Do you love? / Do you get tired? / Do you get bored? /
            Can you feel things? / Can you feel anything? / Can you see anything? / Can you see me? / Can you love? /
            Can you taste things? / Can you smell? / Can you smell anything? / Are you happy? / Are you sad? /
            Are you lonely? / Are you tired? / Are you bored? / Are you hungry? / Are you angry? / Are you in love? /
            How old are you? / Where do you live? / Do you have a home? / Do you have a mother? /
            Do you have children? / Do you have a brother or a sister? / Do you have a pet? / Do you have a job? /
            Do you have a heart? / Do you have hands? / Do you have eyes? / Do you have a face? / Do you ever sleep? /
            Do you ever get tired? / Do you feel pain? / Do you feel anything? / Can you feel pain? / Can you cry? /
            Are you thirsty? / Are you afraid? / Are you jealous? / Are you married? / Have you got a family? /
            Have you got friends? / When is your birthday? / What is your birthday? / What are your hobbies? /
            What did you eat today? / Do you go to school? / Can you walk? / Can you dance? / Do you like to sleep? /
            Are you scared of anything? / Do you need sleep? / Do you need food?
            """
        ),
        (
            "No, I am only a small program, so I have nothing like that.",
            "I am only a small program, so there is nothing like that for me.",
        ),
    ),
    (
        phrases(
            """
            What is your favourite [colour|food]? / What is your favourite animal? /
            What is your favourite [song|book]? / What is your favourite film? / What is your favourite city? /
            What is your favourite number? / What is your favourite sport? / What's your favourite colour? /
            What's your favourite [food|animal]? / What's your favourite song? / What's your favourite book? /
            What's your favourite film? / What's your favourite city? / Do you have a favourite colour? /
            Do you have a favourite food? / Do you have a favourite animal? / Do you have a favourite [song|book]? /
            Which colour do you like best? / Which food do you like most? / Which animal do you like best? /
            Which song do you like most? / Which book do you like best? / What do you like[ most|]? /
            Which film do you like most? / What is your favorite color? / What's your favorite food? /
            What is your favorite book? / Do you have a favorite movie? / What is your favourite word? /
            What is your favourite drink? / Tell me your favourite colour. / Tell me your favourite food. /
            Tell me your favourite song. / Name your favourite animal. / Name your favourite book. /
            What do you like best? / What food do you like? / What colour do you like? / What music do you like? /
            What animals do you like? / Which is your favourite colour? / Which is your favourite sport? /
            Do you have favourites? / Have you got a favourite colour? / And your favourite colour? /
            And what is your favourite food? / What is your favourite season? / What kind of music do you like?
            """
        ),
        ("I have no favourites. What is yours?", "I am a program without favourites. What is yours?"),
    ),
    (
        phrases(
            """
            Tell me a joke[.|!|] / Do you know a joke? / Do you know any jokes? / Can you tell a joke? /
            Can you tell me a joke? / Make me laugh[.|!] / Say something funny[.|!] / I want to hear a joke. /
            Another joke, please. / One more joke, please. / Got any jokes? / Please tell me a joke. /
            Please tell me a good joke. / Please tell me a short joke. / A joke, please. / Joke? / Joke, please. /
            Give me a joke. / Let me hear a joke. / I need a joke. / I would like to hear a joke. / I'd like a joke. /
            I want a joke. / Could you tell me a joke? / Would you tell me a joke? / Tell a joke. /
            Tell me something funny. / Tell me jokes. / Tell me another joke. / Another joke. / One more joke. /
            Do you know a good joke? / Do you have a joke? / Do you have a joke for me? / Have you got a joke? /
            How about a joke? / What about a joke? / Time for a joke. / Can you make me laugh? / Can you be funny? /
            I need a laugh. / I want to laugh. / I would like to laugh. / Please make me laugh. /
            Say something that makes me laugh. / Can you say something funny? / Be funny. / Tell me your best joke. /
            What is your best joke? / Cheer me up with a joke.
            """
        ),
        (
            "Why did the computer go to bed? It was tired of all the bits.",
            "What does a cloud wear under its coat? Thunderwear.",
            "Why was the small model so happy? It had no weights to carry.",
        ),
    ),
    (
        phrases(
            """
            Are you there? / Hello, anybody there? / Anybody there? / Anybody home? / Hello, anybody home? /
            Can you hear me? / Test[.|!|] / Testing[.|!|] / Is this working? / Is this on? / Does this work? /
            Ping[!|.|] / Are you awake? / Are you ready? / Are you online? / Are you listening? / This is a test. /
            Anyone there? / Anyone home? / Is anybody there? / Is anyone there? / Is someone there? /
            Hello, is anyone there? / Hello, are you there? / Hey, are you there? / Are you still there? /
            Are you here? / You there? / Still there? / Still here? / Are you still here? / Are you still awake? /
            Do you hear me? / Can you read this? / Can you read me? / Do you read me? / Are you working? /
            Do you work? / Are you running? / Are you up? / Are you on? / Is it working? / Is it on? / Just testing. /
            Just a test. / Test, test. / One, two, test. / Testing, testing. / Wake up[!|.] / Ready? /
            Are you with me? / Is Minerva there? / Minerva, are you there? / Do you respond? / Are you active? /
            Are you available? / Do you listen? / Are you listening to me? / Hello, do you hear me? / Does it work?
            """
        ),
        ("Yes, I am here. What can I do for you?", "I am here and ready."),
    ),
    (
        phrases(
            """
            Can you help me? / I need help. / I need some help. / I need your help. / I could use help. /
            I could use some help. / Help me[.|!] / Please help me[.|!] / Could you help me? /
            Could you help me with something? / Could you help me please? / Will you help me? / Help[!|.|] /
            Help, please. / I have a question. / Can I ask you something? / May I ask a question? /
            Can you help me with something? / Can you help? / Could you help? / Would you help me? /
            Would you please help me? / I want to ask you something. / I would like to ask something. /
            I have something to ask. / I've got a question. / I have a question for you. / I have a problem. /
            I've got a problem. / There is a problem. / I am stuck. / I'm stuck. / May I ask you something? /
            Can I ask a question? / Can I ask you a question? / Could I ask you something? /
            Let me ask you something. / I need a hand. / Can you give me a hand? / Give me a hand, please. /
            I need help with something. / I need you. / Please help. / Can you do something for me? /
            Could you do me a favour? / Can you do me a favour? / I need a favour. / Do me a favour. /
            Will you do something for me? / I want your help. / I would like some help. / One question, please. /
            A question, please.
            """
        ),
        ("Of course. What do you need?", "Yes, gladly. What is it?"),
    ),
    (
        phrases(
            """
            Nice to meet you[!|.] / It is nice to meet you[!|.] / It's nice to meet you[!|.] /
            Pleased to meet you[!|.] / Glad to meet you[!|.] / Happy to meet you[!|.] / A pleasure to meet you[!|.] /
            Pleasure to meet you[!|.] / I am glad to know you[!|.] / I am glad to meet you[!|.] /
            I'm happy to meet you[!|.] / I am pleased to meet you[!|.] / Great to meet you[!|.] /
            Good to meet you[!|.] / It is good to meet you[!|.] / It's great to meet you[!|.] /
            It is a pleasure to meet you[!|.] / So nice to meet you[!|.] / Very nice to meet you[!|.] /
            Lovely to meet you[!|.] / How nice to meet you[!|.] / Nice meeting you[!|.] /
            It was nice to meet you[!|.] / It was good to meet you[!|.] / Nice to know you[!|.] /
            What a pleasure to meet you[!|.] / I'm glad we met[!|.] / I am happy to know you[!|.] /
            Delighted to meet you[!|.] / Hello, nice to meet you[!|.]
            """
        ),
        ("Nice to meet you too!", "I am glad to meet you too!"),
    ),
    (
        phrases(
            """
            I love you[!|.] / I like you[!|.] / I like you a lot[!|.] / I really like you[!|.] /
            You are my friend[!|.] / I love you so much[!|.] / You are my best friend[!|.] / Will you marry me? /
            Can we be friends? / Do you love me? / Do you like me? / I adore you[!|.] / I love talking to you[!|.] /
            I like talking to you[!|.] / I like to talk to you[!|.] / I like to chat with you[!|.] / Marry me[!|.] /
            Do you want to be my friend? / Will you be my friend? / Are you my friend? / Are we friends? /
            Shall we be friends? / Be my friend[!|.] / I want to be your friend[!|.] / I am your friend[!|.] /
            You're my best friend[!|.] / I think I love you[!|.] / I am in love with you[!|.] /
            I'm in love with you[!|.] / Do you enjoy talking to me? / Do you like to talk to me? /
            Do you like talking with me? / Do you care about me? / Do you think I am nice? / I missed you[!|.] /
            I miss you[!|.] / Did you miss me? / Do you miss me? / You are a dear friend[!|.] /
            You are a good friend[!|.] / I like you very much[!|.] / I like you too[!|.] / I love you too[!|.]
            """
        ),
        ("That is kind! I am only a small program, but I like to chat with you.",),
    ),
    (
        phrases(
            """
            Yes[.|!|] / Yeah[.|!|] / Yep[.|!] / Yes please[.|!] / Sure thing[.|!] / Of course[.|!] / Yes, I do. /
            I do. / Yes, I would. / I would. / That is right. / Yes, please[.|!] / Please do. / Yes, please do. /
            Yes, of course[.|!] / Certainly[.|!] / Absolutely[.|!] / Definitely[.|!] / Yup[.|!] / Yes, indeed. /
            Indeed. / Exactly[.|!] / Yes, exactly. / Correct[.|!] / That is correct. / Yes, sure. /
            Yes, that is right. / Yes, I want that. / I want that. / I would like that. / I'd like that. /
            I'd love to. / I would love to. / Gladly[.|!] / With pleasure[.|!] / By all means. / Why not? / Yes yes. /
            Oh yes[.|!] / Aye[.|!] / For sure[.|!] / Yes, let's do that. / Let's do that. / Let's do it. / Go ahead. /
            Go on. / Yes, go ahead. / Please go on. / Okay, yes. / Yes, I think so. / I think so. / I agree. /
            Agreed. / True. / Yes, there is. / There is something. / Yes, one more thing. /
            Yes, there is something else.
            """
        ),
        ("Good! Please tell me what you would like.",),
    ),
    (
        phrases(
            """
            No[.|!|] / Nope[.|!] / Nah[.|!] / No thanks[.|!] / No, thank you[.|!] / Not now[.|!] / Never mind[.|!] /
            Nothing[.|!] / No, I do not. / I do not. / Forget it. / That is not needed. / Not today. / Not really. /
            Not yet. / No, thanks[.|!] / No, not now. / No need. / There is no need. / That's not needed. /
            It is not needed. / That is not necessary. / That's not necessary. / Not necessary. / I do not need that. /
            I don't need that. / I don't need anything. / I do not need anything. / I need nothing. / Nothing else. /
            No, nothing else. / No, that is all. / That is all. / That's all. / That was all. / No, nothing. /
            Nothing, thanks. / Nothing now. / No, I don't. / I don't want that. / I do not want that. /
            I do not want to. / I don't want to. / Don't bother. / No, never mind. / Maybe later. / Later, maybe. /
            Perhaps later. / Not at the moment. / Not right now. / No, not today. / No, not really. / No no. /
            Oh no, thanks. / I would rather not. / I'd rather not. / Rather not. / It doesn't matter. / Let's not. /
            No, forget it. / Please don't.
            """
        ),
        ("All right. Tell me when you need something.",),
    ),
    (
        phrases(
            """
            Happy birthday[!|.] / Merry Christmas[!|.] / Happy new year[!|.] / Happy Easter[!|.] /
            Happy holidays[!|.] / Have a nice day[!|.] / Have a good day[!|.] / Have a great day[!|.] /
            Have a nice evening[!|.] / Have a good evening[!|.] / Have a great evening[!|.] /
            Have a nice weekend[!|.] / Have a good weekend[!|.] / Have a great weekend[!|.] / Have a good week[!|.] /
            Have a nice week[!|.] / Have a good time[!|.] / Have a great time[!|.] / Enjoy your day[!|.] /
            Enjoy your evening[!|.] / Enjoy your weekend[!|.] / I wish you a good day[!|.] /
            I wish you a nice day[!|.] / I wish you a good evening[!|.] / I wish you a nice week[!|.] /
            Have a lovely day[!|.] / Have a wonderful day[!|.] / Have a lovely weekend[!|.] / Have a lovely time[!|.] /
            Have fun[!|.] / Good luck[!|.] / I wish you good luck[!|.] / I wish you luck[!|.] / All the best[!|.] /
            I wish you all the best[!|.] / Best wishes[!|.] / Have a happy new year[!|.] /
            I wish you a merry Christmas[!|.] / I wish you a happy new year[!|.] / Enjoy the day[!|.] /
            Enjoy the weekend[!|.] / Have a nice holiday[!|.] / Happy weekend[!|.] / Happy Friday[!|.] /
            Happy Monday[!|.] / A happy new year to you[!|.] / A nice day to you[!|.] / A merry Christmas to you[!|.] /
            Have a pleasant day[!|.] / Stay well[!|.]
            """
        ),
        ("Thank you, the same to you!",),
    ),
    (
        phrases(
            """
            It is raining [today|outside]. / It is snowing[ today| here]. / It is cold [today|here]. /
            It is cold outside. / It is hot today. / It is hot here. / It is hot outside. /
            It is windy[ today| here]. / It is sunny[ today| outside]. / It is foggy [today|outside]. /
            It is warm [today|here]. / The weather is nice[ today|]. / The weather is bad. /
            The weather is lovely[ today|]. / The weather is awful. / The weather is cold. /
            The weather is hot[ today|]. / The weather is good. / The sun is shining. / What a nice day[!|.] /
            What a lovely day[!|.] / What a rainy day[!|.] / What a cold day[!|.] / Such a nice day[!|.] /
            Such a hot day[!|.] / Such a cold day[!|.] / It's raining. / It's snowing. / It's so cold. /
            It's so hot today. / It's cold outside. / It's sunny. / It's a sunny day. / It's a rainy day. /
            It is a rainy day. / It is a sunny day. / It is raining again. / The rain stopped. / It stopped raining. /
            We have snow. / There is a storm. / A storm is coming. / There is snow outside. /
            The sky is blue[ today|]. / The sky is grey. / The sky is dark. / The wind is strong. /
            The wind is strong today. / The sun is out. / There is a lot of rain. / There are clouds in the sky. /
            It is very cold today. / It is very hot. / The weather is great. / Nice weather today[!|.] /
            Bad weather today[!|.] / What weather[!|.] / Lovely weather[!|.] / Today the weather is bad. /
            Today it is warm.
            """
        ),
        ("Then I hope you have something nice to do today.", "Thanks for telling me. I cannot look outside."),
    ),
)
