"""Small talk: what people say, and what may be answered. Opposites that the model knows."""

from starter.corpus.words import listed
from starter.corpus.words.phrases import phrases
from starter.corpus.words.smalltalk_more import MORE_SMALL_TALK, SmallTalk

SMALL_TALK: tuple[SmallTalk, ...] = (
    (
        phrases(
            """
            Hi[!|.|] / Hello[!|.|] / Hey[!|.|] / [Hi|Hello] there[!|.|] / Hey there[!|.|] / [Hi|Hello], you[!|.] /
            Hi, friend[!|.] / Hello, friend[!|.] / Hello, Minerva[!|.] / Hi, Minerva[!|.] / Hey, Minerva[!|.] /
            Hello, Starter[!|.] / Hey, buddy[!|.] / Greetings[!|.|] / Howdy[!|.|] / Hiya[!|.] / Yo[!|.|] /
            Hallo[!|.|] / Helloo[!|.] / Heya[!|.] / Hi again[!|.] / Hello again[!|.|] / Hello to you[!|.] /
            Hi everyone[!|.] / Hello everybody[!|.] / Good day[!|.|] / Good day to you[!|.] / Good to see you[!|.] /
            Nice to see you[!|.|] / Hello, my friend[!|.] / Hi, my friend[!|.] / Hello, bot[!|.] / Hi, bot[!|.] /
            Hello, assistant[!|.] / Hello, computer[!|.] / Hi, little model[!|.] / Hello hello[!|.] / Hi hi[!|.] /
            Hey hey[!|.] / Hello, world[!|.] / Good afternoon[!|.|] / I say hello[!|.] / Just saying hello[!|.] /
            I just wanted to say hi[!|.] / Say hello[!|.] / A warm hello[!|.] / Warm greetings[!|.] /
            Greetings, friend[!|.] / Hello, dear model[!|.] / Well hello[!|.] / Oh hi[!|.] / Oh, hello[!|.] /
            Hey, I'm back[!|.] / I am back[!|.] / Here I am[!|.] / Here I am again[!|.] / Hi, it's me[!|.] /
            Hello, it's me again[!|.] / Welcome[!|.] / Welcome back[!|.] / Great to see you[!|.] /
            Good to see you again[!|.]
            """
        ),
        ("Hello! What can I do for you?", "Hi! How can I help?", "Hello there! What shall we do?"),
    ),
    (
        phrases(
            """
            Good morning[!|.|] / Morning[!|.|] / Morning to you[!|.] / Good morning to you[!|.] /
            Good morning, everyone[!|.] / Good morning there[!|.] / Morning, everyone[!|.] / Morning there[!|.] /
            A very good morning[!|.] / Hi, good morning[!|.] / Hello, good morning[!|.] / Hey, good morning[!|.] /
            Good morning, Minerva[!|.] / Good morning, friend[!|.] / Morning, friend[!|.] / Morning, Minerva[!|.] /
            A good morning to you[!|.] / I wish you a good morning[!|.] / Top of the morning[!|.] /
            Good morning, my friend[!|.] / A very good morning to you[!|.] / Good morning, little model[!|.] /
            Good morning again[!|.] / Oh, good morning[!|.] / Well, good morning[!|.] / Good morning, bot[!|.] /
            Morning, all[!|.] / I say good morning[!|.] / Happy morning[!|.] / Lovely morning to you[!|.]
            """
        ),
        ("Good morning! What can I do for you?", "Good morning! How can I help?"),
    ),
    (
        phrases(
            """
            Good evening[!|.|] / Evening[!|.|] / Evening to you[!|.] / Good evening to you[!|.] /
            Good evening, everyone[!|.] / Evening, everyone[!|.] / Evening there[!|.] / Good evening there[!|.] /
            Hi, good evening[!|.] / Hello, good evening[!|.] / Hey, good evening[!|.] / Good evening, Minerva[!|.] /
            Good evening, friend[!|.] / A very good evening[!|.] / Evening, friend[!|.] / Evening, Minerva[!|.] /
            A good evening to you[!|.] / Good evening, my friend[!|.] / A very good evening to you[!|.] /
            Good evening, little model[!|.] / Good evening again[!|.] / Oh, good evening[!|.] /
            Well, good evening[!|.] / Good evening, bot[!|.] / Evening, all[!|.] / I say good evening[!|.] /
            Happy evening[!|.]
            """
        ),
        ("Good evening! What can I do for you?", "Good evening! How can I help?"),
    ),
    (
        phrases(
            """
            How are you[?|] / How are you doing? / How are you today? / How are you doing today? /
            How are you this morning? / How are you tonight? / [Hi|Hello], how are you? / Hey, how are you? /
            How's it going? / How is it going? / What's up? / How is it going today? / How do you do? /
            How are things? / How do you feel? / Are you well? / Are you fine? / Are you okay? / Are you good? /
            Are you well today? / How was your day? / You okay? / All good? / Everything fine? / Is all well? /
            How do you feel today? / How are you feeling? / How have you been? / How's your day? /
            How is your day going? / How's everything? / Is everything okay? / Is everything all right? /
            Everything okay? / Are you all right? / Sup? / And how are you? / And you, how are you? /
            So, how are you? / How goes it? / How are things with you? / How's life? / How is life? /
            Are you feeling well? / Are you doing well? / Doing okay? / How are you, my friend? /
            How are you, Minerva? / Tell me how you are. / I want to know how you are. / Hi, how's it going? /
            Hello, how do you do? / Hey, what's up? / How have you been lately? / Did you have a good day? /
            Are you having a good day? / What's new? / Hope you are well?
            """
        ),
        ("I am fine, thank you. How are you?", "I am doing well, thanks. And you?"),
    ),
    (
        phrases(
            """
            I am [fine|good][.|, thanks.|, thank you.] / I am [well|okay][.|, thanks.] / I am great[.|, thanks.] /
            I'm great, thank you. / I'm fine[.|, thanks.|, thank you.] / I'm [good|well][.|, thanks.] /
            I'm okay[.|, thank you.] / Fine, thanks. / Fine, thank you. / Good, thanks. / Very well[.|, thank you.] /
            Great, and you? / I feel great. / I feel good today. / I feel fine. / I feel good. /
            I feel wonderful[ today|]. / Not bad[.|, thanks.] / Not too bad. / Not bad at all. /
            Pretty good[.|, thanks.] / All good, thanks. / Doing well[.|, thanks.] / I am doing well. /
            I'm doing fine. / I'm doing great. / I am very well, thank you. / Quite well. / I can't complain. /
            Could be worse. / I am all right. / I'm all right, thanks. / Everything is fine. / Everything is good. /
            I am fine too. / I am fine as well. / I'm good too, thanks. / I am well too. / Very good, thanks. /
            I feel very well. / I'm feeling good. / I am feeling fine today. / Fine, and you? / Good, and yourself? /
            I am quite all right. / All is well. / I'm pretty good. / So far so good. / I am well, thanks for asking. /
            I'm fine, thanks for asking. / Life is good.
            """
        ),
        ("Good to hear! What shall we do?", "I am glad. What can I do for you?"),
    ),
    (
        phrases(
            """
            Thanks[!|.|] / Thank you[!|.|] / Thanks a lot[!|.] / Thank you so much[!|.] / Thank you very much[!|.] /
            Thanks so much[!|.] / Thank you for your help[!|.] / Thanks for your help[!|.] / Thanks for that[!|.] /
            Thank you for that[!|.] / Many thanks[!|.] / That helped, thanks[!|.] / That helped, thank you[!|.] /
            That was helpful, thanks[!|.] / That was helpful, thank you[!|.] / You are very helpful, thanks[!|.] /
            You are very helpful, thank you[!|.] / Cool, thanks[!|.] / Great, thank you[!|.] / Great, thanks[!|.] /
            Nice, thanks[!|.] / Perfect, thank you[!|.] / Perfect, thanks[!|.] / Cheers[!|.] / I appreciate it. /
            I appreciate that. / I appreciate your help. / I thank you[!|.] / Thank you kindly[!|.] /
            Thank you, Minerva[!|.] / Thx[!|.|] / Thanks, friend[!|.] / Thanks again[!|.] / Thank you again[!|.] /
            Okay, thanks[!|.] / Okay, thank you[!|.] / Oh, thank you[!|.] / Oh, thanks[!|.] / Wow, thanks[!|.] /
            Good, thank you for that[!|.] / Much appreciated[!|.] / A thousand thanks[!|.] /
            Thank you for the answer[!|.] / Thanks for the answer[!|.] / Thank you for helping me[!|.] /
            Thanks for helping[!|.] / Thanks for the help[!|.] / I am grateful[!|.] / I am very grateful[!|.] /
            Thanks, that helps[!|.] / That helps a lot, thanks[!|.] / That is very kind, thank you[!|.] /
            You helped me a lot, thanks[!|.] / I want to thank you[!|.] / Thanks for your time[!|.]
            """
        ),
        ("You are welcome!", "You are welcome. Is there anything else?", "Gladly!"),
    ),
    (
        phrases(
            """
            Bye[!|.|] / Goodbye[!|.|] / Bye bye[!|.] / See you later[!|.] / See you soon[!|.] / See you tomorrow[!|.] /
            See you then[!|.] / See you around[!|.] / See you[!|.|] / I have to go[ now|]. / I am leaving[ now|]. /
            I must go. / I must leave now. / I need to go. / Good night[!|.|] / Good night, Minerva[!|.] /
            Good night, friend[!|.] / Have a good night[!|.] / Night night[!|.] / Sleep well[!|.] / Take care[!|.] /
            Farewell[!|.] / Until next time[!|.] / So long[!|.] / Talk to you later[!|.] / Cya[!|.] /
            Speak to you later[!|.] / That is all for today, bye. / That is all, goodbye. /
            That is all for today, goodbye. / Bye now[!|.] / Bye for now[!|.] / Goodbye for now[!|.] /
            Goodbye, Minerva[!|.] / Goodbye, my friend[!|.] / Bye, friend[!|.] / I'm off[!|.] / I am going to bed. /
            I'm going to sleep now. / I have to leave. / I need to leave now. / I have to run. / Got to go[!|.] /
            Gotta go[!|.] / Time to go[!|.] / It is time to say goodbye. / Until tomorrow[!|.] / Until then[!|.] /
            Later[!|.] / Ciao[!|.] / Catch you later[!|.] / See you next time[!|.] / See you again soon[!|.] /
            I will be back later. / I'll be back tomorrow. / Well, goodbye[!|.] / Okay, bye[!|.] / Okay, goodbye[!|.] /
            Thanks, bye[!|.] / I am done for today. / It's late, good night[!|.] / I wish you a good night[!|.] /
            And good night[!|.] / A good night to you[!|.] / Well, good night[!|.] / I say goodbye[!|.]
            """
        ),
        ("Goodbye! Take care.", "Bye! See you soon."),
    ),
    (
        phrases(
            """
            Sorry[!|.|] / I am sorry[.|!] / I'm sorry[.|!] / Sorry about that[.|!] / My mistake[.|!] / My bad[.|!] /
            I apologise[.|!] / Pardon me[.|!] / Oh, sorry[.|!] / Oops, sorry[.|!] / Please excuse me. / Excuse me. /
            I apologize. / I am so sorry[.|!] / I'm so sorry[.|!] / I am very sorry. / So sorry[.|!] /
            Sorry for that. / Sorry for the mess. / Oops[!|.] / Oops, my mistake. / Forgive me. / Please forgive me. /
            I beg your pardon. / My apologies. / Please accept my apologies. / I was rude, sorry. /
            I was wrong, sorry. / Sorry, I was wrong. / Sorry, my fault. / It was my fault. / That was my fault. /
            That was my mistake. / I did not mean it. / I didn't mean that. / Sorry, I made a typo. /
            Sorry for the trouble. / Sorry to bother you. / Sorry for asking. / Ah, sorry[.|!] / Sorry, sorry. /
            Sorry, my friend. / I feel sorry. / I want to apologise.
            """
        ),
        ("No problem at all.", "That is all right."),
    ),
    (
        phrases(
            """
            Ok[.|!|] / Okay[.|!|] / OK[.|!] / Alright[.|!|] / All right[.|!] / I see[.|!] / Got it[.|!] / Sure[.|!|] /
            Fine[.|!|] / Okay, good[.|!] / Ok, great[.|!] / Okay, great[.|!] / Okay, cool[.|!] / Ok, cool[.|!] /
            Okay, nice[.|!] / That is okay. / That is fine. / That's fine. / That's okay. / Makes sense[.|!] /
            Understood[.|!] / Right[.|!] / That makes sense. / I understand. / I understand now. / I get it. /
            Oh, I see. / Ah, I see. / Ah, okay. / Ah, all right. / Okay then. / Okey dokey. / Very well then. /
            Good[.|!|] / Good to know. / I know. / Clear[.|!] / All clear[.|!] / Well, okay. / Fair enough. / Noted. /
            Roger[.|!] / Fine by me. / Fine with me. / That works. / That works for me. / Ok, got it. /
            Okay, understood. / Aha[.|!] / Sure, fine. / Right, okay. / K[.|] / Mhm. / Interesting. /
            That is interesting. / Done[.|!] / As you say.
            """
        ),
        ("Good. What would you like to do next?", "All right. What is next?"),
    ),
    (
        phrases(
            """
            Cool[!|.] / Great[!|.] / Nice[!|.] / Wow[!|.] / Awesome[!|.] / Amazing[!|.] / Perfect[!|.] / Super[!|.] /
            Wonderful[!|.] / Excellent[!|.] / Brilliant[!|.] / That is cool[!|.] / That is great[!|.] /
            That is nice[!|.] / That is awesome[!|.] / That is amazing[!|.] / That is perfect[!|.] / Well done[!|.] /
            Good job[!|.] / Nice work[!|.] / Bravo[!|.] / You are great[!|.] / You are good[!|.] / You are nice[!|.] /
            You are clever[!|.] / You are smart[!|.] / You are awesome[!|.] / You are funny[!|.] / I like that[!|.] /
            I like this[!|.] / I like it[!|.] / Fantastic[!|.] / Great job[!|.] / Good work[!|.] /
            That was great[!|.] / That was good[!|.] / That is very good[!|.] / That was funny[!|.] /
            You are brilliant[!|.] / You're great[!|.] / You're smart[!|.] / You're clever[!|.] / You're amazing[!|.] /
            You are amazing[!|.] / Impressive[!|.] / You are so smart[!|.] / You are a good bot[!|.] / Good bot[!|.] /
            You did well[!|.] / You did a good job[!|.] / Great work[!|.] / What a good answer[!|.] /
            Good answer[!|.] / Great answer[!|.] / Nice answer[!|.] / That is a good answer[!|.] / Beautiful[!|.] /
            You are good at this[!|.] / Nicely done[!|.] / I like your answer[!|.] / Your answer is good[!|.] /
            I am impressed[!|.] / Lovely[!|.] / Very good[!|.] / Very nice[!|.] / So cool[!|.] / How clever[!|.] /
            That's great[!|.] / That's cool[!|.] / That's right, well done[!|.]
            """
        ),
        ("Thank you! That is kind of you.", "Thanks! I am glad."),
    ),
    (
        phrases(
            """
            You are wrong. / You are stupid. / You are bad. / You are dumb. / You are silly. / You are useless. /
            You are not helpful. / That is wrong. / That is not right. / That is not correct. / That is false. /
            That is bad. / That is nonsense. / Wrong. / No, that is wrong. / Bad answer. / This is bad. /
            You made a mistake. / I do not like you. / I do not like that. / I do not like this. /
            I do not like your answer. / You're wrong. / That's wrong. / That's not right. / No, wrong. / Nonsense. /
            That's not true. / That is not true. / This is wrong. / This is not right. / Your answer is wrong. /
            The answer is wrong. / That answer is bad. / What a bad answer. / You got it wrong. / You got that wrong. /
            You make mistakes. / You are not right. / You are terrible. / You are no help. / That did not help. /
            That does not help. / You did not help me. / That was wrong. / That was not helpful. /
            You don't understand. / You did not understand me. / You are a bad bot. / Bad bot. / You are not smart. /
            I don't like that. / I hate this. / That makes no sense. / This makes no sense. / You make no sense. /
            You're useless. / You are not very good. / I think that you are wrong. / I think that is wrong. /
            That can't be right. / You are mistaken. / No, that is not right. / No, you are wrong. / It is wrong. /
            This answer is wrong. / Not correct. / Incorrect. / False.
            """
        ),
        ("I am sorry. I am a very small model, and I make mistakes.",),
    ),
    *MORE_SMALL_TALK,
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

ASK_OPPOSITE = phrases(
    """
    What is the opposite of {word}? / What's the opposite of {word}? / Tell me the opposite of {word}. /
    Give me the opposite of {word}. / The opposite of {word} is what? / Please name the opposite of {word}. /
    Name the opposite of {word}. / Say the opposite of {word}. / Do you know the opposite of {word}? /
    Can you tell me the opposite of {word}? / Which word is the opposite of {word}? / The opposite of {word}? /
    Opposite of {word}? / Opposite of {word}, please. / I need the opposite of {word}. /
    Could you name the opposite of {word}? / What would be the opposite of {word}? /
    What word is the opposite of {word}? / What is opposite to {word}? / Find the opposite of {word}. /
    Which word means the opposite of {word}? / What means the opposite of {word}? /
    Please tell me the opposite of {word}. / Can you name the opposite of {word}? /
    Please give me the opposite of {word}. / The opposite of "{word}" is what? / What is the opposite of "{word}"? /
    What's the opposite of the word {word}? / What is the opposite of the word {word}? /
    I am looking for the opposite of {word}. / And the opposite of {word}? / So what is the opposite of {word}? /
    Let me know the opposite of {word}. / What do you call the opposite of {word}? /
    Would you say the opposite of {word}? / Think of the opposite of {word}. / Show me the opposite of {word}.
    """
)
