"""Changes to ONNX models, without the package onnx: what a model computes inside becomes an output, or is changed on its way.

ONNX files are Protocol Buffers, in which fields may come in any order, and lists in parts: what is added to the end of a file (a
ModelProto) is added to its graph (field 7). Within a file, only names are replaced, by others of the same length, so that all the
lengths around them stay true. Names belong to exactly one file, so whoever changes a model knows it by its hash.
"""

import struct
from collections.abc import Sequence

type AttributeValue = int | Sequence[int] | Sequence[float]

FLOAT = 1
"""ONNX's number for 32-bit floats."""


def exposed_output(name: str) -> bytes:
    """Return what makes the tensor `name` an output of the model."""
    return _in_graph(12, _field(1, name.encode()))


def added_input(name: str, rank: int) -> bytes:
    """Return what gives the model an input `name` of 32-bit floats, of shape (any,), or (1, any) with the `rank` 2."""
    shape = _field(1, _number(1, 1)) * (rank - 1) + _field(1, b"")
    kind = _field(1, _number(1, FLOAT) + _field(2, shape))
    return _in_graph(11, _field(1, name.encode()) + _field(2, kind))


def added_node(kind: str, inputs: Sequence[str], output: str, **attributes: AttributeValue) -> bytes:
    """Return what adds a node of a `kind` of ONNX's operators; onnxruntime puts the nodes in order by itself."""
    names = b"".join(_field(1, name.encode()) for name in inputs) + _field(2, output.encode())
    given = b"".join(_field(5, _attribute(name, value)) for name, value in attributes.items())
    return _in_graph(1, names + _field(4, kind.encode()) + given)


def renamed_result(model: bytes, name: str, new: str) -> bytes:
    """Return the model with the only node that makes the tensor `name` making `new` instead (as long a name).

    All nodes that use `name` are left without it, until another node makes it.
    """
    old, other = _field(2, name.encode()), _field(2, new.encode())
    if len(old) != len(other) or model.count(old) != 1:
        raise ValueError(f"{model.count(old)} nodes of the model make {name}, which would be called {new}")
    return model.replace(old, other)


def _attribute(name: str, value: AttributeValue) -> bytes:
    named = _field(1, name.encode())
    if isinstance(value, int):
        return named + _number(3, value) + _number(20, 2)
    if all(isinstance(each, int) for each in value):
        return named + b"".join(_number(8, int(each)) for each in value) + _number(20, 7)
    return named + b"".join(_varint(7 << 3 | 5) + struct.pack("<f", each) for each in value) + _number(20, 6)


def _in_graph(number: int, content: bytes) -> bytes:
    return _field(7, _field(number, content))


def _field(number: int, content: bytes) -> bytes:
    """Return a field that holds bytes."""
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _number(number: int, value: int) -> bytes:
    """Return a field that holds a whole number."""
    return _varint(number << 3) + _varint(value)


def _varint(value: int) -> bytes:
    """Return a whole number as Protocol Buffers write it: 7 bits in a byte, the lowest first; one below 0 as of 64 bits."""
    written = bytearray()
    value %= 1 << 64
    while value > 127:
        written.append(value & 127 | 128)
        value >>= 7
    return bytes([*written, value])
