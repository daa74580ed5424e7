"""The command line: every command with its arguments on one screen; `minerva COMMAND --help` is made from it.

A command's own modules are imported when it runs, so that `minerva --help` and `minerva serve` start fast.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from minerva import __version__
from minerva.cli import codes
from minerva.cli.failure import CommandFailed
from minerva.core.errors import InvalidRequest, MinervaError, SettingsError

app = typer.Typer(
    name="minerva",
    help="Run language models on your own machine.",
    epilog=codes.EXPLAINED,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Name = Annotated[str, typer.Argument(metavar="MODEL", help="A model's name, as `minerva list` shows it.")]
Url = Annotated[
    str | None, typer.Option(help="Address of the server [MINERVA_URL; else host and port of the settings].")
]
Config = Annotated[
    Path | None, typer.Option(help="Settings file [MINERVA_CONFIG; else minerva.toml in the config folder].")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
Folders = Annotated[
    list[Path] | None, typer.Option("--models", metavar="DIR", help="Folder of *.gguf files; repeatable.")
]
ContextLength = Annotated[
    str | None, typer.Option(metavar="TOKENS", help="Context window [the trained one, if it fits].")
]
GpuLayers = Annotated[str | None, typer.Option(metavar="N", help="Layers on the GPU; -1 all [as many as fit].")]
Threads = Annotated[str | None, typer.Option(metavar="N", help="CPU threads [physical cores within the quota].")]


def _show_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"minerva {__version__}\n")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Take what stands before the command; `--version` ends the program while it is read."""


@app.command()
def serve(
    models: Folders = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on [127.0.0.1].")] = None,
    port: Annotated[str | None, typer.Option(help="Port to listen on; 0 takes any free one [11434].")] = None,
    api_key: Annotated[str | None, typer.Option(help="Key that requests must carry.")] = None,
    default_model: Annotated[
        str | None, typer.Option(metavar="MODEL", help="Model of requests that name none [starter].")
    ] = None,
    keep_alive: Annotated[
        str | None, typer.Option(help="How long an idle model stays: 10m, 0, or -1 for ever [5m].")
    ] = None,
    max_loaded: Annotated[str | None, typer.Option(metavar="N", help="Most models loaded at once.")] = None,
    memory_limit: Annotated[str | None, typer.Option(metavar="SIZE", help="Memory for all models, like 8GiB.")] = None,
    context_length: ContextLength = None,
    max_sequences: Annotated[
        str | None, typer.Option(metavar="N", help="Requests a model works on at once [32].")
    ] = None,
    gpu_layers: GpuLayers = None,
    threads: Threads = None,
    overflow: Annotated[
        str | None,
        typer.Option(
            metavar="POLICY", help="What does not fit the context window: error, trim_history or shift [error]."
        ),
    ] = None,
    log_level: Annotated[str | None, typer.Option(help="debug, info, warning or error [info].")] = None,
    log_format: Annotated[str | None, typer.Option(help="console or json [console].")] = None,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the browser when the server is ready.")] = False,
    config: Config = None,
) -> None:
    """Start the server, in the foreground. Ctrl-C lets running requests finish; a second one ends at once."""
    from minerva.cli.flags import given
    from minerva.cli.serve import run_server

    flags = {
        "--models": models,
        "--host": host,
        "--port": port,
        "--api-key": api_key,
        "--default-model": default_model,
        "--keep-alive": keep_alive,
        "--max-loaded": max_loaded,
        "--memory-limit": memory_limit,
        "--context-length": context_length,
        "--max-sequences": max_sequences,
        "--gpu-layers": gpu_layers,
        "--threads": threads,
        "--overflow": overflow,
        "--log-level": log_level,
        "--log-format": log_format,
    }
    run_server(config, given(flags), open_browser=open_browser)


@app.command()
def run(
    model: Annotated[str | None, typer.Argument(help="A model's name; without one, the server's default.")] = None,
    prompt: Annotated[str | None, typer.Argument(help="Answer this and end; what is piped in is added to it.")] = None,
    system: Annotated[str, typer.Option(help="System prompt.")] = "",
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Generation parameter; repeatable.")
    ] = None,
    overflow: Annotated[
        str | None,
        typer.Option(
            metavar="POLICY", help="What does not fit the context window: error, trim_history or shift [the server's]."
        ),
    ] = None,
    resume: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Go on with a session: `last`, its id or title, or the beginning of one."),
    ] = None,
    temporary: Annotated[bool, typer.Option("--temporary", help="Keep nothing of the chat.")] = False,
    verbose: Annotated[bool, typer.Option(help="Show token counts and speed after each answer.")] = False,
    url: Url = None,
    config: Config = None,
) -> None:
    """Chat with a model in the terminal, or answer one prompt.

    A chat is kept on the server, where the web chat has it too. A single prompt is kept only with --resume.
    """
    from minerva.cli.run import RunOptions
    from minerva.cli.run import run as run_chat

    run_chat(
        RunOptions(
            model=model,
            prompt=prompt,
            system=system,
            parameters=tuple(set_ or ()),
            overflow=overflow,
            resume=resume,
            temporary=temporary,
            verbose=verbose,
            url=url,
            config=config,
        )
    )


