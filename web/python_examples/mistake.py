"""Fails on purpose: its line is marked, and the traceback says why. Mend it and run it again."""

import numpy as np


async def load_mistake(image_id, options):
    size = int(image_id.removeprefix("mistake:"))
    stripes = np.arange(size) % 4
    print("stripes has the shape", stripes.shape)
    # np.tile(stripes, (size, 1)) would do: an image has rows and columns
    return stripes.reshape(size, size)


session.register_image_loader("mistake", load_mistake)
