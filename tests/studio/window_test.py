"""One run of the studio in a real window on a virtual X display: it opens, plays by key, and closes cleanly.

window_test.py STUDIO SCENARIO. Exit status 77 (skipped) where Xvfb or xdotool is missing."""

import os
import shutil
import subprocess
import sys
import tempfile
import time


def wait_for(what, seconds=30):
    for _ in range(seconds * 20):
        found = what()
        if found:
            return found
        time.sleep(0.05)
    return None


def main():
    studio, scenario = sys.argv[1:3]
    if not shutil.which("Xvfb") or not shutil.which("xdotool"):
        print("skipped: Xvfb or xdotool is missing (apt-get install xvfb xdotool)")
        return 77
    with tempfile.TemporaryDirectory() as home:
        read, write = os.pipe()
        server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
                                  pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        display = os.read(read, 16).decode().strip()
        if not display:
            print("skipped: Xvfb does not start here")
            return 77
        environment = dict(os.environ, DISPLAY=":" + display, XDG_STATE_HOME=home, LIBGL_ALWAYS_SOFTWARE="1")
        environment.pop("WAYLAND_DISPLAY", None)
        # A software GL keeps its tables until the end of the process; they are not ours.
        suppressions = os.path.join(home, "leaks")
        with open(suppressions, "w", encoding="ascii") as file:
            file.write("leak:libGL\nleak:_dri.so\nleak:libgallium\nleak:libLLVM\nleak:libX11\nleak:libglfw\nleak:libEGL\n"
                       "leak:<unknown module>\n")
        environment["LSAN_OPTIONS"] = "suppressions=" + suppressions + ":print_suppressions=0"
        program = subprocess.Popen([studio, scenario, "--size", "1200x750"], env=environment, stderr=subprocess.PIPE)
        try:
            def window():
                run = subprocess.run(["xdotool", "search", "--name", "^Glasspost$"], env=environment, capture_output=True,
                                     text=True, check=False)
                return run.stdout.split()
            found = wait_for(window)
            if not found:
                print("no window appeared:", program.poll(), program.stderr.read().decode() if program.poll() else "")
                return 1
            def do(*words):
                subprocess.run(["xdotool", *words], env=environment, check=True)
            # Without a window manager a window can have the focus only once it is viewable.
            def focused():
                return subprocess.run(["xdotool", "windowfocus", "--sync", found[0]], env=environment, check=False,
                                      stderr=subprocess.DEVNULL).returncode == 0
            if not wait_for(focused):
                print("the window cannot have the focus")
                return 1
            do("key", "--delay", "100", "space", "space", "Right", "ctrl+Right", "l", "t", "2", "4", "1", "F1", "Escape", "Tab")
            do("mousemove", "300", "250", "click", "1")
            if program.poll() is not None:
                print("it ended by itself:", program.returncode, program.stderr.read().decode())
                return 1
            do("key", "ctrl+q")
            try:
                status = program.wait(30)
            except subprocess.TimeoutExpired:
                print("the window does not close")
                return 1
            errors = program.stderr.read().decode()
            if status != 0 or errors:
                print("status", status, errors)
                return 1
            settings = os.path.join(home, "glasspost", "studio")
            with open(settings, encoding="utf-8") as file:
                remembered = file.read()
            if "language ko" not in remembered:
                print("the language is not remembered:", remembered)
                return 1
            print("opened, played and closed")
            return 0
        finally:
            if program.poll() is None:
                program.kill()
                program.wait()
            server.terminate()
            server.wait()


if __name__ == "__main__":
    sys.exit(main())