@app.command()
def sessions(
    text: Annotated[str | None, typer.Argument(help="Show where these words were said, or are in a title.")] = None,
    archived: Annotated[bool, typer.Option("--archived", help="List the archived ones.")] = False,
    as_json: AsJson = False,
    url: Url = None,
    config: Config = None,
) -> None:
    """List the conversations that the server keeps, or search them."""
    from minerva.cli.sessions.command import list_sessions

    list_sessions(text, url, config, archived=archived, as_json=as_json)


@app.command("list")
def list_(as_json: AsJson = False, url: Url = None, config: Config = None) -> None:
    """List the models on the server's machine."""
    from minerva.cli.models import list_models

    list_models(url, config, as_json=as_json)


@app.command()
def show(model: Name, as_json: AsJson = False, url: Url = None, config: Config = None) -> None:
    """Show a model: architecture, context, parameters, template, memory needed."""
    from minerva.cli.models import show_model

    show_model(model, url, config, as_json=as_json)


@app.command()
def ps(as_json: AsJson = False, url: Url = None, config: Config = None) -> None:
    """List the models in memory."""
    from minerva.cli.models import list_loaded

    list_loaded(url, config, as_json=as_json)


@app.command()
def stop(model: Name, url: Url = None, config: Config = None) -> None:
    """Unload a model; requests that run are finished first."""
    from minerva.cli.models import stop_model

    stop_model(model, url, config)


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="The new model's name.")],
    file: Annotated[Path, typer.Option("--file", "-f", help="The Modelfile, in Ollama's form.")] = Path("Modelfile"),
    url: Url = None,
    config: Config = None,
) -> None:
    """Make a preset: a model under another name, with a system prompt and parameters."""
    from minerva.cli.library import create_model

    create_model(name, file, url, config)


@app.command()
def cp(
    source: Name,
    destination: Annotated[str, typer.Argument(help="The other name.")],
    url: Url = None,
    config: Config = None,
) -> None:
    """Give a model another name; no file is copied."""
    from minerva.cli.library import copy_model

    copy_model(source, destination, url, config)


@app.command()
def rm(model: Name, url: Url = None, config: Config = None) -> None:
    """Delete a preset, or a model's files if they lie in Minerva's own folder of models."""
    from minerva.cli.library import remove_model

    remove_model(model, url, config)


@app.command()
def bench(
    model: Name,
    models: Folders = None,
    prompt_tokens: Annotated[
        int | None, typer.Option("--prompt", "-p", min=0, help="Tokens to read; 0 skips [512].")
    ] = None,
    answer_tokens: Annotated[
        int | None, typer.Option("--generate", "-n", min=0, help="Tokens to write; 0 skips [128].")
    ] = None,
    repetitions: Annotated[
        int | None, typer.Option("--repetitions", "-r", min=1, help="Runs of each test [5].")
    ] = None,
    context_length: ContextLength = None,
    gpu_layers: GpuLayers = None,
    threads: Threads = None,
    tune: Annotated[
        bool, typer.Option("--tune", help="Find the best threads and batch size instead, and keep them.")
    ] = False,
    forget: Annotated[bool, typer.Option("--forget", help="With --tune: forget what was found.")] = False,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """Measure how fast a model reads (pp512) and writes (tg128), in llama-bench's terms. Needs no server.

    With --tune, find in under a minute which numbers of threads and which batch size it is fastest with on this
    machine; it is loaded with them from then on, but for what the settings decide.
    """
    from minerva.cli.bench.command import bench as run_bench
    from minerva.cli.bench.measure import Plan
    from minerva.cli.bench.tune import check_flags, run_tune
    from minerva.cli.flags import given

    flags = {"--models": models, "--context-length": context_length, "--gpu-layers": gpu_layers, "--threads": threads}
    if tune or forget:
        tests = {"--prompt": prompt_tokens, "--generate": answer_tokens, "--repetitions": repetitions}
        check_flags({**tests, "--threads": threads, "--context-length": context_length}, tune=tune)
        run_tune(model, config, given(flags), forget=forget, as_json=as_json)
        return
    plan = Plan(prompt_tokens, answer_tokens, repetitions or 5)
    run_bench(model, plan, config, given(flags), as_json=as_json)


@app.command()
def doctor(models: Folders = None, as_json: AsJson = False, config: Config = None) -> None:
    """Check the installation: what is found, what is wrong, what to do. Exit code 1 if there is a problem."""
    from minerva.cli.doctor.report import doctor as run_doctor
    from minerva.cli.flags import given

    raise typer.Exit(run_doctor(config, given({"--models": models}), as_json=as_json))


def main() -> None:
    """Run the command that the arguments name, and exit with its code (`codes`)."""
    try:
        app()
    except (CommandFailed, MinervaError) as error:
        sys.stderr.write(f"error: {error.message}\n")
        sys.exit(_exit_code(error))
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        sys.exit(codes.INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output has gone, as `head` does: nothing is left to write, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(codes.PROBLEM)


def _exit_code(error: CommandFailed | MinervaError) -> int:
    if isinstance(error, CommandFailed):
        return error.exit_code
    return codes.USAGE if isinstance(error, (SettingsError, InvalidRequest)) else codes.PROBLEM
