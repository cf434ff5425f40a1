import random

import pytest

from loadstone.stacking import natural_order, stacks_of
from loadstone.studies import Instance, Series, Study

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
CORONAL = (1.0, 0.0, 0.0, 0.0, 0.0, -1.0)
SAGITTAL = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)
SIZE = {"rows": 4, "columns": 6}


def made(name, **elements):
    return Instance((f"x:{name}",), Study("1"), Series("2"), name=name, **(SIZE | elements))


def axial(name, z, **elements):
    return made(name, position=(0.0, 0.0, float(z)), orientation=AXIAL, **elements)


def shuffled(instances):
    mixed = list(instances)
    random.Random(3).shuffle(mixed)
    return mixed


def names(stack):
    return [image_id.removeprefix("x:") for image_id in stack.image_ids]


def told(instances):
    return [(stack.title, names(stack)) for stack in stacks_of(shuffled(instances))]


def test_slices_lie_in_the_order_of_their_positions_not_of_their_numbers():
    # numbers that a workstation gave in the order of sending
    slices = [axial(str(z), z, number=number) for z, number in ((0, 1), (3, 2), (6, 5), (9, 3), (12, 8))]
    assert told(slices) == [("", ["0", "3", "6", "9", "12"])]


def test_the_direction_is_that_in_which_the_scanner_numbered():
    slices = [axial(f"z{z}", z, number=100 - z) for z in (0, 5, 10)]
    assert told(slices) == [("", ["z10", "z5", "z0"])]


def test_oblique_slices_are_sorted_along_their_own_normal():
    # a double oblique plane: rows along (0.6, 0.8, 0), columns along (0, 0, -1), so the normal is (-0.8, 0.6, 0)
    oblique = (0.6, 0.8, 0.0, 0.0, 0.0, -1.0)
    slices = [
        made(str(step), position=(-0.8 * step, 0.6 * step + 50, 7.0), orientation=oblique) for step in (-4, 0, 3, 11)
    ]
    assert told(slices) == [("", ["-4", "0", "3", "11"])]


def test_a_direction_that_wavers_in_the_last_digits_is_the_same():
    slices = [
        made(str(z), position=(0.0, 0.0, float(z)), orientation=(1.0, z * 1e-5, 0.0, 0.0, 1.0, 0.0)) for z in range(4)
    ]
    assert told(slices) == [("", ["0", "1", "2", "3"])]


def test_without_positions_the_numbers_decide_and_without_numbers_the_names():
    assert told([made("b", number=2), made("c", number=10), made("a", number=3)]) == [("", ["b", "a", "c"])]
    assert told([made("image 10"), made("image 9"), made("Image 1")]) == [("", ["Image 1", "image 9", "image 10"])]


def test_one_image_without_a_position_lets_the_numbers_decide_for_all():
    slices = [axial("a", 9, number=1), axial("b", 5, number=2), made("c", orientation=AXIAL, number=3)]
    assert told(slices) == [("", ["a", "b", "c"])]


def test_a_localizer_of_three_planes_is_three_stacks():
    localizer = [
        made(f"{plane}{step}", position=tuple(step * n for n in normal), orientation=direction, number=number + step)
        for plane, direction, normal, number in (
            ("s", SAGITTAL, (-1.0, 0.0, 0.0), 1),
            ("c", CORONAL, (0.0, 1.0, 0.0), 11),
            ("a", AXIAL, (0.0, 0.0, 1.0), 21),
        )
        for step in range(3)
    ]
    assert told(localizer) == [
        ("sagittal", ["s0", "s1", "s2"]),
        ("coronal", ["c0", "c1", "c2"]),
        ("axial", ["a0", "a1", "a2"]),
    ]


def test_a_scout_among_slices_of_the_same_direction_and_size_is_a_stack_of_its_own():
    scout = axial("scout", 0, number=1, image_type=("ORIGINAL", "PRIMARY", "LOCALIZER"))
    slices = [axial(str(z), z, number=z + 2) for z in range(3)]
    assert told([scout, *slices]) == [("localizer", ["scout"]), ("", ["0", "1", "2"])]


def test_images_of_another_size_are_a_stack_of_their_own():
    assert told([axial("a", 0, number=1), axial("b", 1, number=2), axial("c", 2, number=3, rows=8)]) == [
        ("6 × 4", ["a", "b"]),
        ("6 × 8", ["c"]),
    ]


def test_images_of_another_class_are_a_stack_of_their_own():
    report = made("dose report", sop_class_uid="1.2.840.10008.5.1.4.1.1.7", number=9)
    assert [names(stack) for stack in stacks_of([report, made("a", number=1)])] == [["a"], ["dose report"]]


