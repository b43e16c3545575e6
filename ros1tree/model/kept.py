"""What is computed from an object once and kept as long as the object lives."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from weakref import ref

T = TypeVar("T")


def kept(function: Callable[[Any], T]) -> Callable[[Any], T]:
    """Let a function of one object remember its answers, by the very object and not its content.

    A copy or an unpickled twin has its own; nothing is kept once the object is gone. So an answer
    must not hold the object itself, or both would stay for ever.
    """
    found: dict[int, tuple[ref[Any], T]] = {}

    @wraps(function)
    def remembering(thing: Any) -> T:
        name = id(thing)
        entry = found.get(name)
        if entry is not None and entry[0]() is thing:
            return entry[1]
        answer = function(thing)
        found[name] = (ref(thing, lambda _: found.pop(name, None)), answer)
        return answer

    return remembering
