"""A stack with spacing, unit, window and metadata: slices through a ball."""

import numpy as np

from loadstone import Image, Window
from loadstone.metadata import ImagePlaneModule

ROWS, COLUMNS, SLICES = 160, 240, 7
ROW_SPACING, COLUMN_SPACING, SLICE_DISTANCE = 1.5, 1.0, 30.0
RADIUS = 100.0  # mm


async def load_ball(image_id, options):
    number = int(image_id.removeprefix("ball:"))
    # mm from the centre
    x = (np.arange(COLUMNS) - (COLUMNS - 1) / 2) * COLUMN_SPACING
    y = (np.arange(ROWS) - (ROWS - 1) / 2) * ROW_SPACING
    z = (number - (SLICES + 1) / 2) * SLICE_DISTANCE
    inside = x[None, :] ** 2 + y[:, None] ** 2 + z**2 < RADIUS**2
    plane = ImagePlaneModule(
        image_position_patient=(x[0], y[0], z),
        image_orientation_patient=(1, 0, 0, 0, 1, 0),
        pixel_spacing=(ROW_SPACING, COLUMN_SPACING),
    )
    return Image(
        image_id,
        np.where(inside, 1060, 24).astype(np.int16),
        rescale_intercept=-1024,
        unit="HU",
        windows=(Window(0, 2000, "ball"),),
        row_spacing=ROW_SPACING,
        column_spacing=COLUMN_SPACING,
        metadata={"imagePlaneModule": lambda: plane},
    )


session.register_image_loader("ball", load_ball)
