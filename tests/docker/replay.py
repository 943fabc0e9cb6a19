"""Runs a Dockerfile's steps in a folder, where no container engine is to be had. By hand, as root:

    .venv/bin/python -m tests.docker.replay docker/verifier.Dockerfile FOLDER [--serve SECONDS] [--mount HOST:INSIDE]…

FOLDER is made by debootstrap when it is not there. Each RUN happens in a mount namespace of its own, so nothing stays
mounted. With --serve the image's command is started as the image's user on a read-only root, and its health check is
asked until it answers or the seconds are over. This shows that the steps work, not that an engine accepts the syntax.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.docker.dockerfile import ROOT, Instruction, environment, read

# Run by sh with the root folder as $1 and the command after it.
INSIDE = """
root=$1; shift
mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
for name in null zero full random urandom; do
    touch "$root/dev/$name"; mount --bind "/dev/$name" "$root/dev/$name"
done
for pair in $MOUNTS; do
    mkdir -p "$root${pair#*:}"; mount --bind "${pair%%:*}" "$root${pair#*:}"
done
if [ -n "$READ_ONLY" ]; then
    mount -t tmpfs tmpfs "$root/tmp"
    mkdir -p "$root/dev/shm" && mount -t tmpfs tmpfs "$root/dev/shm"
    mount -o remount,bind,ro "$root"
fi
exec chroot $USERSPEC "$root" env -i "$@"
"""


class Folder:
    """A root folder in which an image's steps are carried out."""

    def __init__(self, root: Path, mounts: list[str]) -> None:
        self.root = root
        self.mounts = " ".join(mounts)

    def bootstrap(self) -> None:
        if not (self.root / "etc").is_dir():
            self.say("debootstrap --variant=minbase bookworm")
            subprocess.run(
                ["debootstrap", "--variant=minbase", "bookworm", str(self.root)],
                check=True,
                stdout=sys.stderr,
            )
        shutil.copy("/etc/resolv.conf", self.root / "etc" / "resolv.conf")

    def say(self, text: str) -> None:
        sys.stdout.write(f"==> {text}\n")
        sys.stdout.flush()

    def start(
        self, command: list[str], env: dict[str, str], *, user: str = "", read_only: bool = False
    ) -> subprocess.Popen[bytes]:
        variables = [f"{key}={value}" for key, value in env.items()]
        outside = os.environ | {
            "MOUNTS": self.mounts,
            "READ_ONLY": "yes" if read_only else "",
            "USERSPEC": f"--userspec={user}:{user}" if user else "",
        }
        unshare = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-euc", INSIDE, "replay"]
        arguments = [*unshare, str(self.root), *variables, *command]
        return subprocess.Popen(arguments, env=outside, start_new_session=True)

    def run(self, text: str, env: dict[str, str]) -> None:
        self.say(f"RUN {text}")
        code = self.start(["sh", "-c", text], env).wait()
        if code:
            raise SystemExit(f"the step failed with {code}")

    def copy(self, words: list[str]) -> None:
        self.say(f"COPY {' '.join(words)}")
        *sources, target = words
        place = self.root / target.lstrip("/")
        for source in sources:
            origin = ROOT / source
            if origin.is_dir():
                shutil.copytree(
                    origin, place, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__")
                )
            elif target.endswith("/"):
                place.mkdir(parents=True, exist_ok=True)
                shutil.copy(origin, place)
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(origin, place)


def replay(steps: list[Instruction], folder: Folder) -> None:
    """Carry out FROM, COPY and RUN; the other instructions only describe the image."""
    for number, step in enumerate(steps):
        match step.word:
            case "FROM":
                folder.bootstrap()
            case "COPY":
                folder.copy(step.words())
            case "RUN":
                folder.run(step.text, environment(steps[:number]))
            case _:
                folder.say(f"{step.word} {step.text}")


def only(steps: list[Instruction], word: str) -> Instruction:
    (found,) = [step for step in steps if step.word == word]
    return found


def serve(steps: list[Instruction], folder: Folder, seconds: int) -> None:
    """Start the image's command as its user on a read-only root, until its health check answers."""
    env = environment(steps)
    user = only(steps, "USER").text
    check = Instruction("CMD", only(steps, "HEALTHCHECK").text.partition("CMD ")[2]).words()
    service = folder.start(only(steps, "CMD").words(), env, user=user, read_only=True)
    try:
        for _ in range(seconds):
            time.sleep(1)
            if service.poll() is not None:
                raise SystemExit(f"the service ended with {service.returncode}")
            if folder.start(check, env, user=user, read_only=True).wait() == 0:
                folder.say("HEALTHCHECK answers")
                return
        raise SystemExit(f"no answer in {seconds} s")
    finally:
        # The group, because a change of user undoes --kill-child.
        os.killpg(service.pid, signal.SIGKILL)
        service.wait()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("dockerfile", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--serve", type=int, default=0, metavar="SECONDS")
    parser.add_argument("--mount", action="append", default=[], metavar="HOST:INSIDE")
    given = parser.parse_args()
    steps = read(given.dockerfile)
    folder = Folder(given.folder.resolve(), given.mount)
    replay(steps, folder)
    if given.serve:
        serve(steps, folder, given.serve)


if __name__ == "__main__":
    main()
