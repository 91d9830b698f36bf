"""Messages between the grader and a worker: JSON with raw tensors beside it, never pickle.

A message is one frame: two lengths (`!IQ`), a UTF-8 JSON header and a safetensors body. Arrays in the header are
references into the body. A student's function may return anything; what JSON and tensors can't represent
arrives as `Opaque`, which says what it was. Nothing in a received frame is ever executed.
"""

from __future__ import annotations

import json
import math
import socket
import struct
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import safetensors.numpy

from autograder.worker import bounded_json

HEADER: Final = struct.Struct("!IQ")
MAX_HEADER_BYTES: Final = 32 * 2**20
MAX_BODY_BYTES: Final = 256 * 2**20  # reading takes three times the memory; our own solutions send 11 MB
MAX_TABLE_BYTES: Final = 2 * 2**20  # a body's table of array names, some 30,000 of them
MAX_VALUES: Final = 500_000  # in a header, keys included
MAX_DEPTH: Final = 24
MAX_LEVELS: Final = 4 * MAX_DEPTH  # in a header: values that JSON lacks are wrapped
MAX_TEXT: Final = 100_000


Deadline = Callable[[], float]  # returns the seconds left; the time is up at 0 or less


class ProtocolError(Exception):
    """The other side sent something that is not a message, or a message over the limits."""


class ConnectionEnded(ProtocolError):
    """The other side closed the connection, or died."""


@dataclass(frozen=True)
class Opaque:
    """Something that can't be sent: its type and the beginning of its `repr`."""

    type: str
    text: str

    def __str__(self) -> str:
        return f"{self.type} ({self.text})" if self.text else self.type


@dataclass(frozen=True)
class Stored:
    """An array that both sides have on disk, such as 'mnist/train-images'; arrives memory-mapped, not copied."""

    name: str


def encode(message: Any) -> bytes:
    """Turn a message into one frame. Raises ProtocolError if it is over the size limits."""
    arrays: dict[str, np.ndarray] = {}
    header = json.dumps(_to_json(message, arrays, 0), allow_nan=False).encode()
    size = len(header) + sum(array.nbytes for array in arrays.values())
    if len(header) > MAX_HEADER_BYTES or size > MAX_BODY_BYTES:
        raise ProtocolError(f"the message is too large to send ({size:,} bytes)")
    body = safetensors.numpy.save(arrays) if arrays else b""
    return HEADER.pack(len(header), len(body)) + header + body


def send(connection: socket.socket, message: Any, deadline: Deadline | None = None) -> None:
    """Send one whole message, by the `deadline` if there is one.

    Raises ConnectionEnded if the other side is gone, TimeoutError after the deadline.
    """
    frame = encode(message)
    if deadline is not None:
        connection.settimeout(_left(deadline))  # `sendall` applies it to the whole frame
    try:
        connection.sendall(frame)
    except (BrokenPipeError, ConnectionResetError) as error:
        raise ConnectionEnded("nobody listens on the other side") from error


def receive(
    connection: socket.socket, stored: Mapping[str, np.ndarray] | None = None, deadline: Deadline | None = None
) -> Any:
    """Receive one whole message, by the `deadline` if there is one; `Stored` names are looked up in `stored`.

    Raises ConnectionEnded at the end of the stream, ProtocolError if it isn't a message, TimeoutError after the deadline.
    """
    header_bytes, body_bytes = HEADER.unpack(_read(connection, HEADER.size, deadline))
    if header_bytes > MAX_HEADER_BYTES or body_bytes > MAX_BODY_BYTES:
        raise ProtocolError(f"a message of {header_bytes + body_bytes:,} bytes was announced; that is over the limit")
    header, body = _read(connection, header_bytes, deadline), _read(connection, body_bytes, deadline)
    return _decode(header, body, stored)


def as_received(message: Any, stored: Mapping[str, np.ndarray] | None = None) -> Any:
    """The message as the other side would get it, for a participant in this same process."""
    return decoded(encode(message), stored)


def decoded(frame: bytes, stored: Mapping[str, np.ndarray] | None = None) -> Any:
    """The message in a frame that `encode` made. Raises ProtocolError for anything else."""
    start = HEADER.size
    if len(frame) < start:
        raise ProtocolError("the message is cut short")
    header_bytes, _ = HEADER.unpack(frame[:start])
    return _decode(frame[start : start + header_bytes], frame[start + header_bytes :], stored)


def size_of(value: Any, *, arrays: bool = True) -> int:
    """Roughly how many bytes a received value takes, with or without its arrays."""
    match value:
        case str():
            return 50 + len(value)
        case np.ndarray():
            return 100 + value.nbytes * arrays
        case list() | tuple():
            return 60 + sum(8 + size_of(entry, arrays=arrays) for entry in value)
        case dict():
            return 200 + sum(size_of(key) + size_of(entry, arrays=arrays) for key, entry in value.items())
    return 32


def _decode(header: bytes | bytearray, body: bytes | bytearray, stored: Mapping[str, np.ndarray] | None) -> Any:
    try:
        node = bounded_json.loads(header, values=MAX_VALUES, depth=MAX_LEVELS)
        return _from_json(node, _arrays(body), {} if stored is None else stored)
    except Exception as error:  # untrusted bytes may make a decoder raise anything
        raise ProtocolError(f"the message cannot be read: {error or type(error).__name__}"[:300]) from error


