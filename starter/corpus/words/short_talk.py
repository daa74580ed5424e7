"""Small talk that is answered in one word."""

from __future__ import annotations

from starter.corpus.words.phrases import phrases

SHORT_TALK: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        phrases(
            """
            [Hi|Hello|Hey][!|.|] / [Hi|Hello] there[!|.] / [Greetings|Good day][!|.] / Say hello. /
            Good morning[!|.|] / Good evening[!|.] / Hi, how nice to see you. / Hey there[!|.] / Hello again[!|.] /
            Hi again[!|.] / Howdy[!|.] / Good afternoon[!|.] / Hello to you[!|.] / Morning[!|.] / Evening[!|.] /
            Hello, Minerva. / Hi, assistant. / Hiya[!|.] / Hello, friend[!|.] / Hey, you[!|.] / Welcome[!|.] /
            Greet me. / Say hi.
            """
        ),
        ("Hello!",),
    ),
    (
        phrases(
            """
            How are you? / How are you today? / How do you feel? / How is it going? / Are you well? / How's it going? /
            How are things? / How are you doing? / How are you doing today? / How do you feel today? / Are you okay? /
            You okay? / How was your day? / Is everything fine? / How have you been? / How are you feeling? /
            And how are you? / Hello, how are you? / Hi, how are you? / How's your day? / How is your day? /
            How goes it?
            """
        ),
        ("Fine.",),
    ),
    (
        phrases(
            """
            [Thanks|Thank you][!|.|] / Thank you very much[!|.] / Thank you so much[!|.] / Thanks a lot[!|.] /
            Many thanks[!|.] / Thanks for your help[!|.] / Thank you for that[!|.] / Great, thanks[!|.] /
            That helped, thank you. / Thanks so much[!|.] / Oh, thank you[!|.] / Perfect, thank you[!|.] /
            I thank you. / I am grateful. / Much appreciated. / Thanks again[!|.] / Okay, thanks[!|.] /
            Thank you for your help[!|.] / Thanks, that was helpful. / A thousand thanks[!|.]
            """
        ),
        ("Gladly!",),
    ),
    (
        phrases(
            """
            [Bye|Goodbye][!|.|] / See you later[!|.] / See you soon[!|.] / I have to go. / Good night[!|.] /
            Bye bye[!|.] / Bye for now[!|.] / I must go now. / See you tomorrow[!|.] / I am leaving. / Farewell[!|.] /
            Until next time[!|.] / Talk to you later[!|.] / So long[!|.] / I am off. / Time to go. / See you[!|.] /
            I'm going to bed. / I need to leave. / That is all, goodbye. / Thanks and bye. / Have to run, bye.
            """
        ),
        ("Goodbye!",),
    ),
    (
        phrases(
            """
            Are you [a human|human]? / Are you a person? / Are you real? / Do you sleep? / Do you eat? /
            Do you dream? / Do you have a body? / Are you a big model? / Do you have feelings? / Do you have friends? /
            Can you see me? / Can you see? / Do you have eyes? / Do you have hands? / Do you drink? / Can you smell? /
            Can you walk? / Are you alive? / Do you have a mother? / Do you have a family? / Do you get tired? /
            Are you a woman? / Are you a man? / Are you hungry? / Do you feel pain? / Can you taste? /
            Do you ever sleep?
            """
        ),
        ("No.",),
    ),
    (
        phrases(
            """
            Are you a program? / Are you a model? / Are you a machine? / Are you a bot? / Are you small? /
            Is this Minerva? / Are you there? / Can you help me? / Can you tell stories? /
            Are you a computer program? / Are you a small model? / Are you ready? / Can you read this? /
            Can you copy text? / Can you write JSON? / Can you add numbers? / Do you understand me? /
            Will you help me? / Are you online? / Can you answer me? / Is this a chat? / Are you listening? /
            Are you still there? / Can you remember things? / Do you know opposites?
            """
        ),
        ("Yes.",),
    ),
)
