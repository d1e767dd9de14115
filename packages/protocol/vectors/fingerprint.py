"""A second implementation of Veltrix fingerprints, for tests: no line of it comes from the first.

Reads {"value": ..., "secrets": {...}, "hot": [...]} documents, one a line; prints {"root", "restart", "leaves"} of each.
Numbers follow ECMAScript's Number::toString, which is what RFC 8785 asks for.
"""
import hashlib
import json
import struct
import sys


def number(value):
    if isinstance(value, bool):
        raise TypeError("a truth value is no number")
    if isinstance(value, int):
        value = float(value) if abs(value) >= 2**53 else value
        if isinstance(value, int):
            return str(value)
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    digits, exponent = decimal_of(abs(value))
    n = exponent
    k = len(digits)
    if k <= n <= 21:
        return sign + digits + "0" * (n - k)
    if 0 < n <= 21:
        return sign + digits[:n] + "." + digits[n:]
    if -6 < n <= 0:
        return sign + "0." + "0" * -n + digits
    mantissa = digits[0] + ("." + digits[1:] if k > 1 else "")
    return f"{sign}{mantissa}e{'+' if n > 0 else '-'}{abs(n - 1)}"


def decimal_of(value):
    """Shortest digits and the place of the decimal point: value = 0.digits * 10**point."""
    mantissa, _, exponent = repr(value).partition("e")
    whole, _, fraction = mantissa.partition(".")
    whole = whole.lstrip("0")
    zeros = len(fraction) - len(fraction.lstrip("0")) if whole == "" else 0
    digits = (whole + fraction).lstrip("0").rstrip("0")
    return digits or "0", len(whole) - zeros + int(exponent or 0)


def text(value):
    out = ['"']
    short = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
    for character in value:
        if character in short:
            out.append(short[character])
        elif ord(character) < 0x20:
            out.append(f"\\u{ord(character):04x}")
        else:
            out.append(character)
    return "".join(out) + '"'


def canonical(value):
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return text(value)
    if isinstance(value, (int, float)):
        return number(value)
    if isinstance(value, list):
        return "[" + ",".join(canonical(item) for item in value) + "]"
    keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
    return "{" + ",".join(text(key) + ":" + canonical(value[key]) for key in keys) + "}"


def leaves(value, pointer=""):
    if isinstance(value, dict) and value:
        for key, member in value.items():
            yield from leaves(member, pointer + "/" + key.replace("~", "~0").replace("/", "~1"))
    else:
        yield pointer, value


def fingerprint(document):
    secrets = document.get("secrets", {})
    found = [(p, v) for p, v in leaves(document["value"]) if not any(s.startswith(p + "/") for s in secrets)]
    found += [(pointer, "secret:" + reference) for pointer, reference in secrets.items()]
    found.sort(key=lambda leaf: leaf[0].encode("utf-8"))
    digests = {}
    for pointer, value in found:
        p, v = pointer.encode("utf-8"), canonical(value).encode("utf-8")
        digests[pointer] = hashlib.sha256(struct.pack(">I", len(p)) + p + struct.pack(">I", len(v)) + v).digest()
    hot = document.get("hot", [])
    cold = [d for p, d in digests.items() if not any(p == h or p.startswith(h + "/") for h in hot)]
    root = lambda parts: "v1:sha256:" + hashlib.sha256(b"veltrix-config-v1\0" + b"".join(parts)).hexdigest()
    return {
        "root": root(digests.values()),
        "restart": root(cold),
        "leaves": {pointer: "v1:sha256:" + digest.hex() for pointer, digest in digests.items()},
    }


if __name__ == "__main__":
    sys.stdin.reconfigure(encoding="utf-8")
    for line in sys.stdin:
        print(json.dumps(fingerprint(json.loads(line))))
