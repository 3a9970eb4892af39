"""The configuration object `c`: sections, and changes to traits that have no value yet, as traitlets has them."""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def caller():
    """File and line of the nearest frame outside of these scripts."""
    frame = sys._getframe(1)
    while frame and os.path.dirname(os.path.abspath(frame.f_code.co_filename)) == HERE:
        frame = frame.f_back
    return (frame.f_code.co_filename, frame.f_lineno) if frame else ("", 0)


class LazyValue:
    """Changes to the default of a trait that was not assigned."""

    def __init__(self):
        self._inserts, self._prepend, self._extend, self._update = [], [], [], None
        self._place = None

    def _touch(self):
        self._place = caller()

    def append(self, value):
        self.extend([value])

    def extend(self, values):
        self._touch()
        self._extend.extend(values)

    def prepend(self, values):
        self._touch()
        self._prepend[:0] = values

    def insert(self, index, value):
        self._touch()
        self._inserts.append((index, value))

    def add(self, value):
        self.update({value})

    def update(self, values=(), **named):
        self._touch()
        if isinstance(values, (set, frozenset, list, tuple)) and not named and not _is_pairs(values):
            self._update = [*(self._update or []), *(sorted_set(values) if isinstance(values, (set, frozenset)) else values)]
        else:
            self._update = {**(self._update or {}), **dict(values), **named}

    def setdefault(self, key, value=None):
        if not isinstance(self._update, dict) or key not in self._update:
            self.update({key: value})
        return self._update[key]

    def __setitem__(self, key, value):
        self.update({key: value})

    def __setattr__(self, name, value):
        # `c.jupyterhub.port = 1`: kept, so that the misspelt class is reported instead of lost
        if name.startswith("_"):
            object.__setattr__(self, name, value)
        else:
            self.update({name: value})

    def __getitem__(self, key):
        return (self._update or {})[key]

    def __contains__(self, value):
        return value in self._extend or value in self._prepend or value in (self._update or ())

    def __iadd__(self, values):
        self.extend(values)
        return self

    def __ior__(self, values):
        self.update(values)
        return self

    def get_value(self, initial):
        return initial


class MisspeltSection(LazyValue):
    """What `c.spawner` gives: no class begins with a small letter, and what is done to it is kept until it can be told."""

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        self.update({name: LazyValue()})
        return self._update[name]


def sorted_set(values):
    return sorted(values, key=lambda value: (type(value).__name__, str(value)))


def _is_pairs(values):
    return isinstance(values, (list, tuple)) and bool(values) and all(isinstance(value, tuple) and len(value) == 2 for value in values)


def _is_section(name):
    return isinstance(name, str) and name[:1].isalpha() and name[0].upper() == name[0]


class Section(dict):
    """One class of the configuration, or the whole of it."""

    lazy = LazyValue

    def __init__(self, *values, **named):
        super().__init__()
        object.__setattr__(self, "places", {})
        self.update(*values, **named)

    def __missing__(self, key):
        if isinstance(key, str) and key.startswith("__"):
            raise KeyError(key)
        value = Section() if _is_section(key) else self.lazy()
        super().__setitem__(key, value)
        return value

    def __setitem__(self, key, value):
        if _is_section(key) and isinstance(value, dict) and not isinstance(value, Section):
            value = Section(value)
        if not isinstance(value, LazyValue):
            self.places[key] = caller()
        super().__setitem__(key, value)

    def __getattr__(self, key):
        if key.startswith("__"):
            raise AttributeError(key)
        return self[key]

    def __setattr__(self, key, value):
        self[key] = value

    def __delattr__(self, key):
        del self[key]

    def update(self, *values, **named):
        for key, value in dict(*values, **named).items():
            self[key] = value

    def setdefault(self, key, value=None):
        if key not in self:
            self[key] = value
        return self[key]

    def merge(self, other):
        for key, value in other.items():
            if isinstance(value, dict) and isinstance(self.get(key), Section):
                self[key].merge(value)
            else:
                self[key] = value

    def has_key(self, key):
        return key in self


class Root(Section):
    """The whole of the configuration."""

    lazy = MisspeltSection
