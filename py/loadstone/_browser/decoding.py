"""Decoding outside the engine: frames go to decoder workers, samples come back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
from pyodide.ffi import JsException, to_js

from ..dicom.codecs import Decoded
from ..errors import DecodeError
from ..registry import LoadOptions
from ..scheduling import RequestType
from .plain import plain
from .promises import PromiseRejectedError

if TYPE_CHECKING:
    from ..dicom.frames import EncodedFrame

__all__ = ["WorkerDecoder"]


class WorkerDecoder:
    """Hands frames to ``decode(codestream, parameters, urgency)``, a JavaScript function of the worker.

    It gives ``{promise, cancel, hasten}``; the promise comes to the answer of
    :func:`loadstone._browser.decoder.decode_frame`, and is rejected where the decoder died.
    """

    def __init__(self, decode: Callable[[Any, Any, Any], Any]) -> None:
        self._decode = decode

    async def __call__(self, frame: EncodedFrame, options: LoadOptions) -> Decoded:
        parameters = plain({"transferSyntax": frame.transfer_syntax, "description": vars(frame.description)})
        running = self._decode(to_js(frame.codestream), parameters, _urgency(options.request_type, options.priority))
        options.on_promotion(lambda request_type, priority: running.hasten(_urgency(request_type, priority)))
        try:
            answer = await running.promise
        except asyncio.CancelledError:
            running.cancel()
            raise
        except (JsException, PromiseRejectedError) as cause:
            raise DecodeError(
                f"the decoder of {frame.transfer_syntax} stopped at a codestream of {len(frame.codestream)} bytes "
                f"({cause}); the frame is damaged, all other images go on"
            ) from cause
        message = getattr(answer, "message", None)
        if message is not None:
            raise DecodeError(message)
        samples = np.frombuffer(answer.data.to_bytes(), answer.dtype).reshape(answer.shape.to_py())
        return Decoded(samples, answer.photometricInterpretation, tuple(answer.warnings.to_py()))


def _urgency(request_type: RequestType, priority: float) -> Any:
    """What the decoder workers sort frames by: lower goes first, place by place."""
    return plain([get_args(RequestType).index(request_type), priority])
