#!/usr/bin/env python3
"""House rules that a compiler does not know. Usage: tidy.py [CHECK...]; without arguments, all of them.

Each complaint is one line `file:line: what`, and the exit code is 1 if there was any. Notes (long functions) are
printed and do not fail.
"""

import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import architecture  # noqa: E402
import rfc_index  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
CODE_SUFFIXES = (".h", ".cpp")
MAX_FILE_LINES = 600
MAX_FUNCTION_LINES = 60


def tracked(*patterns):
    out = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns], cwd=ROOT,
                         check=True, capture_output=True, text=True).stdout
    return [name for name in out.splitlines() if (ROOT / name).is_file()]


def code_files(*folders):
    return [name for name in tracked(*folders) if name.endswith(CODE_SUFFIXES)]


def read(name):
    return (ROOT / name).read_text(encoding="utf-8", errors="strict")


def strip_comments_and_strings(text):
    """The same text with comments and literals blanked, line for line."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match.group(0)) if not match.group(0).startswith('"') else '""' + " " * (
            len(match.group(0)) - 2)
    pattern = r'R"([A-Za-z_]*)\((?:.|\n)*?\)\1"|//[^\n]*|/\*(?:.|\n)*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\''
    return re.sub(pattern, blank, text)


def check_includes():
    for name in code_files("engine", "gui"):
        for line, complaint in architecture.check(name, read(name).splitlines()):
            yield name, line, complaint


def check_pragma_once():
    for name in code_files("engine", "gui", "tests"):
        if name.endswith(".h") and "#pragma once" not in read(name):
            yield name, 1, "a header begins with #pragma once"


# co_await stands as a whole statement, as the whole initializer or assigned value, or right after co_return.
CO_AWAIT_FORMS = [
    re.compile(r"^\s*co_await\b"),
    re.compile(r"^\s*co_return\s+co_await\b"),
    re.compile(r"^\s*[A-Za-z_][\w:<>,&*.\s\[\]()>-]*=\s*co_await\b"),
]
CO_AWAIT_FORBIDDEN = [(re.compile(r"\[[^\]]*[&=\w][^\]]*\]\s*(\(|\{)"), "a lambda that captures"),
                      (re.compile(r"\?[^:]*:"), "?:"), (re.compile(r"&&"), "&&"), (re.compile(r"\|\|"), "||")]


def check_coroutines():
    for name in code_files("engine", "gui", "tests"):
        code = strip_comments_and_strings(read(name))
        lines = code.splitlines()
        for number, line in enumerate(lines, 1):
            if not re.search(r"\bco_await\b", line):
                continue
            # A statement that clang-format has broken before co_await: judge it with the line before.
            statement = line
            before = lines[number - 2].rstrip() if number > 1 else ""
            if re.match(r"^\s*co_await\b", line) and before and not before.endswith((";", "{", "}", ":", ")")):
                statement = before + " " + line.strip()
            # ...and with the lines after, up to the end of the statement.
            tail = number
            while ";" not in statement and tail < len(lines):
                statement += " " + lines[tail].strip()
                tail += 1
            if not any(form.match(statement) for form in CO_AWAIT_FORMS):
                yield name, number, "co_await stands inside a larger expression"
            if len(re.findall(r"\bco_await\b", statement)) > 1:
                yield name, number, "two co_awaits in one statement"
            for pattern, what in CO_AWAIT_FORBIDDEN:
                if pattern.search(statement):
                    yield name, number, f"{what} in a statement with co_await"
            if re.search(r"co_await[^;]*[\w)]\s*\{", statement) or re.search(r"co_await[^;]*[(,]\s*\{", statement):
                yield name, number, "a braced list in a statement with co_await"


def check_file_size():
    for name in code_files("engine", "gui"):
        lines = read(name).count("\n")
        if lines > MAX_FILE_LINES:
            yield name, MAX_FILE_LINES, f"{lines} lines: a file has up to about {MAX_FILE_LINES}"


def long_functions():
    opening = re.compile(r"^(?!namespace|struct|class|enum|union|extern|using|template|#)[A-Za-z_~].*\)[^;=]*\{\s*$")
    for name in code_files("engine", "gui"):
        lines = strip_comments_and_strings(read(name)).splitlines()
        start = None
        for number, line in enumerate(lines, 1):
            if start is None and opening.match(line):
                start = number
            elif start is not None and line.startswith("}"):
                if number - start > MAX_FUNCTION_LINES:
                    yield name, start, f"a function of {number - start} lines"
                start = None


VAGUE = re.compile(r"(^|_)(manager|helper|helpers|util|utils|handler|handlers|misc|common)(_|\.|$)")


def check_names():
    for name in code_files("engine", "gui"):
        base = name.rsplit("/", 1)[1]
        if not re.fullmatch(r"[a-z0-9_]+\.(h|cpp)", base):
            yield name, 1, "file names are snake_case"
        if VAGUE.search(base):
            yield name, 1, "a name of the field instead of manager, helper, util, handler, misc"
    for name in code_files("engine", "gui"):
        for number, line in enumerate(strip_comments_and_strings(read(name)).splitlines(), 1):
            match = re.match(r"^\s*(?:class|struct)\s+(?:\[\[nodiscard\]\]\s+)?(\w+)", line)
            if match and re.search(r"(Manager|Helper|Util|Handler)s?$", match.group(1)):
                yield name, number, f"{match.group(1)}: a word of the field instead"


UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK|not implemented|unimplemented)\b")
WAITS = re.compile(r"sleep_for|sleep_until\s*\(|\busleep\s*\(|\bsleep\s*\(|EXPECT_TRUE\(true\)|DISABLED_")
TIMED = re.compile(r"(EXPECT|ASSERT)_(LT|LE|GT|GE)\s*\(.*(elapsed|steady_clock|wall)")


def check_unfinished():
    for name in code_files("engine", "gui", "tests"):
        for number, line in enumerate(read(name).splitlines(), 1):
            if UNFINISHED.search(line):
                yield name, number, "unfinished work"


def check_tests():
    for name in code_files("tests"):
        for number, line in enumerate(strip_comments_and_strings(read(name)).splitlines(), 1):
            if WAITS.search(line):
                yield name, number, "a test that sleeps, is disabled or cannot fail"
            if TIMED.search(line):
                yield name, number, "a timed assertion: speed belongs to benchmarks"


GLOBAL_STATE = re.compile(r"\b(std::chrono::system_clock|std::chrono::steady_clock|std::random_device|std::rand|"
                          r"gettimeofday|clock_gettime|unordered_map|unordered_set)\b|[^_\w]time\((nullptr|NULL|0)\)")
# Real time and real entropy come in only through net; cli measures and shows progress.
MAY_TOUCH_THE_WORLD = ("engine/net/", "engine/cli/", "gui/app/", "tests/", "engine/crypto/")


def check_determinism():
    for name in code_files("engine", "gui/model"):
        if name.startswith(MAY_TOUCH_THE_WORLD):
            continue
        raw = read(name).splitlines()
        for number, line in enumerate(strip_comments_and_strings(read(name)).splitlines(), 1):
            match = GLOBAL_STATE.search(line)
            if not match or line.lstrip().startswith("#"):
                continue
            # An unordered container that is only looked up, never walked, says so on its line.
            if "unordered" in match.group(0) and "never iterated" in raw[number - 1]:
                continue
            yield name, number, f"{match.group(0).strip()}: time, entropy and order come from outside, in one order"


KEY_USE = re.compile(r'"((?:spf|dkim|dmarc|arc|dns|route|retry|access|filter|queue|mail|auth|quota|smtp|tls|sasl|event|label|'
                     r'wire|cli|scenario|studio|ladder|pop3|imap)\.[a-z0-9][a-z0-9-]*)"')
KEY_DEFINITION = re.compile(r'\{\s*"([a-z0-9]+\.[a-z0-9-]+)"\s*,')


def check_catalogue():
    defined = set()
    for name in code_files("engine/observe"):
        if "/words_" in name:
            defined.update(KEY_DEFINITION.findall(read(name)))
    for name in code_files("engine", "gui"):
        if "/words_" in name:
            continue
        for number, line in enumerate(read(name).splitlines(), 1):
            # Keys are given where a MessageKey is made; other strings of this shape (query fields) say so by context.
            if "MessageKey" not in line and "words" not in line and "key" not in line.lower():
                continue
            for key in KEY_USE.findall(line):
                if key not in defined:
                    yield name, number, f'"{key}" is not in the catalogue'


def check_rfc_index():
    wanted = rfc_index.render(ROOT, code_files("engine", "gui"))
    path = ROOT / "docs" / "rfc-index.md"
    if not path.exists() or path.read_text(encoding="utf-8") != wanted:
        yield "docs/rfc-index.md", 1, "out of date: run tests/tidy/rfc_index.py"


def check_format():
    binary = shutil.which("clang-format") or shutil.which("clang-format-14")
    if binary is None:
        yield ".clang-format", 1, "clang-format is not installed"
        return
    files = code_files("engine", "gui", "tests")
    for start in range(0, len(files), 50):
        run = subprocess.run([binary, "--dry-run", "-Werror", *files[start:start + 50]], cwd=ROOT, capture_output=True,
                             text=True)
        for line in run.stderr.splitlines():
            match = re.match(r"^(.*?):(\d+):\d+: error:", line)
            if match:
                yield match.group(1), int(match.group(2)), "clang-format would change this"


CHECKS = {
    "includes": check_includes, "pragma-once": check_pragma_once, "coroutines": check_coroutines,
    "file-size": check_file_size, "names": check_names, "unfinished": check_unfinished, "tests": check_tests,
    "determinism": check_determinism, "catalogue": check_catalogue, "rfc-index": check_rfc_index,
    "format": check_format,
}


def main(arguments):
    unknown = [name for name in arguments if name not in CHECKS]
    if unknown:
        print(f"unknown check: {', '.join(unknown)}; there are: {', '.join(CHECKS)}", file=sys.stderr)
        return 2
    failed = 0
    for name in arguments or CHECKS:
        for path, line, complaint in CHECKS[name]():
            print(f"{path}:{line}: {complaint} [{name}]")
            failed += 1
    if not arguments:
        for path, line, note in long_functions():
            print(f"note: {path}:{line}: {note}")
    print(f"tidy: {failed} complaints")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
