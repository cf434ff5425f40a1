"""Pipelines in a session: each image that they lead through is one of its own."""

import asyncio
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from loadstone.errors import FetchError, InvalidArgumentError, LoadCancelledError, PipelineError
from loadstone.events import ImageLoaded, LoaderRegistered
from loadstone.image import Image, LineageStep
from loadstone.metadata import FrameModule, GeneralImageModule, GeneralSeriesModule, ModalityLutModule
from loadstone.session import Session


@pytest.fixture
def session() -> Session:
    session = Session()
    session.register_image_loader("flat", lambda image_id, options: np.full((2, 2), int(image_id[5:]), np.int16))
    return session


def heard(session: Session) -> list[str]:
    loaded: list[str] = []
    session.events.add_listener(ImageLoaded, lambda event: loaded.append(event.image_id))
    return loaded


async def first(session: Session, image_id: str) -> float:
    image = await session.load_and_cache_image(image_id)
    return float(image.pixels[0, 0])


async def test_a_longer_pipeline_computes_only_what_is_new(session: Session) -> None:
    loaded = heard(session)
    assert await first(session, "pipe:flat:1|add(2)|multiply(5)") == 15
    assert loaded == ["flat:1", "pipe:flat:1|add(2)", "pipe:flat:1|add(2)|multiply(5)"]
    loaded.clear()
    assert await first(session, "pipe:flat:1 | add( 2 ) | multiply(5) | subtract(1)") == 14
    assert loaded == ["pipe:flat:1 | add( 2 ) | multiply(5) | subtract(1)"]


async def test_pipelines_that_are_loaded_at_the_same_time_share_their_steps(session: Session) -> None:
    loaded = heard(session)
    await asyncio.gather(*(session.load_image(f"pipe:flat:1|add(2)|multiply({factor})") for factor in (2, 3, 4)))
    assert loaded.count("pipe:flat:1|add(2)") == loaded.count("flat:1") == 1


async def test_a_cancelled_pipeline_cancels_the_loads_that_it_led_to(session: Session) -> None:
    started, ended = asyncio.Event(), asyncio.Event()

    async def never(image_id: str, options: object) -> Image:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        raise AssertionError

    session.register_image_loader("never", never)
    load = session.load_image('pipe:flat:1|add(1)|add("pipe:never:1%7Cinvert")|invert')
    await asyncio.wait_for(started.wait(), 10)
    load.cancel()
    with pytest.raises(LoadCancelledError):
        await load
    await asyncio.wait_for(ended.wait(), 10)


async def test_an_image_tells_the_steps_that_led_to_it_with_what_went_in(session: Session) -> None:
    image = await session.load_image('pipe:flat:1|add(2)|add("pipe:flat:7%7Cinvert")')
    assert image.lineage == (
        LineageStep("add(2)", "pipe:flat:1|add(2)", ("flat:1",)),
        LineageStep("invert", "pipe:flat:7|invert", ("flat:7",)),
        LineageStep('add("pipe:flat:7%7Cinvert")', image.image_id, ("pipe:flat:1|add(2)", "pipe:flat:7|invert")),
    )


async def test_a_step_of_ones_own_gets_modality_values_and_its_arguments(session: Session) -> None:
    seen: dict[str, Any] = {}

    async def blend(image: Image, weight: float, *, mode: str = "") -> object:
        seen.update(pixels=image.pixels.tolist(), dtype=image.pixels.dtype, weight=weight, mode=mode)
        await asyncio.sleep(0)
        return image.pixels.astype(float) * weight

    stored = Image("", np.array([[-1, 100]], np.int16), rescale_slope=2.0, padding=(-1, -1), unit="HU")
    session.register_image_loader("ct", lambda image_id, options: stored)
    session.register_step("blend", blend)
    assert "blend" in session.steps
    image = await session.load_image("pipe:ct:1|blend(0.5, mode=soft)")
    assert str(seen["pixels"]) == "[[nan, 200.0]]"
    assert (seen["dtype"], seen["weight"], seen["mode"]) == (np.float32, 0.5, "soft")
    assert (image.pixels[0, 1], image.unit, image.rescale_slope) == (100, "HU", 1)


