"""What Minerva takes beside the model: `python -m benchmarks.footprint MODEL.gguf`.

Times `minerva serve` from the command to the first answer of `/ready`, and the starter model from a request that finds
it unloaded to its first token. Reads the resident memory of the server with no model, and of a worker beyond what
libllama itself allocated: weights, KV cache and compute buffers. The model needs a window of 1,024 tokens or more.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import httpx
import psutil

RUNS = 5
NAME = "measured"
_MIB = 1024 * 1024


def main() -> None:
    """Measure and print four lines."""
    model = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        ready_s, resident, first_s = zip(*(_serve_starter(Path(folder)) for _ in range(RUNS)), strict=True)
        (Path(folder) / f"{NAME}.gguf").symlink_to(model)
        overhead = _worker_overhead(Path(folder))
    lines = [
        f"from the command to ready: {median(ready_s):.2f} s (median of {RUNS})",
        f"server without a model: {median(resident) / _MIB:.0f} MiB resident",
        f"starter model, from a request to its first token: {median(first_s):.2f} s, loading included",
        f"worker beyond libllama's own: {overhead / _MIB:.0f} MiB resident",
    ]
    sys.stdout.write("\n".join(lines) + "\n")


def _start(folder: Path) -> tuple[subprocess.Popen[bytes], httpx.Client, float]:
    """Return a running server, a client of it, and the seconds from the command to ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "minerva", "serve", "--port", str(port), "--models", str(folder)]
    started = time.perf_counter()
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: S603 - our own program
    while process.poll() is None:
        try:
            httpx.get(f"http://127.0.0.1:{port}/ready", timeout=1).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.005)
        else:
            return (
                process,
                httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=600),
                time.perf_counter() - started,
            )
    raise SystemExit("the server ended before it was ready")


def _serve_starter(folder: Path) -> tuple[float, int, float]:
    """Return the seconds to ready, the bytes that nothing but the server takes, and the starter model's seconds."""
    process, client, ready_s = _start(folder)
    with client:
        client.get("/v1/models")
        resident = psutil.Process(process.pid).memory_info().rss
        body = {"messages": [{"role": "user", "content": "Hello!"}], "max_tokens": 1}
        started = time.perf_counter()
        client.post("/v1/chat/completions", json=body).raise_for_status()
        first_s = time.perf_counter() - started
    process.terminate()
    process.wait()
    return ready_s, resident, first_s


def _worker_overhead(folder: Path) -> int:
    process, client, _ = _start(folder)
    with client:
        # A whole batch first: compute buffers that were never touched are not resident, and would hide what is.
        message = {"role": "user", "content": "Hello there. " * 250}
        body = {"model": NAME, "messages": [message], "max_tokens": 8}
        client.post("/v1/chat/completions", json=body).raise_for_status()
        (loaded,) = client.get("/api/minerva/v1/ps").json()["models"]
    maps = psutil.Process(loaded["pid"]).memory_maps()
    resident = sum(part.rss for part in maps if not part.path.endswith(".gguf"))
    process.terminate()
    process.wait()
    memory = loaded["memory"]
    return int(resident - memory["weights_bytes"] - memory["kv_bytes"] - memory["compute_bytes"])


if __name__ == "__main__":
    main()
