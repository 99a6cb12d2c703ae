"""What only one operating system has is named in one package."""

from __future__ import annotations

import ast

from architecture.sources import imports, modules, nodes

HOME = "system/"
MODULES = {
    *("fcntl", "msvcrt", "ctypes", "pwd", "grp", "termios", "tty", "pty", "resource", "posix", "winreg", "_winapi"),
    *("syslog", "readline", "select", "selectors", "posixpath", "ntpath", "curses", "mmap"),
}
# Attributes of `os`, `signal`, `sys`, `socket`; names that a library of our own could not have by chance.
NAMES = {
    *("geteuid", "getuid", "getegid", "getgid", "fchmod", "fchown", "chown", "lchown", "pread", "pwrite", "preadv"),
    *("pwritev", "memfd_create", "mkfifo", "mknod", "fork", "forkpty", "openpty", "killpg", "setsid", "getpgid"),
    *("sendfile", "statvfs", "uname", "ttyname", "startfile", "execve", "execv", "execvp", "fdatasync", "lockf"),
    *("SIGHUP", "SIGPIPE", "SIGKILL", "SIGQUIT", "SIGUSR1", "SIGCHLD", "SIGBREAK", "CTRL_C_EVENT"),
    *("getwindowsversion", "set_blocking", "WEXITSTATUS", "waitpid", "nice", "getpwuid"),
}
# With the module before them: other things are called so too.
DOTTED = {
    *("os.name", "os.kill", "os.rename", "os.replace", "os.unlink", "os.remove", "os.link", "os.open", "os.uname"),
    *("os.O_", "sys.platform", "sys.getwindowsversion", "platform.system"),
}
WORDS = {"dir_fd", "src_dir_fd", "dst_dir_fd", "pass_fds", "preexec_fn", "start_new_session", "startupinfo"}
TEXTS = ("/proc", "/dev/", "/bin/", "/tmp")  # noqa: S108 - names that are looked for
# An argument of git's, which knows this name on every system, and the first line of a hook, which git reads.
ALLOWED_TEXTS = ("-O/dev/null", "#!/bin/sh")


def strange(path: str, tree: ast.Module) -> list[str]:
    """What a module names that an operating system decides."""
    found = []
    documents = {id(node.value) for node in nodes(tree) if isinstance(node, ast.Expr)}
    for node in nodes(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Attribute):
            dotted = ast.unparse(node)
            is_named = dotted in DOTTED or dotted.startswith("os.O_") or node.attr in NAMES
            if is_named:
                found.append(f"{path}:{line} names {dotted}")
        elif isinstance(node, ast.keyword) and node.arg in WORDS:
            found.append(f"{path}:{node.value.lineno} passes {node.arg}")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents:
            text = node.value
            is_path = text.startswith(TEXTS) and not text.startswith(ALLOWED_TEXTS)
            found += [f"{path}:{line} names {text!r}"] if text == "sh" or is_path or text in NAMES else []
    return found


def test_no_other_module_names_what_an_operating_system_decides() -> None:
    found = [row for path, tree in modules().items() if not path.startswith(HOME) for row in strange(path, tree)]
    assert found == [], "put a small function with a form for each system into src/plaintickets/system"


def test_no_other_module_imports_what_one_system_has() -> None:
    found = [str(one) for one in imports() if one.name.split(".")[0] in MODULES and not one.path.startswith(HOME)]
    assert found == []


def test_the_search_finds_what_it_is_for() -> None:
    tree = ast.parse(
        "import os\nos.open(a, os.O_NOFOLLOW)\nos.geteuid()\nrun(['sh', '-c'])\nopen('/proc/1')\n"
        "os.stat(a, dir_fd=3)\ngetattr(signal, 'SIGHUP')\nos.rename(a, b)\n"
    )
    assert len(strange("x.py", tree)) == 8


def test_the_package_holds_the_forms_for_windows() -> None:
    homes = [path for path in modules() if path.startswith(HOME)]
    assert sum("WINDOWS" in ast.unparse(modules()[path]) for path in homes) >= 5
