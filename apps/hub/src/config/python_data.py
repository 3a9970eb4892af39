"""What JSON can say of the values of a configuration, and on which lines their keys stand."""

import ast
import math
import types
from collections import abc, deque
from pathlib import PurePath

from python_objects import LazyValue, sorted_set


class Absent:
    """Stands for a value that cannot cross, until whatever holds it leaves it out."""


ABSENT = Absent()

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


class Crossing:
    """What JSON can say of a value, and what of it cannot cross; bytes are text, but of keys they are written in hex."""

    def __init__(self, places, keys=False):
        self.lost = []
        self.places = places
        self.keys = keys

    def plain(self, value, path=(), around=()):
        if value is None or isinstance(value, (bool, str)):
            return value
        if isinstance(value, int):
            return int(value)
        if isinstance(value, float):
            return float(value) if math.isfinite(value) else self._lose(path, f"the number {value}")
        if isinstance(value, bytes):
            return self._bytes(value, path)
        if isinstance(value, PurePath):
            return str(value)
        if id(value) in around:
            return self._lose(path, "a value that contains itself")
        return self._container(value, path, (*around, id(value)))

    def _bytes(self, value, path):
        if self.keys:
            return value.hex()
        try:
            return value.decode("ascii")
        except UnicodeDecodeError:
            return self._lose(path, "bytes that are no text")

    def _container(self, value, path, around):
        if isinstance(value, LazyValue):
            return self.edits(value)
        if isinstance(value, abc.Mapping):
            return self._mapping(value, path, around)
        if isinstance(value, (set, frozenset)):
            value = sorted_set(value)
        if isinstance(value, (list, tuple, deque, range, abc.KeysView, abc.ValuesView)):
            return present(self.plain(part, (*path, index), around) for index, part in enumerate(value))
        return self._lose(path, kind_of(value), value)

    def _mapping(self, value, path, around):
        parts = {}
        for key, part in value.items():
            if isinstance(key, (str, int, float)):
                parts[str(key)] = self.plain(part, (*path, str(key)), around)
            else:
                self._lose(path, f"a mapping whose keys are not text ({key!r})")
        return {key: part for key, part in parts.items() if part is not ABSENT}

    def edits(self, lazy):
        """What was asked for of a trait that has no value yet."""
        named = {"inserts": lazy._inserts, "prepend": lazy._prepend, "extend": lazy._extend, "update": lazy._update}
        return {name: self._edit(value, name) for name, value in named.items() if value}

    def _edit(self, value, name):
        # an index without its value says nothing
        return [pair for pair in self.plain(value) if len(pair) == 2] if name == "inserts" else self.plain(value)

    def _lose(self, path, kind, value=None):
        self.lost.append({"path": list(path), "kind": kind, **self.places.definition(value)})
        return ABSENT


def present(parts):
    return [part for part in parts if part is not ABSENT]


def class_path(value):
    """How a class is named that the configuration imports; None for one that it makes itself."""
    own = value.__module__ in ("builtins", "__main__")
    return None if own else f"{value.__module__}.{value.__qualname__}"


READS = {"environ", "getenv", "get_env"}


class Places:
    """What stands where in the files of a configuration: keys, definitions, and what is read from the environment."""

    def __init__(self, files):
        self._files = files
        self._trees = {}

    def keys(self, filename, line):
        """Lines of the keys in the literal that is assigned there, so that messages can name the line inside of a long list."""
        node = self._statement(filename, line)
        return dict(self._walk(node.value, ())) if isinstance(node, ast.Assign) else {}

    def computed(self, filename, line):
        """Whether what stands there is worked out when the file runs, and from which variables of the environment."""
        node = getattr(self._statement(filename, line), "value", None)
        if node is None:
            return {}
        # of `c.Spawner.args.append(x)` only the argument is a value
        given = node.args if isinstance(node, ast.Call) and isinstance(self._statement(filename, line), ast.Expr) else [node]
        inside = [part for value in given for part in ast.walk(value)]
        names = sorted({name for part in inside for name in self._variables(part)})
        plain = (ast.Constant, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.Load, ast.UnaryOp, ast.USub)
        return {"computed": not all(isinstance(part, plain) for part in inside), "variables": names}

    def definition(self, value):
        """Where a function or class of the configuration is defined."""
        code = getattr(getattr(value, "__func__", value), "__code__", None)
        if code is not None:
            return {"file": code.co_filename, "line": code.co_firstlineno} if code.co_filename in self._files else {}
        if not isinstance(value, type):
            return {}
        found = [(file, node.lineno) for file in self._files for node in ast.walk(self._tree(file)) if isinstance(node, ast.ClassDef) and node.name == value.__name__]
        place = {"file": found[0][0], "line": found[0][1]} if found else {}
        return {**place, "bases": [base.__name__ for base in value.__mro__[1:] if base is not object]}

    def _tree(self, filename):
        if filename not in self._trees:
            try:
                with open(filename, "rb") as file:
                    self._trees[filename] = ast.parse(file.read())
            except (OSError, SyntaxError, ValueError):
                self._trees[filename] = ast.Module([], [])
        return self._trees[filename]

    def _statement(self, filename, line):
        found = [node for node in ast.walk(self._tree(filename)) if isinstance(node, (ast.Assign, ast.AugAssign, ast.Expr)) and node.lineno == line]
        return found[0] if found else None

    def _variables(self, node):
        source = node.value if isinstance(node, ast.Subscript) else node.func if isinstance(node, ast.Call) else None
        if source is None or not any(name in READS for name in self._names(source)):
            return
        given = node.slice if isinstance(node, ast.Subscript) else node.args[0] if node.args else None
        if isinstance(given, ast.Constant) and isinstance(given.value, str):
            yield given.value

    def _names(self, node):
        for part in ast.walk(node):
            if isinstance(part, ast.Attribute):
                yield part.attr
            elif isinstance(part, ast.Name):
                yield part.id

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
