"""The cache: one budget in bytes, the least recently used entry goes first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from .errors import InvalidArgumentError

__all__ = ["DEFAULT_BUDGET", "Cache", "Entry"]

DEFAULT_BUDGET = 1024**3

_V = TypeVar("_V")


@dataclass(frozen=True, eq=False)
class Entry(Generic[_V]):
    """What is kept for a key: the value, its size in bytes, and what to call once when it leaves."""

    value: _V
    size_in_bytes: int
    on_removed: Callable[[], object] | None = None


class Cache(Generic[_V]):
    """Keeps values under keys until their bytes exceed ``maximum_size_in_bytes`` (default 1 GiB).

    Reading an entry makes it the most recently used. Pinned keys (images on display) are never evicted.
    """

    def __init__(self, maximum_size_in_bytes: int = DEFAULT_BUDGET) -> None:
        self._entries: OrderedDict[str, Entry[_V]] = OrderedDict()
        self._pinned: frozenset[str] = frozenset()
        self._maximum = maximum_size_in_bytes
        self._size = 0

    @property
    def size_in_bytes(self) -> int:
        return self._size

    @property
    def maximum_size_in_bytes(self) -> int:
        return self._maximum

    def set_maximum_size_in_bytes(self, maximum: int) -> None:
        """Set the budget; what no longer fits is evicted at once.

        Raises :class:`InvalidArgumentError` unless it is 0 or more.
        """
        if not maximum >= 0:
            raise InvalidArgumentError(f"a cache of {maximum} bytes can not be; give 0 or more")
        self._maximum = maximum
        self._evict_until_free(0)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def keys(self) -> tuple[str, ...]:
        """All keys, the least recently used first."""
        return tuple(self._entries)

    def get(self, key: str) -> _V | None:
        """The value of ``key``, now the most recently used, or None."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        self._entries.move_to_end(key)
        return entry.value

    def peek(self, key: str) -> _V | None:
        """The value of ``key`` without counting as a use, or None."""
        entry = self._entries.get(key)
        return None if entry is None else entry.value

    def put(self, key: str, entry: Entry[_V]) -> bool:
        """Keep ``entry`` under ``key`` in place of what was there; False, and nothing changed, if it can not fit."""
        pinned = sum(e.size_in_bytes for k, e in self._entries.items() if k in self._pinned and k != key)
        if entry.size_in_bytes + pinned > self._maximum:
            return False
        self.remove(key)
        self._evict_until_free(entry.size_in_bytes)
        self._entries[key] = entry
        self._size += entry.size_in_bytes
        return True

    def pin(self, keys: Iterable[str]) -> None:
        """Protect exactly these keys from eviction, in place of those pinned before."""
        self._pinned = frozenset(keys)
        self._evict_until_free(0)

    def remove(self, key: str) -> bool:
        """Let ``key`` go, pinned or not; False where it is not here."""
        entry = self._entries.pop(key, None)
        if entry is None:
            return False
        self._size -= entry.size_in_bytes
        if entry.on_removed is not None:
            entry.on_removed()
        return True

    def purge(self) -> None:
        """Let everything go, pinned or not."""
        for key in self.keys():
            self.remove(key)

    def _evict_until_free(self, needed: int) -> None:
        for key in self.keys():
            if self._size + needed <= self._maximum:
                return
            if key not in self._pinned:
                self.remove(key)
