#!/usr/bin/env python3
"""Each house rule catches an example of its fault and lets the right form pass."""

import pathlib
import sys
import unittest
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import architecture  # noqa: E402
import tidy  # noqa: E402


def complaints(check, name, text):
    with mock.patch.object(tidy, "code_files", lambda *folders: [name]), \
            mock.patch.object(tidy, "read", lambda path: text):
        return [complaint for _, _, complaint in check()]


class Architecture(unittest.TestCase):
    def check(self, path, line):
        return [what for _, what in architecture.check(path, [line])]

    def test_protocol_code_never_sees_the_simulator(self):
        self.assertTrue(self.check("engine/session/smtp_server.cpp", '#include "engine/sim/world.h"'))
        self.assertTrue(self.check("engine/protocol/smtp/command.cpp", '#include "engine/trace/event.h"'))
        self.assertTrue(self.check("gui/panel/stage.cpp", '#include "engine/sim/world.h"'))

    def test_allowed_arrows_pass(self):
        self.assertFalse(self.check("engine/agent/mta.cpp", '#include "engine/session/smtp_client.h"'))
        self.assertFalse(self.check("engine/auth/spf.cpp", '#include "engine/observe/explanation.h"'))

    def test_third_parties_stay_with_their_owner(self):
        self.assertTrue(self.check("engine/agent/mta.cpp", "#include <sqlite3.h>"))
        self.assertTrue(self.check("engine/net/stream.h", "#include <boost/asio.hpp>"))
        self.assertFalse(self.check("engine/net/stream.cpp", "#include <boost/asio.hpp>"))

    def test_unknown_folders_are_refused(self):
        self.assertTrue(self.check("engine/utils/x.h", "int x;"))


class Coroutines(unittest.TestCase):
    def check(self, text):
        return complaints(tidy.check_coroutines, "engine/x/y.cpp", text)

    def test_right_forms(self):
        for text in ("  co_await write(x);\n", "  const auto line = co_await read_line();\n",
                     "  co_return co_await next();\n", "  result =\n      co_await stream.read(buffer);\n",
                     "  if (ready) {\n    co_await write(x);\n  }\n"):
            self.assertEqual(self.check(text), [], text)

    def test_wrong_forms(self):
        for text in ("  if (co_await ready()) {\n", "  f(co_await a());\n", "  auto x = a + co_await b();\n",
                     "  auto x = co_await f(a ? b : c);\n", "  auto x = co_await f([&](int i) { return i; });\n",
                     "  co_await write({a, b});\n", "  co_await f(a && b);\n"):
            self.assertTrue(self.check(text), text)


class Others(unittest.TestCase):
    def test_sleeps(self):
        self.assertTrue(complaints(tidy.check_tests, "tests/x.cpp", "std::this_thread::sleep_for(1s);\n"))

    def test_clocks(self):
        self.assertTrue(complaints(tidy.check_determinism, "engine/agent/x.cpp", "auto t = time(nullptr);\n"))
        self.assertTrue(complaints(tidy.check_determinism, "engine/agent/x.cpp", "std::unordered_map<int, int> m;\n"))

    def test_names(self):
        self.assertTrue(complaints(tidy.check_names, "engine/agent/mail_utils.h", ""))
        self.assertTrue(complaints(tidy.check_names, "engine/agent/x.h", "class QueueManager {};\n"))

    def test_unfinished(self):
        self.assertTrue(complaints(tidy.check_unfinished, "engine/x.cpp", "// TO" "DO: later\n"))


if __name__ == "__main__":
    unittest.main()
