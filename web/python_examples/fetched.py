"""Fetches a file and decodes it: here a portable graymap (PGM)."""

import re

import numpy as np

HEADER = re.compile(rb"P5\s+(\d+)\s+(\d+)\s+(\d+)\s")


async def load_pgm(image_id, options):
    url = image_id.removeprefix("pgm:")
    # with the session's headers and tokens; the page shows how far it is
    data = await session.fetch(url, options)
    header = HEADER.match(data)
    if header is None:
        raise ValueError(f"{url} begins with {data[:8]!r} and is no PGM file")
    columns, rows, largest = map(int, header.groups())
    kind = np.dtype(">u2" if largest > 255 else "u1")
    pixels = np.frombuffer(data, kind, rows * columns, header.end())
    return pixels.reshape(rows, columns).astype(kind.newbyteorder("="))


session.register_image_loader("pgm", load_pgm)