async def test_a_boolean_array_is_a_mask_and_an_image_says_itself_what_it_is(session: Session) -> None:
    session.register_step("positive", lambda image: image.pixels > 0)
    mask = await session.load_image("pipe:flat:5|positive")
    assert (mask.pixels.dtype.name, mask.value_range, mask.windows[0].center) == ("uint8", (1, 1), 0.5)
    session.register_step("named", lambda image: replace(image, pixels=image.pixels[:1], unit="kg"))
    assert (await session.load_image("pipe:flat:5|named")).unit == "kg"


async def test_an_array_of_another_size_lies_nowhere(session: Session) -> None:
    session.register_step("half", lambda image: image.pixels[::2, ::2])
    image = await session.load_and_cache_image("pipe:example:ct|half")
    assert image.row_spacing is None
    assert session.metadata.get("imagePlaneModule", image.image_id) is None
    assert session.metadata.get("generalSeriesModule", image.image_id) is not None


async def test_metadata_are_the_sources_where_they_are_true_of_the_result(session: Session) -> None:
    image_id = "pipe:example:ct|gaussian(1)"
    await session.load_and_cache_image(image_id)
    source = session.metadata
    assert source.get("imagePlaneModule", image_id) == source.get("imagePlaneModule", "example:ct") is not None
    series = source.get("generalSeriesModule", image_id)
    assert isinstance(series, GeneralSeriesModule)
    assert series.modality == "CT"
    general = source.get("generalImageModule", image_id)
    assert isinstance(general, GeneralImageModule)
    assert (general.image_type, general.sop_instance_uid) == (("DERIVED", "SECONDARY"), None)
    assert source.get("modalityLutModule", image_id) == ModalityLutModule(1.0, 0.0, "HU")
    assert source.get("sopCommonModule", image_id) is None


async def test_metadata_of_providers_count_too(session: Session) -> None:
    def provider(module_type: str, image_id: str) -> object:
        return {"modality": "MR"} if (module_type, image_id) == ("generalSeriesModule", "flat:1") else None

    session.metadata.add_provider(provider)
    await session.load_and_cache_image("pipe:flat:1|invert")
    assert session.metadata.get("generalSeriesModule", "pipe:flat:1|invert") == GeneralSeriesModule(modality="MR")


async def test_a_pipeline_of_a_file_of_several_frames_has_as_many(session: Session) -> None:
    ids = await session.frames("pipe:example:us-cine|grey|gaussian(1)")
    assert len(ids) == 30
    assert ids[6] == "pipe:example:us-cine?frame=7|grey|gaussian(1)"
    module = (await session.load_image(ids[6])).metadata["frameModule"]()
    assert isinstance(module, FrameModule)
    assert module.frame_number == 7


async def test_a_plane_is_cut_through_all_frames_after_the_steps_before(session: Session) -> None:
    steps = "threshold(300)|gaussian(2)"
    frames = await session.frames(f"pipe:example:nifti|{steps}")
    stack = np.stack([(await session.load_image(frame)).pixels for frame in frames])
    image = await session.load_image(f"pipe:example:nifti|{steps}|mpr(coronal,40)|invert")
    before = await session.load_image(f"pipe:example:nifti|{steps}|mpr(coronal,40)")
    assert [step.step for step in image.lineage] == ["threshold(300)", "gaussian(2)", "mpr(coronal,40)", "invert"]
    assert image.lineage[2].sources == frames
    assert set(np.unique(before.pixels)) <= set(np.unique(stack))
    assert before.pixels.shape == (24, stack.shape[2])
    direct = await session.load_image("mpr:coronal/40?volume=example%3Anifti")
    cut = await session.load_image("pipe:example:nifti|mpr(coronal, 40)")
    np.testing.assert_array_equal(cut.pixels, direct.pixels)
    planes = await session.frames(image.image_id)
    assert planes[-1] == f"pipe:example:nifti|{steps}|mpr(coronal,{len(planes) - 1})|invert"


async def test_a_step_that_is_replaced_takes_the_images_with_it_that_went_through_it(session: Session) -> None:
    first_registration = session.register_step("shift", lambda image: image.pixels + 1)
    assert await first(session, "pipe:flat:1|shift|add(1)") == 3
    assert await first(session, "pipe:flat:1|add(1)") == 2
    session.register_image_loader("again", lambda image_id, options: session.load_image(image_id[6:]))
    assert await first(session, "again:pipe:flat:1|shift") == 2
    events: list[LoaderRegistered] = []
    session.events.add_listener(LoaderRegistered, events.append)
    session.register_step("shift", lambda image: image.pixels + 10)
    assert set(events[0].image_ids) == {
        "pipe:flat:1|shift",
        "pipe:flat:1|shift|add(1)",
        "again:pipe:flat:1|shift",
    }
    assert "pipe:flat:1|add(1)" in session.cache
    assert await first(session, "pipe:flat:1|shift|add(1)") == 12
    assert not first_registration.unregister()


