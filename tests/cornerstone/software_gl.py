"""What Chromium is started with to draw WebGL without a GPU."""

from __future__ import annotations

__all__ = ["SOFTWARE_GL"]

SOFTWARE_GL = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
)
