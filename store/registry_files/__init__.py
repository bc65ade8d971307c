"""The registry's files: read and check them, compare them with the database, load them."""

from store.registry_files.comparing import difference
from store.registry_files.folder import read_folder
from store.registry_files.loading import load
from store.registry_files.placed import Placed, RegistryFiles

__all__ = ["Placed", "RegistryFiles", "difference", "load", "read_folder"]
