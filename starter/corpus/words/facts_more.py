"""More of what the model knows: options of the server, what Minerva is, and what the model itself is."""

from __future__ import annotations

from starter.corpus.words.facts import USING, Fact

OPTIONS = (
    Fact(
        ("Set it with `minerva run NAME --set temperature=0.5`, or send `temperature` in the request.",),
        ("--set temperature",),
        how=(
            "[set|change|lower|raise|choose] the temperature",
            "make [the |]answers [more|less] random",
            "use another temperature",
        ),
        questions=(
            "What about the temperature?",
            "Can I [set|change] the temperature?",
            "Where do I set the temperature?",
        ),
    ),
    Fact(
        ('Use `minerva run NAME --system "TEXT"`, or send a message with the role system.',),
        ("--system", "system"),
        how=(
            "[set|give|use|change|write|add] [a|the] system prompt",
            "give you a [persona|role]",
            "give a model [instructions|a persona|a role]",
        ),
        questions=(
            "What is a system prompt[ and how do I set it|]?",
            "Can I [use|set|give] a system prompt?",
            "Where [do I put|goes] the system prompt?",
        ),
    ),
    Fact(
        ("Send `max_tokens` in the request, or use `minerva run NAME --set max_tokens=200`.",),
        ("max_tokens",),
        how=(
            "[limit|set|change] the length of [an answer|answers|the answer]",
            "[get|make] [shorter|longer] answers",
            "[set|limit|change] [the |]max tokens",
            "limit how much a model writes",
        ),
        questions=("Can I limit the [length|answer]?", "What is max_tokens[ for|]?"),
    ),
    Fact(
        ('Send `"stream": true` in the request.',),
        ("stream",),
        how=(
            "stream [an answer|answers|the answer]",
            "get [an answer|the answer|tokens] as a stream",
            "[turn on|use|enable] streaming",
        ),
        questions=(
            "Can you stream?",
            "Does Minerva [stream|support streaming|have streaming]?",
            "Is streaming [possible|supported]?",
        ),
    ),
    Fact(
        ("An idle model stays in memory for 5 minutes; `minerva serve --keep-alive 10m` changes that.",),
        ("--keep-alive",),
        how=(
            "keep a model in memory[ for longer|]",
            "[set|change] the keep-alive[ time|]",
            "change how long a model stays [loaded|in memory]",
        ),
        questions=(
            "How long does a model stay [in memory|loaded]?",
            "When is a model unloaded?",
            "What is keep-alive?",
            "Why was my model unloaded?",
        ),
    ),
    Fact(
        ("Use `minerva serve --context-length TOKENS`; by default it is what the model was trained for, if it fits.",),
        ("--context-length",),
        how=(
            "[set|change|raise|lower|increase] the context[ length| window| size|]",
            "use a [longer|bigger|smaller] context[ window|]",
        ),
        questions=(
            "[What|How long|How big] is the context[ length| window|]?",
            "Can I [change|set] the context[ length| window|]?",
        ),
    ),
    Fact(
        ("Minerva uses a GPU when it was compiled for one; `--gpu-layers N` says how many layers go there.",),
        ("--gpu-layers",),
        how=(
            "use [a|my|the] [GPU|graphics card]",
            "run a model on [a|my|the] [GPU|graphics card]",
            "[set|change] the GPU layers",
        ),
        questions=(
            "[Can|Does] Minerva use [a|my|the] [GPU|graphics card]?",
            "Do I need a [GPU|graphics card]?",
            "Does it run on [a|my] GPU?",
            "Is [a|my] GPU [used|supported]?",
        ),
    ),
    Fact(
        ("Use `minerva serve --threads N`; by default it takes the physical cores.",),
        ("--threads",),
        how=(
            "[set|change|choose|limit] the [number of |]threads",
            "use [more|fewer] [threads|cores|CPU threads]",
            "[limit|change] the CPU cores",
        ),
        questions=(
            "How many [threads|cores|CPU threads] [are used|does Minerva use]?",
            "Can I [set|limit] the [threads|cores]?",
        ),
    ),
    Fact(
        ("Use `minerva serve --memory-limit 8GiB`, for example: it counts for all models together.",),
        ("--memory-limit",),
        how=(
            "[limit|restrict|set] the memory[ of Minerva| for models|]",
            "[set|change] the memory limit",
            "make Minerva use less memory",
        ),
        questions=("Can I limit the memory?", "How much memory may Minerva use?", "Is there a memory limit?"),
    ),
    Fact(
        ("Several models can run at once, each in its own process; `--max-loaded N` limits how many are loaded.",),
        ("--max-loaded",),
        how=("[run|load|use] [several|two|many|more] models at once", "limit how many models are loaded"),
        questions=(
            "Can [I|Minerva] [run|load|use|hold] [several|two|many|more] models at [once|the same time]?",
            "How many models can [run|be loaded] at once?",
        ),
    ),
    Fact(
        ("A model answers up to 32 requests at once; `--max-sequences N` changes that.",),
        ("--max-sequences",),
        how=("serve [several|many|more] [people|users|clients] at once", "[change|set] how many requests run at once"),
        questions=(
            "Can [several|many|more] [people|users|clients|programs] use [it|Minerva|the server] at [once|the "
            "same time]?",
            "How many [requests|users|clients] can [Minerva|the server|it] [handle|serve|answer] at once?",
        ),
    ),
    Fact(
        ("Type `minerva --help`, or `minerva COMMAND --help` for one command.",),
        ("minerva --help",),
        how=("[see|find|list|learn] [all |the |]commands", "get help [with|on] [the |a |]command[s|]"),
        questions=(
            "[What|Which] commands [are there|do you have|does Minerva have|can I use]?",
            "Is there [a help page|help for the commands]?",
            "What commands can I type?",
        ),
    ),
    Fact(
        ("Type `minerva --version`.",),
        ("minerva --version",),
        how=("[see|find|check|show] the version[ of Minerva|]", "find out which version I have"),
        questions=("[What|Which] version [is this|do I have|of Minerva is this]?", "Which Minerva version is this?"),
    ),
    Fact(
        ("The log is written to the terminal; `minerva serve --log-level debug` shows more.",),
        ("--log-level",),
        how=(
            "[see|get] [more|better|detailed] logs",
            "[change|set] the log level",
            "[see|log] more details in the log",
        ),
        questions=("Where are the logs?", "Can the log [show|say] more?", "What is the log level?"),
    ),
)

