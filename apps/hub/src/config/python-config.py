"""Evaluates a jupyterhub_config.py and writes what it set as one line of JSON to file descriptor 3.

The configuration object behaves like that of traitlets: sections come into being when they are named, and
`c.Spawner.env_keep.append("X")` on a trait that has no value yet is kept as a change to its default.
"""

import json
import os
import sys

from python_data import ABSENT, Crossing, Places, class_path
from python_modules import stand_in
from python_objects import LazyValue, Root, Section

CLASS_SELECTORS = {("JupyterHub", "authenticator_class"), ("JupyterHub", "spawner_class"), ("JupyterHub", "proxy_class")}

KEYS = {("JupyterHub", "cookie_secret"), ("CryptKeeper", "keys")}


class Loader:
    """Runs the file, and the files it loads, with `c`, `get_config` and `load_subconfig`."""

    def __init__(self):
        self.config = Root()
        self.files = []

    def run(self, filename):
        with open(filename, "rb") as file:
            code = compile(file.read(), filename, "exec")
        self.files.append(filename)
        folder = os.path.dirname(filename)

        def load_subconfig(name, path=None):
            self.run(os.path.abspath(os.path.join(path or folder, os.path.expanduser(name))))

        names = {"c": self.config, "get_config": lambda: self.config, "load_subconfig": load_subconfig, "__file__": filename}
        exec(code, names, names)

    def failure(self, error):
        """Where in the configuration files an exception comes from, and what it says."""
        if isinstance(error, SyntaxError) and error.filename:
            return {"file": error.filename, "line": error.lineno, "message": f"{type(error).__name__}: {error.msg}"}
        places, frame = [], error.__traceback__
        while frame:
            places.append((frame.tb_frame.f_code.co_filename, frame.tb_lineno))
            frame = frame.tb_next
        ours = [place for place in places if place[0] in self.files]
        file, line = ours[-1] if ours else (None, None)
        text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        return {"file": file, "line": line, "message": text}


def entries(loader):
    """Every assignment as a record; `section` is '' for what was set outside of every class."""
    places = Places(loader.files)
    for name, section in loader.config.items():
        if not isinstance(section, Section):
            if not isinstance(section, LazyValue) or section._place:
                yield record("", name, section, loader.config.places.get(name), places)
            continue
        for trait, value in section.items():
            untouched = isinstance(value, LazyValue) and not value._place or isinstance(value, Section) and not value
            if not untouched:
                yield record(name, trait, value, section.places.get(trait), places)


def record(section, trait, value, place, places):
    lazy = isinstance(value, LazyValue)
    file, line = value._place if lazy else place or ("", 0)
    if isinstance(value, type) and (section, trait) in CLASS_SELECTORS:
        value = class_path(value) or value
    crossing = Crossing(places, keys=(section, trait) in KEYS)
    crossed = crossing.plain(value)
    entry = {"section": section, "trait": trait, "file": file, "line": line, "keyLines": places.keys(file, line), "lost": crossing.lost}
    if crossed is not ABSENT:
        entry["edits" if lazy else "value"] = crossed
    return {**entry, **places.computed(file, line)}


def evaluate(filename):
    loader = Loader()
    try:
        loader.run(filename)
    except (Exception, SystemExit) as error:
        return {"failure": loader.failure(error)}
    return {"entries": list(entries(loader))}


def main():
    os.set_inheritable(3, False)
    stand_in()
    # the folder of this script is no place to import from
    del sys.path[0]
    answer = json.dumps(evaluate(sys.argv[1])).encode()
    sys.stdout.flush()
    with os.fdopen(3, "wb") as pipe:
        pipe.write(answer)


main()