async def test_a_built_in_step_is_back_when_the_one_in_its_place_is_taken_out(session: Session) -> None:
    registration = session.register_step("add", lambda image, number: image.pixels - number)
    assert await first(session, "pipe:flat:1|add(1)") == 0
    assert registration.unregister()
    assert await first(session, "pipe:flat:1|add(1)") == 2


async def test_a_source_whose_loader_is_replaced_takes_its_pipelines_with_it(session: Session) -> None:
    assert await first(session, "pipe:flat:1|add(1)|add(1)") == 3
    session.register_image_loader("flat", lambda image_id, options: np.full((2, 2), 40))
    assert session.cache.keys() == ()
    assert await first(session, "pipe:flat:1|add(1)|add(1)") == 42


async def test_an_unknown_step_is_told_with_those_there_are_before_anything_is_loaded(session: Session) -> None:
    loaded = heard(session)
    with pytest.raises(PipelineError) as refused:
        await session.load_image("pipe:flat:1|add(1)|blur(2)|invert")
    error = refused.value
    assert str(error) == (
        "pipe:flat:1|add(1)|blur(2)|invert: step 2, blur(2): there is no step 'blur'; there are add, clip, crop, "
        "equalize, flip, gaussian, grey, invert, laplace, median, mpr, multiply, rescale, resize, rotate90, sharpen, "
        "sobel, subtract, threshold, window. Register one with session.register_step('blur', step)"
    )
    assert (error.step, error.number, error.input_id) == ("blur(2)", 2, "pipe:flat:1|add(1)")
    assert loaded == []


async def test_arguments_that_a_step_does_not_take_are_told_with_those_it_takes(session: Session) -> None:
    with pytest.raises(PipelineError, match=r"step 1, clip\(1\): missing a required argument: 'high'; it takes clip\("):
        await session.load_image("pipe:flat:1|clip(1)")
    with pytest.raises(PipelineError, match=r"unexpected keyword argument 'sgima'; it takes gaussian\(sigma, unit=px"):
        await session.load_image("pipe:flat:1|gaussian(1, sgima=2)")


async def test_a_failing_step_in_the_middle_is_named_with_its_input_and_its_cause(session: Session) -> None:
    def broken(image: Image) -> None:
        raise ZeroDivisionError("nothing to divide by")

    session.register_step("broken", broken)
    image_id = "pipe:flat:1|add(1)|broken|invert"
    with pytest.raises(PipelineError) as failed:
        await session.load_image(image_id)
    error = failed.value
    assert str(error) == (
        f"{image_id}: step 2, broken, failed on pipe:flat:1|add(1): ZeroDivisionError: nothing to divide by"
    )
    assert (error.image_id, error.step, error.number, error.input_id) == (image_id, "broken", 2, "pipe:flat:1|add(1)")
    assert isinstance(error.__cause__, ZeroDivisionError)


async def test_what_is_no_image_is_told_of_the_step_that_gave_it(session: Session) -> None:
    session.register_step("nothing", lambda image: None)
    with pytest.raises(PipelineError, match="failed on flat:1: LoaderError: it gave NoneType; a step must give an Im"):
        await session.load_image("pipe:flat:1|nothing")


async def test_a_source_that_can_not_be_loaded_fails_as_it_does_alone(session: Session) -> None:
    def refuse(image_id: str, options: object) -> Image:
        raise FetchError("the server sleeps")

    session.register_image_loader("gone", refuse)
    with pytest.raises(FetchError, match=r"^pipe:gone:1\|invert: the server sleeps"):
        await session.load_image("pipe:gone:1|invert")


def test_what_can_be_no_step_is_refused(session: Session) -> None:
    with pytest.raises(InvalidArgumentError, match="'two words' can be no step's name: it must start with a letter"):
        session.register_step("two words", lambda image: image)
    with pytest.raises(InvalidArgumentError, match=r"the step blur must be a function \(image, …\), not 5"):
        session.register_step("blur", 5)  # type: ignore[arg-type]
