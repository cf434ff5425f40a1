"""Whatever a loader gives back becomes an image; whatever it does wrong becomes one LoadstoneError."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable
from dataclasses import replace

import numpy as np

from .errors import LoaderError, LoadstoneError
from .image import Image, ImageLoadObject

__all__ = ["as_image", "as_load_object", "as_loadstone_error"]


def as_load_object(result: object, image_id: str) -> ImageLoadObject:
    """What a loader gave back as an :class:`ImageLoadObject`; raises :class:`LoaderError` if it can be none."""
    if isinstance(result, ImageLoadObject):
        promise: object = result.promise
        if inspect.isawaitable(promise):
            return result
        inner = as_load_object(promise, image_id)
        return ImageLoadObject(inner.promise, result.cancel_fn, result.decache)
    if isinstance(result, (Image, np.ndarray)):
        return ImageLoadObject(_settled(result, image_id))
    if inspect.isawaitable(result):
        return ImageLoadObject(result)
    if callable(getattr(result, "then", None)):
        return ImageLoadObject(_of_thenable(result))
    raise _no_image(result, image_id)


async def _settled(result: object, image_id: str) -> Image:
    return as_image(result, image_id)


def _of_thenable(thenable: object) -> Awaitable[Image]:
    """A future of what a Promises/A+ thenable comes to; only its first answer counts (Promises/A+ 2.3.3.3.3)."""
    future: asyncio.Future[Image] = asyncio.get_running_loop().create_future()

    def resolve(value: object = None) -> None:
        if not future.done():
            future.set_result(value)  # type: ignore[arg-type]

    def reject(reason: object = None) -> None:
        if not future.done():
            error = reason if isinstance(reason, Exception) else LoaderError(f"rejected with {reason!r}")
            future.set_exception(error)

    try:
        thenable.then(resolve, reject)  # type: ignore[attr-defined]
    except Exception as error:
        reject(error)
    return future


def as_image(result: object, image_id: str) -> Image:
    """A loader's result as the image of ``image_id``; raises :class:`LoaderError` if it is none."""
    if isinstance(result, np.ndarray):
        return Image(image_id, result)
    if not isinstance(result, Image):
        raise _no_image(result, image_id)
    return result if result.image_id == image_id else replace(result, image_id=image_id)


def as_loadstone_error(error: BaseException, image_id: str) -> LoadstoneError:
    """``error`` as one that names the image id; a foreign error becomes the cause of a :class:`LoaderError`."""
    if isinstance(error, LoadstoneError):
        # a subclass of a user's may not have called our __init__
        return error if getattr(error, "image_id", None) == image_id else _about(error, image_id)
    wrapped = LoaderError(
        f"{_named(image_id)}: its loader raised {type(error).__name__}: {_text(error)}", image_id=image_id
    )
    wrapped.__cause__ = error
    return wrapped


def _about(error: LoadstoneError, image_id: str) -> LoadstoneError:
    """A copy of ``error`` that names ``image_id``: one failed fetch can end the loads of many frames."""
    copy = error.__class__.__new__(error.__class__)
    copy.__dict__.update(error.__dict__)
    text = _text(error)
    about, colon, said = text.partition(": ")
    if colon and about in image_id:
        # the address is part of the id: name it once
        text = said
    copy.args = (text if image_id in text else f"{_named(image_id)}: {text}",)
    copy.image_id = image_id
    copy.__cause__ = error.__cause__ or error
    return copy


def _named(image_id: str) -> str:
    """The id as a message names it: a data: address of megabytes by its beginning."""
    return image_id if len(image_id) <= 300 else f"{image_id[:120]}… ({len(image_id)} characters)"


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as broken:
        return f"(its text can not be had: {type(broken).__name__})"


def _no_image(result: object, image_id: str) -> LoaderError:
    return LoaderError(
        f"{_named(image_id)}: its loader gave {_shown(result)}; it must give an Image, a numpy array, an awaitable of "
        "one, or an ImageLoadObject",
        image_id=image_id,
    )


def _shown(result: object) -> str:
    text = repr(result)
    return text if len(text) <= 80 else f"{text[:77]}…"
