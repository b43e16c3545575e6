"""A seal on a drawing: what it was made from, so that a stale or changed one is recognised.

Engines lay out alike but not equally; the text that they were given is the same everywhere. So a
drawing carries the hash of that text, and one of itself.
"""

import re
import zlib
from hashlib import sha256

_TEXT = b"ros1tree made from %b, holds %b"
_READ = re.compile(rb"ros1tree made from ([0-9a-f]{16}), holds ([0-9a-f]{16})")
_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"
_COMMENT = b"<!-- ", b" -->\n"
_FRAMES = {"svg": _COMMENT, "html": _COMMENT, "pdf": (b"% ", b"\n")}


def sealed(format: str, data: bytes, source: str) -> bytes:  # noqa: A002
    """Return an svg, pdf or png drawing, or a page with one, with its seal."""
    text = _TEXT % (_hash(source.encode()), _hash(data))
    if format == "png":
        return data.removesuffix(_END) + _chunk(text) + _END
    before, after = _FRAMES[format]
    return data + before + text + after


def _chunk(text: bytes) -> bytes:
    """Return a text as the part of a PNG that holds one."""
    part = b"tEXtros1tree\0" + text
    size, check = len(part) - 4, zlib.crc32(part)
    return size.to_bytes(4, "big") + part + check.to_bytes(4, "big")


def holds(format: str, data: bytes, source: str) -> bool:  # noqa: A002
    """Tell whether a drawing was made from a source, and was not changed since."""
    if format in ("svg", "html"):
        data = data.replace(b"\r\n", b"\n")  # as some checkouts write it
    found: list[tuple[bytes, bytes]] = _READ.findall(data)
    if not found or found[-1][0] != _hash(source.encode()):
        return False
    text = _TEXT % found[-1]
    if format == "png":
        bare = data[: -len(_END) - len(_chunk(text))] + _END
    else:
        before, after = _FRAMES[format]
        bare = data.removesuffix(before + text + after)
    return sealed(format, bare, source) == data


def _hash(data: bytes) -> bytes:
    return sha256(data).hexdigest()[:16].encode()
