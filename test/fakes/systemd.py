#!/usr/bin/python3
"""systemd-run and systemctl for machines that run no systemd: what they are asked for really happens.

Called by one of these two names, through a link in the folder that also keeps the units. It knows transient services of Type=exec and
no other property than those below means anything to it; a word that it does not know is an error, as for systemd itself.
"""

import json
import os
import pwd
import shlex
import signal
import sys
import time
import uuid

UNITS = os.path.join(os.path.dirname(os.path.abspath(sys.argv[0])), "units")
CLEAN = (0, -signal.SIGHUP, -signal.SIGINT, -signal.SIGTERM, -signal.SIGPIPE)


def path_of(unit):
    return os.path.join(UNITS, unit.removesuffix(".service") + ".json")


def load(unit):
    try:
        with open(path_of(unit)) as file:
            return json.load(file)
    except FileNotFoundError:
        return None


def save(unit, known):
    with open(path_of(unit) + ".new", "w") as file:
        json.dump(known, file)
    os.replace(path_of(unit) + ".new", path_of(unit))


def members(invocation):
    """Processes of a unit, whatever session they are in: what a control group is for systemd, a variable is here."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/environ", "rb") as file, open(f"/proc/{name}/stat") as stat:
                if f"INVOCATION_ID={invocation}".encode() in file.read().split(b"\0") and ") Z " not in stat.read():
                    found.append(int(name))
        except OSError:
            pass
    return found


def signal_all(invocation, number):
    for pid in members(invocation):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass


def run(arguments):
    options, command = arguments[: arguments.index("--")], arguments[arguments.index("--") + 1 :]
    unit, account, properties = None, {}, {}
    for option in options:
        name, _, value = option.removeprefix("--").partition("=")
        if name == "unit":
            unit = value
        elif name == "property":
            key, _, value = value.partition("=")
            properties.setdefault(key, []).append(value)
        elif name in ("uid", "gid"):
            account[name] = int(value)
        elif name == "working-directory":
            properties["WorkingDirectory"] = [value]
        elif name not in ("quiet", "no-ask-password", "slice"):
            sys.exit(f"systemd-run: unrecognized option '{option}'")
    if load(unit):
        sys.exit(f"Failed to start transient service unit: Unit {unit}.service was already loaded or has a fragment file.")
    known = {"ActiveState": "active", "Transient": "yes", "Invocation": uuid.uuid4().hex, "MainPID": 0, "Result": "success", "ExecMainCode": 0, "ExecMainStatus": 0}
    known["TimeoutStopSec"] = float(properties.get("TimeoutStopSec", ["90"])[-1])
    news, tell = os.pipe()
    if os.fork() == 0:
        os.close(news)
        manage(unit, known, [word.replace("$$", "$") for word in command], account, properties, tell)
        os._exit(0)
    os.close(tell)
    with os.fdopen(news) as failure:
        error = failure.read()
    if error:
        sys.exit(f"Job for {unit}.service failed because the control process exited with error code.\n{error}")


def manage(unit, known, command, account, properties, tell):
    """Stays as long as the unit runs, in the place of process 1."""
    os.setsid()
    main = os.fork()
    if main == 0:
        become(command, known["Invocation"], account, properties, tell)
    save(unit, known | {"MainPID": main})
    os.close(tell)
    null = os.open(os.devnull, os.O_RDWR)
    for fd in range(3):
        os.dup2(null, fd)
    status = os.waitstatus_to_exitcode(os.waitpid(main, 0)[1])
    signal_all(known["Invocation"], signal.SIGKILL)
    result = load(unit)["Result"]
    if status in CLEAN and result == "success":
        os.unlink(path_of(unit))
    else:
        code, number = (1, status) if status >= 0 else (2, -status)
        result = "exit-code" if result == "success" else result
        save(unit, known | {"ActiveState": "failed", "Result": result, "ExecMainCode": code, "ExecMainStatus": number})


def become(command, invocation, account, properties, tell):
    try:
        os.setsid()
        env = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin", "INVOCATION_ID": invocation}
        with open(properties["EnvironmentFile"][-1]) as file:
            env |= dict(word.split("=", 1) for word in shlex.split(file.read()))
        kind, _, path = properties["StandardOutput"][-1].partition(":")
        output = os.open(path, os.O_WRONLY | os.O_CREAT | (os.O_APPEND if kind == "append" else os.O_TRUNC), 0o644)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        if account:
            entry = pwd.getpwuid(account["uid"])
            env = {"USER": entry.pw_name, "LOGNAME": entry.pw_name, "HOME": entry.pw_dir, "SHELL": entry.pw_shell} | env
            os.initgroups(entry.pw_name, account["gid"])
            os.setgid(account["gid"])
            os.setuid(account["uid"])
        os.chdir(properties["WorkingDirectory"][-1])
        for ignored in (signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(ignored, signal.SIG_DFL)
        os.execve(command[0], command, env)
    except Exception as error:
        os.write(tell, repr(error).encode())
        os._exit(200 if isinstance(error, OSError) and error.filename == properties["WorkingDirectory"][-1] else 203)


def show(arguments):
    names, unit = arguments[0].removeprefix("--property=").split(","), arguments[-1]
    known = load(unit) or {"ActiveState": "inactive", "Transient": "no", "MainPID": 0, "Result": "success", "ExecMainCode": 0, "ExecMainStatus": 0}
    for name in names:
        print(f"{name}={known[name]}")


def stop(arguments):
    unit = arguments[-1]
    known = load(unit)
    if not known:
        sys.exit(f"Failed to stop {unit}: Unit {unit} not loaded.")
    signal_all(known["Invocation"], signal.SIGTERM)
    deadline = time.monotonic() + known["TimeoutStopSec"]
    while is_active(unit) or members(known["Invocation"]):
        if time.monotonic() > deadline and is_active(unit):
            save(unit, load(unit) | {"Result": "timeout"})
            signal_all(known["Invocation"], signal.SIGKILL)
            deadline += known["TimeoutStopSec"]
        time.sleep(0.02)


def is_active(unit):
    return (load(unit) or {"ActiveState": "inactive"})["ActiveState"] == "active"


def reset_failed(arguments):
    unit = arguments[-1]
    if not load(unit):
        sys.exit(f"Failed to reset failed state of unit {unit}: Unit {unit} not loaded.")
    os.unlink(path_of(unit))


def main():
    os.makedirs(UNITS, exist_ok=True)
    if os.path.basename(sys.argv[0]) == "systemd-run":
        return run(sys.argv[1:])
    actions = {"show": show, "stop": stop, "reset-failed": reset_failed}
    actions[sys.argv[1]](sys.argv[2:])


main()