SELF = (
    Fact(
        ("Minerva runs language models on your own machine and speaks the OpenAI API.",),
        ("language models", "own machine"),
        questions=(
            "What is Minerva?",
            "What's Minerva?",
            "[Tell me|Say something|Explain a bit] about Minerva.",
            "What does Minerva do?",
            "What is Minerva [for|about|good for]?",
            "[Please e|E]xplain Minerva[ to me|].",
            "What can Minerva do?",
            "What is this [program|software|app|tool]?",
            "Describe Minerva.",
            "What kind of [program|software] is Minerva?",
        ),
    ),
    Fact(
        ("I am the starter model, a very small language model that comes with Minerva.",),
        ("starter model",),
        questions=(
            "Who are you?",
            "What are you?",
            "What is your name?",
            "What's your name?",
            "[Tell me|Say something] about yourself.",
            "Introduce yourself[, please|].",
            "Which model are you?",
            "What model [is this|am I talking to|do I talk to]?",
            "Who [is this|am I talking to]?",
            "Do you have a name?",
            "What [do I|can I|should I] call you?",
            "What kind of model are you?",
            "What is the starter model?",
            "[Hi|Hello], who are you?",
            "[So, w|And w]ho are you?",
        ),
    ),
    Fact(
        (
            "I can chat, remember what you tell me, call tools, write JSON, tell short stories, copy text and "
            "do small sums.",
        ),
        ("tools", "JSON", "stories"),
        questions=(
            "What can you do?",
            "What can you do for me?",
            "What are you [good at|able to do|capable of|good for]?",
            "What are your [abilities|skills|features|strengths]?",
            "[How|In what way] can you help me?",
            "What can I [ask|do with] you?",
            "What do you know[ how to do|]?",
            "[Show|Tell] me what you can do.",
            "What should I ask you?",
            "What can I use you for?",
        ),
    ),
    Fact(
        ("I am very small: a few million parameters in less than 8 MB. I know little and I make mistakes.",),
        ("few million parameters",),
        questions=(
            "How [big|small|large] are you?",
            "How many parameters do you have?",
            "What is your size?",
            "How many parameters has this model?",
            "Are you a [big|large|small] model?",
            "Why are you so [small|little|tiny|dumb|limited]?",
            "How [clever|smart|good] are you?",
            "What are your [limits|weaknesses|limitations]?",
            "What can you not do?",
        ),
    ),
    Fact(
        ("I was trained from scratch on sentences of a generator that the Minerva authors wrote.",),
        ("trained", "Minerva authors"),
        questions=(
            "Who [made|created|built|trained|wrote|invented|developed] you?",
            "How were you [trained|made|created|built]?",
            "What were you trained on?",
            "Who is your [maker|creator|author]?",
            "[What|Which] data were you trained [on|with]?",
            "Where do you come from?",
            "What is your training data?",
            "Did [OpenAI|Google|Meta|somebody] [make|train|build] you?",
        ),
    ),
    Fact(
        ("No. Everything runs on your own machine, and nothing you write leaves it.",),
        ("own machine",),
        questions=(
            "[Does|Do] [my data|my chats|what I write|my messages] leave [my machine|my computer]?",
            "Do you [send|share|upload] my [data|messages|chats]?",
            "Do you need [the internet|a network|an internet connection]?",
            "Are you [connected to|on] the internet?",
            "Does Minerva [need|use] [the internet|a cloud|a network]?",
            "Is my data [sent|uploaded] [anywhere|somewhere]?",
            "Do you run in the cloud?",
            "Do I need [the internet|a network|an account]?",
        ),
    ),
    Fact(
        ("GGUF is the file format for models that llama.cpp and Minerva read.",),
        ("GGUF", "llama.cpp"),
        questions=(
            "What is [GGUF|a GGUF file|a GGUF]?",
            "What does GGUF mean?",
            "[Which|What] [file format|format|kind of file|files] [does Minerva|do you] [read|use|need|support]?",
            "What kind of files are models?",
            "What format do models have?",
            "Explain GGUF[, please|].",
        ),
    ),
    Fact(
        ("Minerva's engine is built on llama.cpp.",),
        ("llama.cpp",),
        questions=(
            "[What|Which] engine [does Minerva use|is inside|is used|do you run on]?",
            "What is Minerva built on?",
            "Does Minerva use llama.cpp?",
            "What runs the models[ in Minerva|]?",
            "What is under the hood[ of Minerva|]?",
            "How does Minerva run models?",
        ),
    ),
    Fact(
        ("Minerva has the Apache License 2.0: it is free and open.",),
        ("Apache License 2.0",),
        questions=(
            "[What|Which] licence [does Minerva have|has Minerva|is it under|do you have]?",
            "Is Minerva [free|open source|open|free of charge]?",
            "How much does Minerva cost?",
            "What does Minerva cost?",
            "May I use Minerva at work?",
            "[What is|Tell me] the licence[ of Minerva|]?",
            "Do I have to pay[ for Minerva|]?",
        ),
    ),
    Fact(
        ("Minerva runs on Linux, macOS and Windows, with Python 3.11 or newer and a C++ compiler.",),
        ("Linux", "Python 3.11"),
        questions=(
            "[Which|What] [systems|operating systems|platforms] does Minerva [run on|support]?",
            "Does Minerva run on [Linux|Windows|a Mac|macOS]?",
            "[Which|What] Python [do I need|version do I need|does Minerva need]?",
            "Can I use Minerva on [Linux|Windows|a Mac|macOS]?",
            "What do I need to run Minerva?",
            "What are the requirements[ of Minerva|]?",
        ),
    ),
    Fact(
        ("I know only what is in this conversation. A new one starts empty.",),
        ("conversation",),
        questions=(
            "Do you remember [our last chat|other chats|earlier conversations|yesterday|old chats]?",
            "[What did we|Do you know what we] [talk|talked] about [yesterday|last time|last week]?",
            "Will you remember [this|me] [tomorrow|next time|later]?",
            "Do you learn from [me|our chats|what I say]?",
            "How long do you remember[ things|]?",
            "Is your memory [good|long|permanent]?",
        ),
    ),
)

FACTS: tuple[Fact, ...] = (*USING, *OPTIONS, *SELF)
