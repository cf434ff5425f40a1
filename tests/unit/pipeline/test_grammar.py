"""How pipelines are written and read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadstone.errors import PipelineError
from loadstone.image_id import ImageId
from loadstone.pipeline import Recipe, Step, parse_pipe, uses_step
from loadstone.pipeline.grammar import Value


def test_source_steps_and_arguments_are_told_apart() -> None:
    recipe = parse_pipe('pipe:wadouri:https://host/ct.dcm?frame=2|gaussian( 2.5 , unit=mm)|invert|add("a b:c", -3)')
    assert recipe == Recipe(
        "wadouri:https://host/ct.dcm?frame=2",
        (Step("gaussian", (2.5,), (("unit", "mm"),)), Step("invert"), Step("add", ("a b:c", -3))),
    )


def test_what_each_step_gives_has_an_id_of_its_own() -> None:
    recipe = parse_pipe("pipe:example:ct | gaussian(2) | threshold( 100 ,400 )")
    assert recipe.up_to(0) == "example:ct"
    assert recipe.up_to(1) == "pipe:example:ct|gaussian(2)"
    assert str(recipe) == "pipe:example:ct|gaussian(2)|threshold(100,400)"


def test_bars_and_parentheses_of_ids_within_are_percent_encoded_and_nothing_else() -> None:
    recipe = parse_pipe('pipe:web:https://host/a%20b%7C%281%29%257C.png|add("pipe:x:y%7Cblur%282%29")')
    assert recipe.source == "web:https://host/a%20b|(1)%7C.png"
    assert recipe.steps[0].arguments == ("pipe:x:y|blur(2)",)
    assert str(recipe) == 'pipe:web:https://host/a%20b%7C%281%29%257C.png|add("pipe:x:y%7Cblur%282%29")'


names = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,8}", fullmatch=True)
values: st.SearchStrategy[Value] = st.one_of(
    st.integers(-(10**9), 10**9), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=20)
)
steps = st.builds(
    Step,
    names,
    st.lists(values, max_size=3).map(tuple),
    st.dictionaries(names, values, max_size=3).map(lambda named: tuple(named.items())),
)
sources = st.text(min_size=1).filter(lambda text: text.strip() == text).map(lambda text: f"web:{text}")


@given(st.builds(Recipe, sources, st.lists(steps, min_size=1, max_size=3).map(tuple)))
def test_what_is_written_is_read_as_it_was(recipe: Recipe) -> None:
    assert parse_pipe(str(recipe)) == recipe


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        recipe = parse_pipe(f"pipe:example:ct|{text}")
    except PipelineError:
        return
    assert parse_pipe(str(recipe)) == recipe


@pytest.mark.parametrize(
    ("image_id", "told"),
    [
        ("pipe:example:ct", "there is no step; write one behind the image's id, for example pipe:example:ct|gaussian"),
        ("pipe:ct|invert", "a pipeline begins with the id of an image, and 'ct' is none"),
        ("pipe:example:ct|", "at character 17 there must be the name of a step, and there is nothing"),
        ("pipe:example:ct|2blur", "at character 17 there must be the name of a step, and there is '2blur'"),
        ("pipe:example:ct|blur(2", "at character 23 there must be a comma or a closing parenthesis, and there is no"),
        ("pipe:example:ct|blur(2))", "at character 24 there must be a | or the end, and there is ')'"),
        (
            "pipe:example:ct|blur(2 3)",
            "at character 24 there must be a comma or a closing parenthesis, and there is '3",
        ),
        ("pipe:example:ct|blur(,)", "at character 22 there must be a number, a word, or a text in double quotes"),
        ("pipe:example:ct|blur(a=1,2)", "at character 26 there must be an argument with a name"),
        ("pipe:example:ct|blur(a=1,a=2)", "there must be no second a"),
        ("pipe:example:ct|blur(1e999)", "there must be a number of a sensible size"),
        ("pipe:example:ct|__import__(os)", "at character 17 there must be the name of a step"),
    ],
)
def test_what_is_no_pipeline_is_refused_with_its_place(image_id: str, told: str) -> None:
    with pytest.raises(PipelineError) as refused:
        parse_pipe(image_id)
    assert str(refused.value).startswith(f"{image_id}: ")
    assert told in str(refused.value)


def test_a_pipeline_has_the_frames_of_its_source_or_the_planes_that_it_cuts() -> None:
    def frame(image_id: str, index: int, first: int) -> str:
        return str(ImageId.parse(image_id).with_frame(index, first=first))

    assert frame("pipe:wadouri:https://h/a?x=1|gaussian(2)", 4, 1) == "pipe:wadouri:https://h/a?x=1&frame=5|gaussian(2)"
    assert frame("pipe:example:nifti?frame=2|invert", 0, 0) == "pipe:example:nifti?frame=0|invert"
    assert frame("pipe:mpr:axial/3?volume=k|invert", 7, 0) == "pipe:mpr:axial/7?volume=k|invert"
    cut = 'pipe:example:nifti|mpr(axial,1)|mpr(coronal, 3,slab=2)|add("pipe:x:y%7Cmpr%28axial,1%29")'
    assert frame(cut, 9, 0) == cut.replace("coronal, 3", "coronal, 9")


def test_which_steps_an_id_goes_through_can_be_asked() -> None:
    assert uses_step("pipe:example:ct|blur(2)|invert", "blur")
    assert not uses_step("pipe:example:blur|invert", "blur")
    assert not uses_step("pipe:example:ct|blur(", "blur")
    assert not uses_step("example:blur", "blur")
