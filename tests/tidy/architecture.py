"""Who may include whom: the table of ARCHITECTURE.md as data, and the check of every #include line against it."""

import re

# folder -> folders that it may include (itself is always allowed). "engine/observe" may be included by all.
_MESSAGE = ["engine/base"]
_PROTOCOL = ["engine/base", "engine/message", "engine/crypto", "engine/protocol/line"]
_ALL_PROTOCOLS = [
    "engine/protocol/line", "engine/protocol/smtp", "engine/protocol/pop3", "engine/protocol/imap",
    "engine/protocol/dns", "engine/protocol/sasl",
]
_BELOW_STORE = ["engine/base", "engine/message", "engine/runtime", "engine/crypto", *_ALL_PROTOCOLS, "engine/auth",
                "engine/tls", "engine/store/api"]
_TRACE_SIDE = ["engine/base", "engine/message", "engine/trace", *_ALL_PROTOCOLS]
_SCENARIO = [*_BELOW_STORE, "engine/store", "engine/session", "engine/agent", "engine/sim", "engine/net", "engine/trace",
             "engine/tap", "engine/dissect", "engine/scenario/data", "engine/export"]

ALLOWED = {
    "engine/base": [],
    "engine/observe": ["engine/base"],
    "engine/message": _MESSAGE,
    "engine/runtime": ["engine/base"],
    "engine/crypto": ["engine/base"],
    "engine/protocol/line": _PROTOCOL,
    "engine/protocol/smtp": [*_PROTOCOL, "engine/protocol/sasl"],
    "engine/protocol/pop3": [*_PROTOCOL, "engine/protocol/sasl"],
    "engine/protocol/imap": [*_PROTOCOL, "engine/protocol/sasl"],
    "engine/protocol/sasl": _PROTOCOL,
    "engine/protocol/dns": [*_PROTOCOL, "engine/runtime"],
    "engine/auth": ["engine/base", "engine/message", "engine/crypto", "engine/runtime", "engine/protocol/dns"],
    "engine/tls": ["engine/base", "engine/runtime", "engine/crypto"],
    "engine/store/api": ["engine/base", "engine/message", "engine/runtime"],
    "engine/store": ["engine/base", "engine/message", "engine/runtime", "engine/store/api"],
    "engine/session": _BELOW_STORE,
    "engine/agent": [*_BELOW_STORE, "engine/session"],
    "engine/sim": ["engine/base", "engine/runtime"],
    "engine/net": ["engine/base", "engine/runtime"],
    "engine/trace": ["engine/base"],
    "engine/tap": ["engine/base", "engine/message", "engine/runtime", "engine/protocol/dns", "engine/store/api",
                   "engine/tls", "engine/trace"],
    "engine/dissect": _TRACE_SIDE,
    "engine/scenario/data": ["engine/base", "engine/message"],
    "engine/scenario": _SCENARIO,
    "engine/export": ["engine/base", "engine/message", "engine/trace", "engine/dissect"],
    "engine/cli": [*_SCENARIO, "engine/scenario"],
    "gui/model": ["engine/base", "engine/message", "engine/trace", "engine/dissect", "engine/scenario/data"],
    "gui/panel": ["engine/base", "engine/message", "engine/trace", "engine/dissect", "engine/scenario/data", "gui/model"],
    "gui/app": [*_SCENARIO, "engine/scenario", "gui/model", "gui/panel"],
}

# Third parties: header prefix -> folders that own it. Elsewhere it may not be included at all.
THIRD_PARTIES = {
    "fmt/": None,  # may stand anywhere
    "tl/": ["engine/base"],
    "openssl/": ["engine/crypto", "engine/tls"],
    "sqlite3": ["engine/store", "engine/sim", "engine/trace"],
    "boost/": ["engine/net"],
    "yaml-cpp/": ["engine/scenario"],
    "CLI/": ["engine/cli", "gui/app"],
    "nlohmann/": ["engine/cli"],
    "iconv": ["engine/message"],
    "idn2": ["engine/message"],
    "libpsl": ["engine/auth"],
    "zlib": ["engine/auth"],
    "imgui": ["gui/panel", "gui/app"],
    "EGL/": ["gui/app"],
    "GL/": ["gui/app"],
    "png": ["gui/app"],
    "GLFW/": ["gui/app"],
    "md4c": ["gui/app"],
}
# Third parties that may stand in a public header (the rest: .cpp only, or a header that no other folder includes).
HEADER_PARTIES = {"fmt/", "tl/"}

# Headers that hold a third party's types for the .cpp files of these folders alone.
INNER_HEADERS = {
    "engine/crypto/openssl.h": ["engine/crypto", "engine/tls"],
    "engine/tls/context.h": ["engine/tls"],
    "engine/tls/session.h": ["engine/tls"],
    "engine/net/asio.h": ["engine/net"],
    "engine/sim/disk_file.h": ["engine/sim"],
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def folder_of(path):
    """The architecture's folder of a file or included header: the longest known prefix, or None."""
    directory = path.rsplit("/", 1)[0] if "/" in path else ""
    while directory:
        if directory in ALLOWED:
            return directory
        directory = directory.rsplit("/", 1)[0] if "/" in directory else ""
    return None


def check(path, lines):
    """Yields (line number, complaint) for each include of one file under engine/ or gui/."""
    here = folder_of(path)
    if here is None:
        yield 1, "this folder is not in the architecture's table (tests/tidy/architecture.py)"
        return
    for number, line in enumerate(lines, 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        kind, header = match.groups()
        if kind == '"':
            there = folder_of(header)
            if there is None:
                yield number, f'"{header}" is not rooted at a folder of the architecture'
            elif there != here and there != "engine/observe" and there not in ALLOWED[here]:
                yield number, f"{here} may not include {there}"
            elif header in INNER_HEADERS and here not in INNER_HEADERS[header]:
                yield number, f'"{header}" is for {", ".join(INNER_HEADERS[header])} alone'
            continue
        for prefix, owners in THIRD_PARTIES.items():
            if not header.startswith(prefix):
                continue
            if owners is not None and here not in owners:
                if not (prefix == "tl/" and here == "engine/base"):
                    yield number, f"<{header}> belongs to {', '.join(owners)}"
            elif path.endswith(".h") and prefix not in HEADER_PARTIES and path not in INNER_HEADERS:
                yield number, f"<{header}> stands in a header: keep third parties in .cpp files"