def test_a_turn_around_an_axis_is_one_stack():
    from math import cos, pi, sin

    turn = [
        made(
            str(step),
            position=(50 * sin(step * 2.0), 50 * cos(step * 2.0), 0.0),
            orientation=(cos(step * pi / 20), sin(step * pi / 20), 0.0, 0.0, 0.0, -1.0),
            number=step,
        )
        for step in range(20)
    ]
    assert told(turn) == [("", [str(step) for step in range(20)])]


def test_a_file_of_several_frames_is_a_stack_by_itself():
    clip = Instance(("x:c?frame=1", "x:c?frame=2"), Study("1"), Series("2"), name="c", number=2, **SIZE)
    assert told([clip, made("a", number=1), made("b", number=3)]) == [
        ("", ["a", "b"]),
        ("2 frames", ["c?frame=1", "c?frame=2"]),
    ]


@pytest.mark.parametrize(
    ("element", "values", "titles"),
    [
        ("temporal_position", (1, 2, 3), ["time 1", "time 2", "time 3"]),
        ("echo_number", (1, 2), ["echo 1", "echo 2"]),
        ("echo_time", (4.5, 20.0), ["TE 4.5 ms", "TE 20 ms"]),
        ("b_value", (0.0, 1000.0), ["b 0", "b 1000"]),
        ("acquisition_number", (1, 5), ["acquisition 1", "acquisition 5"]),
        ("trigger_time", (0.0, 37.5), ["trigger 0 ms", "trigger 37.5 ms"]),
        ("acquisition_time", ("101500", "101530"), ["at 101500", "at 101530"]),
        ("image_type", (("ORIGINAL", "PRIMARY", "FAT"), ("ORIGINAL", "PRIMARY", "WATER")), ["fat", "water"]),
    ],
)
def test_volumes_at_the_same_places_are_stacks(element, values, titles):
    slices = [
        axial(f"{z} {value}", z, number=10 * z + index, **{element: value})
        for index, value in enumerate(values)
        for z in range(4)
    ]
    assert told(slices) == [
        (title, [f"{z} {value}" for z in range(4)]) for title, value in zip(titles, values, strict=True)
    ]


def test_times_that_differ_with_every_slice_are_no_volumes_but_the_order_at_each_place_is():
    slices = [
        axial(f"{z}{phase}", z, number=z * 2 + phase, trigger_time=z * 100.0 + phase)
        for z in range(5)
        for phase in (0, 1)
    ]
    assert told(slices) == [
        ("1 of 2", ["00", "10", "20", "30", "40"]),
        ("2 of 2", ["01", "11", "21", "31", "41"]),
    ]


def test_several_weightings_each_with_several_directions_are_split_twice():
    # one image without diffusion, three directions with it, that only their numbers tell apart
    plain = [axial(f"{z}:0", z, number=z, b_value=0.0) for z in range(3)]
    weighted = [axial(f"{z}:{way}", z, number=100 * way + z, b_value=800.0) for way in (1, 2, 3) for z in range(3)]
    assert told(plain + weighted) == [
        ("b 0", ["0:0", "1:0", "2:0"]),
        ("b 800, 1 of 3", ["0:1", "1:1", "2:1"]),
        ("b 800, 2 of 3", ["0:2", "1:2", "2:2"]),
        ("b 800, 3 of 3", ["0:3", "1:3", "2:3"]),
    ]


def test_all_images_at_one_place_are_one_clip_in_the_order_of_numbers():
    cine = [axial(str(phase), 5, number=phase, trigger_time=phase * 30.0) for phase in range(12)]
    assert told(cine) == [("", [str(phase) for phase in range(12)])]


def test_one_slice_that_was_made_again_does_not_split_the_volume():
    slices = [axial(str(z), z, number=z) for z in range(10)]
    again = axial("4 again", 4, number=90)
    assert told([*slices, again]) == [("", ["0", "1", "2", "3", "4", "4 again", "5", "6", "7", "8", "9"])]


def test_natural_order_reads_numbers_as_numbers():
    assert sorted(["IM10", "im9", "IM1", "A", "10", "9"], key=natural_order) == ["9", "10", "A", "IM1", "im9", "IM10"]


def test_natural_order_reads_numbers_of_any_length():
    # int() refuses more than 4300 digits, and a member of a ZIP archive may be called so
    assert sorted(["9" * 5000, "1" + "0" * 5000, "007", "8"], key=natural_order) == [
        "007", "8", "9" * 5000, "1" + "0" * 5000
    ]  # fmt: skip
