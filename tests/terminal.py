"""A command on a pseudo-terminal, driven as somebody at the keyboard drives it."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

# The terminal becomes the one that control keys of the process come from.
_START = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]")


class Terminal:
    """The keyboard and the screen of one running command."""

    def __init__(
        self,
        *args: str | Path,
        columns: int = 80,
        cwd: Path | None = None,
        output: Path | None = None,
    ) -> None:
        keyboard, screen = pty.openpty()
        fcntl.ioctl(screen, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        env = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")}
        command = [sys.executable, "-m", "ros1tree", *map(str, args)]
        stdout = screen if output is None else os.open(output, os.O_WRONLY | os.O_CREAT)
        self.process = subprocess.Popen(
            [sys.executable, "-c", _START, *command],
            stdin=screen, stdout=stdout, stderr=screen, start_new_session=True, cwd=cwd,
            env=env | {"TERM": "xterm-256color", "INPUTRC": os.devnull},
        )  # fmt: skip
        if output is not None:
            os.close(stdout)
        os.close(screen)
        self.fd = keyboard
        self.raw = ""

    def close(self) -> None:
        """End the command where it did not end itself."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(30)
            os.close(self.fd)

    def until(self, prompt: str, seconds: float = 30) -> str:
        """What is on the screen since the last time, up to a prompt that waits."""
        end = time.monotonic() + seconds
        while not self._plain().endswith(prompt):
            if not self._more(end - time.monotonic()):
                raise AssertionError(f"no {prompt!r} came after:\n{self._plain()}")
        return self._taken()

    def type(self, line: str, prompt: str = "> ") -> str:
        """Type a line; what is shown after it, up to the next prompt."""
        return self.keys(f"{line}\r", prompt).removeprefix(line + "\n")

    def keys(self, keys: str, prompt: str = "> ") -> str:
        os.write(self.fd, keys.encode())
        return self.until(prompt)

    def interrupt(self) -> tuple[int, str]:
        """Press Ctrl-C; again where it came just before the command began to listen."""
        for _ in range(15):
            os.write(self.fd, b"\x03")
            while self._more(2):
                pass
            if self.process.poll() is not None:
                break
        return self.end("")

    def end(self, keys: str) -> tuple[int, str]:
        """Press the last keys; the exit status, and what is shown until then."""
        os.write(self.fd, keys.encode())
        while self._more(30):
            pass
        status = self.process.wait(30)
        os.close(self.fd)
        return status, self._taken()

    def _more(self, seconds: float) -> bool:
        if not select.select([self.fd], [], [], max(seconds, 0))[0]:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError:  # nobody is at the other end any more
            return False
        self.raw += data.decode(errors="replace")
        return bool(data)

    def _plain(self) -> str:
        return _CODES.sub("", self.raw).replace("\r", "")

    def _taken(self) -> str:
        told, self.raw = self._plain(), ""
        assert "Traceback" not in told
        return told
