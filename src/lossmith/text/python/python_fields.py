"""Parameters that Python keeps together: ``params["w"]``, ``self.alpha``, ``w, b = params``.

Each is a symbol by its own name. A name that is also spoken of plainly would be two things at once
and is refused.
"""

from __future__ import annotations

import ast

from lossmith.text.python.python_tape import Tape
from lossmith.words import Words


def field_name(node: ast.expr) -> str:
    """Return the name in ``params["w"]`` or ``self.w``, "" if it is neither."""
    match node:
        case ast.Subscript(value=ast.Name(), slice=ast.Constant(value=str(name))):
            return name if name.isidentifier() else ""
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            return name
        case _:
            return ""


def read_field(tape: Tape, node: ast.expr) -> int:
    """Return the symbol of a field.  Raises: ParseError where its name is taken."""
    name, whole = field_name(node), ast.unparse(node)
    if tape.fields.setdefault(name, whole) != whole or name in tape.local or _is_plain(tape, name):
        raise tape.refuse(
            node,
            Words(f"{whole} would be a second {name}", f"{whole} 会成为第二个 {name}"),
            Words("give one of them another name", "请给其中一个换个名称"),
        )
    tape.notes.append(Words(f"{whole} is read as {name}", f"{whole} 读作 {name}"))
    return tape.push("name", name, (), node)


def _is_plain(tape: Tape, name: str) -> bool:
    """Return whether a name was used by itself, and not as a field, before."""
    return any(
        n.kind == "name" and n.name == name and tape.text[n.start : n.stop] == name
        for n in tape.nodes
    )


def unpacked(tape: Tape, target: ast.expr, value: ast.expr) -> bool:
    """Return whether ``w, b = params`` names parts of a parameter, each a symbol by its name."""
    if not isinstance(target, ast.Tuple | ast.List) or not isinstance(value, ast.Name):
        return False
    names = [t.id for t in target.elts if isinstance(t, ast.Name)]
    known = {*tape.local, *(n.name for n in tape.nodes if n.kind == "name")}
    plain = len(names) == len(target.elts) == len(set(names)) and value.id not in known
    if not plain or known & set(names):
        return False
    listed = ", ".join(names)
    # The whole must not be spoken of beside its parts.
    tape.fields[value.id] = listed
    tape.notes.append(
        Words(
            f"{listed} are symbols by their names, the parts of {value.id}",
            f"{listed} 是 {value.id} 的各部分，各按自己的名称作为符号",
        )
    )
    return True


__all__ = ["field_name", "read_field", "unpacked"]
