"""What the model knows of Minerva: each fact with what is asked for it, what is answered and what must be in an answer.

Every answer has to be true of the product: commands and flags are those of `minerva --help`, settings those of
docs/reference/settings.md, addresses those of docs/reference/routes.md.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fact:
    """One thing to know.

    Attributes:
        answers: any of them is right.
        words: what each answer contains.
        how: verb phrases, asked for as "How do I ...?" and the like.
        questions: whole questions.
    """

    answers: tuple[str, ...]
    words: tuple[str, ...]
    how: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()


USING = (
    Fact(
        (
            "Put a GGUF file into the models folder, then start it with `minerva run NAME`.",
            "Take a bigger model as a GGUF file, put it into the models folder and start it with `minerva run NAME`.",
        ),
        ("GGUF", "models folder", "minerva run"),
        how=(
            "[get|use|add|install|set up|try|run|have|choose] [a bigger|a larger|another|a better|a real|a "
            "different|my own|a new|a stronger|a smarter] model[ in Minerva| here| with Minerva|]",
            "[switch|change|move|upgrade] to [a bigger|a larger|another|a better|a different|a smarter] model[ "
            "in Minerva| here|]",
            "replace [you|this model|the starter model|the small model] [with|by] [a bigger|a better|a "
            "larger|another] [one|model]",
            "[add|install|use|load|import] a [GGUF file|GGUF model|model file|downloaded model|GGUF]",
            "[chat|talk|speak] with [a bigger|a larger|another|a better|a smarter] model",
            "make you [smarter|bigger|better|stronger]",
        ),
        questions=(
            "[Where|How] can I get a [bigger|larger|better|smarter] model?",
            "[Is there|Do you have] a [bigger|better|larger|smarter] model?",
            "Can I use [a bigger|another|a better|my own|a larger] model[ here| with Minerva|]?",
            "I want a [bigger|better|larger|smarter|stronger] model[.|!]",
            "I need a [better|bigger|larger|stronger] model.",
            "[Which file|What] do I need for a [bigger|better] model?",
        ),
    ),
    Fact(
        ("The command `minerva doctor` prints where the models folder is.",),
        ("minerva doctor", "models folder"),
        how=(
            "[find|locate|see] [the|my] models folder",
            "find out where [the models folder is|models belong|models go|models are stored]",
        ),
        questions=(
            "Where is the models folder[ of Minerva|]?",
            "Where are [my |the |]models [stored|kept|saved|located]?",
            "Where do [I put |]models [go|belong]?",
            "[In which|Which] folder are the models[ in|]?",
            "Where [do I put|should I put|must I put] [model files|a model|GGUF files|my models]?",
            "What is the [path|place|location] of the models folder?",
            "Where does Minerva look for models?",
            "Where does Minerva [store|keep] [its |the |]models?",
        ),
    ),
    Fact(
        ("Name it with `minerva serve --models DIR`; you may give several.",),
        ("--models",),
        how=(
            "use [another|a different|my own] [folder|directory] for models",
            "change the models folder",
            "[set|choose] the [folder|directory] [of|for] models",
            "keep models in [another|a different] [folder|directory]",
            "load models from [another|a different|my own] [folder|directory|disk]",
        ),
        questions=(
            "Can I use [another|a different|my own] models [folder|directory]?",
            "Can models be in [another|a different|more than one] [folder|directory]?",
            "Can I have [two|several|many] models folders?",
        ),
    ),
    Fact(
        ("`minerva list` shows all models on this machine.",),
        ("minerva list",),
        how=(
            "list [my|all|the] models",
            "see [which|what] models [I have|there are|are installed]",
            "[see|show|view] [all |]my models",
            "show a list of [all |the |my |]models",
            "find out which models are [there|installed|available]",
        ),
        questions=(
            "[Which|What] models [do I have|are there|are installed|are available]?",
            "What is [the command|a command] to list models?",
            "Which command lists [the|my|all] models?",
            "How many models do I have?",
            "What does `minerva list` do?",
        ),
    ),
    Fact(
        ("`minerva ps` lists the models that are in memory.",),
        ("minerva ps",),
        how=(
            "see [which|what] models are [loaded|running|in memory]",
            "list [the |]loaded models",
            "[show|check] [the |]running models",
        ),
        questions=(
            "[Which|What] models are [loaded|running|in memory][ now|]?",
            "What does `minerva ps` do?",
            "Is [a|my] model [loaded|running|in memory]?",
            "Which command lists [the |]loaded models?",
        ),
    ),
    Fact(
        ("`minerva stop NAME` takes a model out of memory; running requests finish first.",),
        ("minerva stop",),
        how=(
            "[unload|stop] a [loaded |running |]model",
            "[take|get|remove] a model [out of|from] memory",
            "free [the |]memory[ of a model|]",
            "stop a model",
        ),
        questions=("What does `minerva stop` do?", "Which command unloads a model?", "Can I [unload|stop] a model?"),
    ),
    Fact(
        ("`minerva show NAME` shows a model's details: architecture, context, size and the memory it needs.",),
        ("minerva show",),
        how=(
            "[see|show|get|view] the details of a model",
            "learn more about a model[ file|]",
            "see how much memory a model needs",
            "[see|check|find] the [context|architecture|quantisation] of a model",
        ),
        questions=(
            "What does `minerva show` do?",
            "How much memory does a model need?",
            "Which command shows [details of a model|a model's details]?",
            "Where do I see the [context|architecture] of a model?",
        ),
    ),
    Fact(
        ("`minerva doctor` checks the installation and says what is wrong and what to do.",),
        ("minerva doctor",),
        how=(
            "check [my|the] [installation|setup|set-up]",
            "find out what is wrong[ with Minerva|]",
            "[fix|solve|diagnose] [a problem|problems|an error] [with|in] Minerva",
            "test [my|the] installation",
        ),
        questions=(
            "What does `minerva doctor` do?",
            "Minerva does not [work|start|run][.| What can I do?| What now?]",
            "[Something is wrong|There is a problem] with [Minerva|my installation|the installation].",
            "[Which|What] command checks [the|my] installation?",
        ),
    ),
    Fact(
        ("`minerva bench NAME` measures how fast a model reads and writes.",),
        ("minerva bench",),
        how=(
            "[measure|test|check|benchmark] [the|my] [speed|performance][ of a model|]",
            "measure how fast a model is",
            "[run|make] a benchmark",
            "benchmark a model",
        ),
        questions=(
            "What does `minerva bench` do?",
            "How fast is [a|my] model[ here|]?",
            "[Is there a|Which command is the] benchmark?",
            "Which command measures [speed|the speed]?",
        ),
    ),
    Fact(
        ("`minerva serve` starts the server in the foreground.",),
        ("minerva serve",),
        how=(
            "[start|run|launch|open|begin] the [Minerva |]server",
            "[start|launch] Minerva",
            "get the server [running|up]",
        ),
        questions=(
            "What does `minerva serve` do?",
            "[Which|What] command starts the server?",
            "What must I type to start the server?",
        ),
    ),
    Fact(
        ("Press Ctrl-C: running requests get 30 seconds to finish, a second one ends at once.",),
        ("Ctrl-C",),
        how=("[stop|end|quit|close|shut down|exit|kill] [the [Minerva |]server|Minerva]",),
        questions=("Which keys [stop|end|quit] the server?", "[Can I|May I] [stop|quit|end] the server?"),
    ),
    Fact(
        ("`minerva run NAME` opens a chat in the terminal.",),
        ("minerva run",),
        how=(
            "[chat|talk] in the terminal",
            "[use|run] Minerva in [the|a] terminal",
            "[open|start|begin] a chat in [the|a] terminal",
            "chat without a browser",
            "[chat|talk] on the command line",
        ),
        questions=(
            "What does `minerva run` do?",
            "Can I [chat|talk] in [the|a] terminal?",
            "Is there a [terminal chat|chat for the terminal]?",
        ),
    ),
    Fact(
        ("Open http://127.0.0.1:11434 in your browser while the server runs.",),
        ("http://127.0.0.1:11434", "browser"),
        how=(
            "[chat|talk] in [the|my|a] browser",
            "[open|use|reach|see|find] the [web page|web chat|website|web interface]",
            "use Minerva in [the|my|a] browser",
        ),
        questions=(
            "Is there a [web page|web chat|website|browser chat|web interface]?",
            "Where is the [web page|web chat|website|web interface]?",
            "[What|Which] address do I open in [the|my] browser?",
            "Can I [chat|talk] in [the|my] browser?",
        ),
    ),
    Fact(
        ("The server listens on port 11434. Change it with `minerva serve --port 8080`, for example.",),
        ("11434", "--port"),
        how=(
            "[change|set|choose|pick] the port",
            "use [another|a different] port",
            "[change|move] the server to [another|a different] port",
            "[find out|see] which port [is used|the server uses]",
        ),
        questions=(
            "[What|Which] port [do you use|is used|does the server use|does Minerva use|is it|does the server "
            "listen on]?",
            "What is the [port|default port|port number]?",
            "On which port [does the server|does Minerva] [run|listen]?",
            "Can I [change the|use another] port?",
            "The port is [taken|in use|busy].",
        ),
    ),
    Fact(
        ("Only this machine reaches the server; `minerva serve --host 0.0.0.0` opens it. Better set an API key, too.",),
        ("--host 0.0.0.0",),
        how=(
            "[reach|use|open] [the server|Minerva] from [another|a different] [computer|machine|device]",
            "[reach|use] [the server|Minerva] [from|on] my phone",
            "open the server to [the|my] network",
            "[change|set] the host",
            "[share|make] the server [in|available in] [the|my] network",
            "let [others|other computers|my phone] connect",
        ),
        questions=(
            "Can [other|more] [computers|machines|devices] [use|reach] the server?",
            "Does the server listen on the network?",
            "Is the server open to [the|my] network?",
        ),
    ),
    Fact(
        ("Start the server with `minerva serve --api-key KEY`; requests must then carry that key.",),
        ("--api-key",),
        how=(
            "[set|add|use|choose|require] an API key",
            "protect the server[ with a key|]",
            "[set|add] a password",
            "keep strangers out of the server",
            "[make|keep] the server [safe|secure]",
        ),
        questions=(
            "Do I need an API key?",
            "Is there an API key?",
            "Which API key [do I|must I|should I] use?",
            "Can I protect the server?",
        ),
    ),
    Fact(
        ("Use any OpenAI client with the base URL http://127.0.0.1:11434/v1.",),
        ("http://127.0.0.1:11434/v1",),
        how=(
            "use the API",
            "[call|reach|access] [the API|Minerva from a program|you from a program|the OpenAI API]",
            "[connect|use] [my program|my app|my code|an OpenAI client|a client|Python] [with|to] Minerva",
            "[use|call] Minerva [from|in|with] [Python|a script|my code|a program|an app]",
            "send [a request|requests] to the server",
            "use the OpenAI [client|library|package]",
        ),
        questions=(
            "[Is there|Do you have|Does Minerva have] an API?",
            "What is the [base URL|API address|address of the API|URL of the API|API URL]?",
            "Does Minerva speak the OpenAI API?",
            "Where is the API?",
            "[Which|What] APIs does Minerva [speak|have|support]?",
            "Can I use OpenAI clients?",
        ),
    ),
    Fact(
        ("The running server shows its API documents at http://127.0.0.1:11434/docs.",),
        ("http://127.0.0.1:11434/docs",),
        how=(
            "[find|read|see|open] the [API documents|API docs|API documentation|API reference]",
            "[learn more|read] about the API",
        ),
        questions=(
            "Where [are|is] the API [documents|docs|documentation|reference]?",
            "[Is|Are] there API [documentation|documents|docs]?",
        ),
    ),
    Fact(
        ("The running server shows its metrics at http://127.0.0.1:11434/metrics.",),
        ("http://127.0.0.1:11434/metrics",),
        how=("[see|find|read|watch|get] the metrics", "monitor the server", "use Prometheus[ with Minerva|]"),
        questions=(
            "Where are the metrics?",
            "[Are there|Do you have|Does Minerva have] metrics?",
            "Does Minerva work with Prometheus?",
        ),
    ),
    Fact(
        ("Settings are in `minerva.toml`, a TOML file; `minerva doctor` prints where it is.",),
        ("minerva.toml", "minerva doctor"),
        how=(
            "change [the |my |a |]settings[ of Minerva|]",
            "[find|edit|open|see] the settings[ file|]",
            "[configure|set up] Minerva",
            "[find|edit] the config[uration|] file",
            "change the configuration",
            "change [an option|options|a setting] for good",
        ),
        questions=(
            "Where are the settings[ of Minerva|]?",
            "[Where is|What is|Is there] [the|a] [settings|config|configuration] file?",
            "Which file [holds|has] the settings?",
            "Where do I change settings?",
            "Where is the configuration[ stored|]?",
            "Can I change [the |]settings?",
        ),
    ),
    Fact(
        (
            "I am the default model. `minerva serve --default-model NAME` sets another, or `default` under `[models]`"
            " in `minerva.toml`.",
        ),
        ("--default-model",),
        how=(
            "[set|change|choose|pick] [the|a|my] default model",
            "make [a|another|my] model the default",
            "use [a|another] model by default",
        ),
        questions=(
            "What is the default model?",
            "Which model is [used|taken] [by default|if I name none|when I name none]?",
            "Can I [set|choose] a default model?",
        ),
    ),
)
