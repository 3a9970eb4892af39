"""Modules of JupyterHub's world that a configuration imports for the names of their classes, where they are not installed."""

import importlib.machinery
import sys
import types

ROOTS = {
    "batchspawner",
    "dockerspawner",
    "dummyauthenticator",
    "firstuseauthenticator",
    "jhub_remote_user_authenticator",
    "jupyterhub",
    "jupyterhub_idle_culler",
    "jupyterhub_traefik_proxy",
    "jwtauthenticator",
    "kubespawner",
    "ldapauthenticator",
    "ltiauthenticator",
    "nativeauthenticator",
    "oauthenticator",
    "sudospawner",
    "systemdspawner",
    "tmpauthenticator",
    "tornado",
    "traitlets",
    "wrapspawner",
}

# what configurations compare with
VERSION = (5, 5, 1)


class StandInClass(type):
    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return StandIn()


class StandIn(metaclass=StandInClass):
    """Something of a module that is not there: it can be called, looked into and inherited from, and is no data."""

    def __new__(cls, *values, **_named):
        # as a decorator it changes nothing
        if cls.__module__ != __name__ and len(values) == 1 and isinstance(values[0], types.FunctionType):
            return values[0]
        return super().__new__(cls)

    def __init__(self, *_values, **_named):
        pass

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return StandIn()

    def __call__(self, *values, **_named):
        return values[0] if len(values) == 1 and isinstance(values[0], types.FunctionType) else StandIn()


class StandInModule(types.ModuleType):
    __path__ = ()
    __version__ = ".".join(map(str, VERSION))
    version_info = VERSION

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        value = StandInClass(name, (StandIn,), {"__module__": self.__name__})
        setattr(self, name, value)
        return value


class Finder:
    """Asked after all others: what is installed is used."""

    @classmethod
    def find_spec(cls, name, _path=None, _target=None):
        if name.partition(".")[0] not in ROOTS:
            return None
        return importlib.machinery.ModuleSpec(name, cls, is_package=True)

    @staticmethod
    def create_module(spec):
        return StandInModule(spec.name)

    @staticmethod
    def exec_module(module):
        pass


def stand_in():
    sys.meta_path.append(Finder)