def _arrays(body: bytes | bytearray) -> dict[str, np.ndarray]:
    if not body:
        return {}
    if int.from_bytes(body[:8], "little") > MAX_TABLE_BYTES:  # safetensors' own length of its table
        raise ValueError("it has too many arrays")
    return safetensors.numpy.load(bytes(body))


def _read(connection: socket.socket, size: int, deadline: Deadline | None) -> bytearray:
    data = bytearray(size)
    view = memoryview(data)
    position = 0
    while position < size:
        if deadline is not None:  # a socket's own timeout restarts with each byte
            connection.settimeout(_left(deadline))
        try:
            count = connection.recv_into(view[position:])
        except TimeoutError:  # the deadline may have moved meanwhile
            continue
        except ConnectionResetError:
            count = 0
        if count == 0:
            raise ConnectionEnded("the connection ended in the middle of a message" if position else "closed")
        position += count
    return data


def until(moment: float) -> Deadline:
    """A deadline that does not move: a `moment` in monotonic seconds."""
    return lambda: moment - time.monotonic()


def _left(deadline: Deadline) -> float:
    left = deadline()
    if left <= 0:
        raise TimeoutError("the time for this message is over")
    return left


def _to_json(value: Any, arrays: dict[str, np.ndarray], depth: int) -> Any:
    if depth > MAX_DEPTH:
        return _opaque(value)
    match value:
        case None | bool():
            return value
        case str():
            return str(value[:MAX_TEXT])
        case int():
            return int(value) if abs(value) < 2**63 else _opaque(value)
        case float():
            return float(value) if math.isfinite(value) else {"$float": str(float(value))}
        case Stored(name):
            return {"$stored": name}
        case Opaque(type_name, text):
            return {"$opaque": [type_name, text]}
        case np.ndarray() | np.generic():
            return _array_to_json(np.asarray(value), arrays)
        case tuple():
            return {"$tuple": [_to_json(entry, arrays, depth + 1) for entry in value]}
        case list():
            return [_to_json(entry, arrays, depth + 1) for entry in value]
        case Mapping():
            pairs = [[_to_json(k, arrays, depth + 1), _to_json(v, arrays, depth + 1)] for k, v in value.items()]
            plain = all(isinstance(key, str) and not key.startswith("$") for key, _ in pairs)
            return dict(pairs) if plain else {"$pairs": pairs}
    as_array = _tensor_to_array(value)
    return _opaque(value) if as_array is None else _array_to_json(as_array, arrays)


def _array_to_json(array: np.ndarray, arrays: dict[str, np.ndarray]) -> Any:
    if array.dtype.kind not in "biuf" or array.dtype.itemsize > 8:
        return _opaque(array)
    name = f"a{len(arrays)}"
    arrays[name] = np.ascontiguousarray(array).reshape(array.shape)
    return {"$array": name}


def _tensor_to_array(value: Any) -> np.ndarray | None:
    """A torch tensor as an array, without importing torch; None for anything else."""
    if not (hasattr(value, "detach") and hasattr(value, "cpu")):
        return None
    try:
        tensor = value.detach().cpu().resolve_conj().resolve_neg()
        if tensor.is_sparse or tensor.is_quantized:
            tensor = tensor.to_dense() if tensor.is_sparse else tensor.dequantize()
        half = str(tensor.dtype) in ("torch.bfloat16", "torch.float16")
        array: np.ndarray = tensor.float().numpy() if half else tensor.numpy()
        return array
    except Exception:  # a student's own class may only look like a tensor
        return None


def _opaque(value: Any) -> Any:
    try:
        text = repr(value)
    except Exception as error:  # a student's __repr__ may do anything
        text = f"its repr raises {type(error).__name__}"
    return {"$opaque": [type(value).__name__[:200], text[:200]]}


def _from_json(node: Any, arrays: dict[str, np.ndarray], stored: Mapping[str, np.ndarray]) -> Any:
    """The value that a header's node represents. Each array can be used once: thousands of references to one take no memory here,
    but exhaust it when they are stacked into one array.
    """
    match node:
        case str():
            return _text(node)
        case list():
            return [_from_json(entry, arrays, stored) for entry in node]
        case int() if abs(node) >= 2**64:
            raise ValueError("a whole number has more than 64 bits")
        case dict():
            pass
        case _:
            return node
    if len(node) == 1:
        (tag, content), *_ = node.items()
        match tag:
            case "$float":
                return float(content)
            case "$array":
                return arrays.pop(content)
            case "$stored":
                return stored[content]
            case "$opaque":
                return Opaque(_text(str(content[0])), _text(str(content[1])))
            case "$tuple":
                return tuple(_from_json(entry, arrays, stored) for entry in content)
            case "$pairs":
                return {_hashable(_from_json(k, arrays, stored)): _from_json(v, arrays, stored) for k, v in content}
    return {_text(key): _from_json(entry, arrays, stored) for key, entry in node.items()}


def _text(text: str) -> str:
    """Without lone surrogates, which student code may print but UTF-8 can't encode."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _hashable(key: Any) -> Any:
    return key if isinstance(key, str | int | float | bool | Opaque | None) else str(key)
