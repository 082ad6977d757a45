"""Programs that run beside the harness, all on loopback addresses, all stopped at its end."""

import contextlib
import os
import pathlib
import socket
import subprocess
import sys
import time

ECHO_ADDRESSES = {name: f"127.78.0.{place + 1}" for place, name in enumerate("abcde")}
SERVICE_AT = {address: name for name, address in ECHO_ADDRESSES.items()}
ROOT = pathlib.Path(__file__).resolve().parent.parent
INSTALLED = ROOT / ".differential"


def free_port(address="127.0.0.1"):
    with socket.socket() as one:
        one.bind((address, 0))
        return one.getsockname()[1]


def wait_for(address, port, process, seconds=60):
    """Until something listens there, or the process that should has ended."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args[0]} ended with status {process.returncode}")
        with contextlib.suppress(OSError), socket.create_connection((address, port), 1):
            return
        time.sleep(0.02)
    raise RuntimeError(f"{process.args[0]} does not listen on {address}:{port}")


def require_free(ports, address="127.0.0.1"):
    """Refuses to go on where something else listens already: it would answer in place of the proxy."""
    for port in ports:
        with socket.socket() as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                one.bind((address, port))
            except OSError as error:
                raise SystemExit(f"{address}:{port} is taken: {error}") from error


@contextlib.contextmanager
def running(arguments, log=None, **options):
    """A process, stopped when the block ends."""
    output = open(log, "wb") if log else subprocess.DEVNULL
    process = subprocess.Popen(arguments, stdout=output, stderr=subprocess.STDOUT, **options)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if log:
            output.close()


@contextlib.contextmanager
def backends():
    """The echo backends; gives the port that each listens on, at an address of its own."""
    port = free_port(next(iter(ECHO_ADDRESSES.values())))
    script = pathlib.Path(__file__).with_name("echo.py")
    with running([sys.executable, str(script), str(port), *ECHO_ADDRESSES.values()]) as process:
        for address in ECHO_ADDRESSES.values():
            wait_for(address, port, process)
        yield port


def installed(name):
    """A program that `make differential` installed."""
    path = INSTALLED / "venv" / "bin" / name
    if not os.access(path, os.X_OK):
        raise SystemExit(f"{path} is missing: run `make differential`, which installs it")
    return str(path)
