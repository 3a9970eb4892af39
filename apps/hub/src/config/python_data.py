"""What JSON can say of the values of a configuration, and on which lines their keys stand."""

import ast
import math
import types
from collections import abc, deque
from pathlib import PurePath

from python_objects import LazyValue, sorted_set


class NotData(Exception):
    """A value that is code, or otherwise no data."""

    def __init__(self, path, kind):
        super().__init__(kind)
        self.path = path
        self.kind = kind


KINDS = [
    (types.ModuleType, "a module"),
    (type, "a class"),
    ((types.FunctionType, types.BuiltinFunctionType, types.MethodType), "a function"),
]


def kind_of(value):
    for types_, kind in KINDS:
        if isinstance(value, types_):
            name = getattr(value, "__qualname__", getattr(value, "__name__", ""))
            return "a lambda" if name.endswith("<lambda>") else f"{kind} ({name})"
    if callable(value):
        return f"a callable object ({type(value).__name__})"
    return f"an object of the class {type(value).__name__}"


def plain(value, path=(), around=()):
    """What JSON can say of `value`; raises NotData for everything else."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        if math.isfinite(value):
            return float(value)
        raise NotData(path, f"the number {value}")
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, PurePath):
        return str(value)
    if id(value) in around:
        raise NotData(path, "a value that contains itself")
    return plain_container(value, path, (*around, id(value)))


def plain_container(value, path, around):
    if isinstance(value, LazyValue):
        return edits_of(value)
    if isinstance(value, abc.Mapping):
        return {plain_key(key, path): plain(part, (*path, str(key)), around) for key, part in value.items()}
    if isinstance(value, (set, frozenset)):
        value = sorted_set(value)
    if isinstance(value, (list, tuple, deque, range, abc.KeysView, abc.ValuesView)):
        return [plain(part, (*path, index), around) for index, part in enumerate(value)]
    raise NotData(path, kind_of(value))


def plain_key(key, path):
    if isinstance(key, (str, int, float)):
        return str(key)
    raise NotData(path, f"a mapping whose keys are not text ({key!r})")


def edits_of(lazy):
    """What was asked for of a trait that has no value yet."""
    named = {"inserts": lazy._inserts, "prepend": lazy._prepend, "extend": lazy._extend, "update": lazy._update}
    return {name: plain(value) for name, value in named.items() if value}


class KeyLines:
    """Lines of the keys in the literals that a file assigns, so that messages can name the line inside of a long list."""

    def __init__(self):
        self._files = {}

    def of(self, filename, line):
        if filename not in self._files:
            self._files[filename] = self._assignments(filename)
        node = self._files[filename].get(line)
        return {} if node is None else dict(self._walk(node, ()))

    def _assignments(self, filename):
        try:
            with open(filename, "rb") as file:
                tree = ast.parse(file.read())
        except (OSError, SyntaxError, ValueError):
            return {}
        return {node.lineno: node.value for node in ast.walk(tree) if isinstance(node, ast.Assign)}

    def _walk(self, node, path):
        if path:
            yield "\0".join(path), node.lineno
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values):
                if isinstance(key, ast.Constant):
                    inside = (*path, str(key.value))
                    yield from self._walk(value, inside)
                    yield "\0".join(inside), key.lineno
        elif isinstance(node, (ast.List, ast.Tuple)) and not any(isinstance(item, ast.Starred) for item in node.elts):
            for index, item in enumerate(node.elts):
                yield from self._walk(item, (*path, str(index)))
