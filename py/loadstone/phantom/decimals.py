"""Numbers as DICOM writes them: decimal strings (DS) of at most 16 characters (PS3.5 6.2)."""

from __future__ import annotations

__all__ = ["as_written", "decimal_string"]


def decimal_string(value: float) -> str:
    """``value`` with as many digits as 16 characters hold."""
    for digits in range(17, 0, -1):
        text = f"{value:.{digits}g}"
        shortest = repr(float(text)).removesuffix(".0")
        found = min((text, shortest), key=len)
        if len(found) <= 16:
            return found
    raise AssertionError("one digit, its sign and its exponent always fit")


def as_written(value: float) -> float:
    """``value`` as a reader of the file has it, so that a phantom and its file say the same."""
    # zero has no sign
    return float(decimal_string(value)) + 0.0
