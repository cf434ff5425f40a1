"""The stacks of a series: which images belong behind each other, and in which order.

Images of one size, kind and orientation lie in the order of their positions along the slice normal. Where several lie
at the same place (echoes, phases, diffusion weightings), each volume is a stack of its own. A file of several frames
is a stack by itself.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from .studies import Instance, Stack, Vector

__all__ = ["natural_order", "stacks_of"]

# cosines that differ by less are the same direction: half a degree
_SAME_DIRECTION = 0.01
# images this close along the normal, in mm, lie at the same place
_SAME_PLACE = 1e-3
# more directions than this in one series are one turn around an axis, not so many stacks
_MOST_DIRECTIONS = 8

_Titles = Mapping[str, str]


@dataclass(frozen=True)
class _Part:
    """Images in order, and what tells them from other parts by the kind of difference."""

    instances: list[Instance]
    titles: _Titles


def stacks_of(instances: Iterable[Instance]) -> tuple[Stack, ...]:
    """The stacks of one series, those with the lowest instance numbers first."""
    instances = _in_order(instances)
    singles = [one for one in instances if len(one.image_ids) == 1]
    # each beside its first instance
    groups = [(one, [_Part([one], _common_titles(one))]) for one in instances if len(one.image_ids) > 1]
    for alike in _grouped(singles, _kind):
        groups.extend((group[0], _volumes(group)) for group in _by_direction(alike))
    groups.sort(key=lambda group: (_number(group[0]), _name_order(group[0])))
    return _titled([part for _, parts in groups for part in parts])


def natural_order(name: str) -> tuple[tuple[int, int, str], ...]:
    """A key that sorts "slice 2" before "slice 10"."""
    pieces = re.findall(r"0*([0-9]+)|([^0-9]+)", name)
    # the longer number is the larger one; int() would refuse those of thousands of digits
    return tuple((0, len(digits), digits) if digits else (1, 0, other.casefold()) for digits, other in pieces)


def _in_order(instances: Iterable[Instance]) -> list[Instance]:
    """By instance number, else by name."""
    ordered: list[Instance] = []
    for _, alike in groupby(sorted(instances, key=_number), key=_number):
        one, *others = alike
        # few need it, and a name's order takes longer than all the rest
        ordered.extend(sorted([one, *others], key=_name_order) if others else [one])
    return ordered


def _number(instance: Instance) -> float:
    return math.inf if instance.number is None else instance.number


def _name_order(instance: Instance) -> tuple[tuple[int, int, str], ...]:
    return natural_order(instance.name or instance.image_ids[0])


def _kind(instance: Instance) -> tuple[object, ...]:
    return (instance.rows, instance.columns, instance.sop_class_uid, instance.is_localizer)


def _grouped(instances: Iterable[Instance], key: Callable[[Instance], object]) -> list[list[Instance]]:
    groups: dict[object, list[Instance]] = {}
    for instance in instances:
        groups.setdefault(key(instance), []).append(instance)
    return list(groups.values())


def _by_direction(instances: list[Instance]) -> list[list[Instance]]:
    """Those of each direction, in the order in which they come."""
    groups: list[tuple[Vector | None, list[Instance]]] = []
    group_of: dict[Vector | None, list[Instance]] = {}
    for one in instances:
        direction = one.orientation
        if direction not in group_of:
            group = next((members for other, members in groups if _is_same(direction, other)), None)
            if group is None:
                group = []
                groups.append((direction, group))
            group_of[direction] = group
        group_of[direction].append(one)
        if len(groups) > _MOST_DIRECTIONS:
            return [instances]
    return [members for _, members in groups]


def _is_same(direction: Vector | None, other: Vector | None) -> bool:
    if direction == other or direction is None or other is None:
        return direction == other
    return all(abs(a - b) < _SAME_DIRECTION for a, b in zip(direction, other, strict=True))


def _volumes(instances: list[Instance]) -> list[_Part]:
    """The volumes among images of one kind and direction, given by number, each in the order of positions."""
    common = _common_titles(instances[0])
    places = _places(instances)
    # images at one place are a clip: their numbers follow time
    if places is None or len(set(places)) == 1:
        return [_Part(instances, common)]
    placed = sorted(zip(places, instances, strict=True), key=lambda pair: pair[0])
    parts = [_Part([one for _, one in part], {**common, **titles}) for titles, part in _split(placed, _DIFFERENCES)]
    for part in parts:
        first, last = part.instances[0].number, part.instances[-1].number
        # the normal may point either way; people expect the direction in which the scanner numbered
        if first is not None and last is not None and last < first:
            part.instances.reverse()
    return parts


def _places(instances: Sequence[Instance]) -> list[int] | None:
    """For each image the number of its place along the normal, or None where they have no common normal."""
    direction = instances[0].orientation
    if direction is None or not all(_is_same(one.orientation, direction) for one in instances):
        return None
    a, b, c, d, e, f = direction
    across, back, up = b * f - c * e, c * d - a * f, a * e - b * d
    distances: list[float] = []
    for one in instances:
        if one.position is None:
            return None
        x, y, z = one.position
        distances.append(across * x + back * y + up * z)
    places = [0] * len(distances)
    order = sorted(range(len(distances)), key=distances.__getitem__)
    for before, after in pairwise(order):
        places[after] = places[before] + (distances[after] - distances[before] > _SAME_PLACE)
    return places


_Placed = list[tuple[int, Instance]]


@dataclass(frozen=True)
class _Difference:
    """Something that images at the same place differ by, and how it is called."""

    value: Callable[[Instance], float | str | None]
    title: Callable[[float | str], str]


_DIFFERENCES = (
    _Difference(lambda one: one.temporal_position, lambda value: f"time {value}"),
    _Difference(lambda one: one.echo_number, lambda value: f"echo {value}"),
    _Difference(lambda one: one.echo_time, lambda value: f"TE {value:g} ms"),
    _Difference(lambda one: one.b_value, lambda value: f"b {value:g}"),
    _Difference(lambda one: " ".join(one.image_type[2:]) or None, lambda value: str(value).lower()),
    _Difference(lambda one: one.acquisition_number, lambda value: f"acquisition {value}"),
    _Difference(lambda one: one.trigger_time, lambda value: f"trigger {value:g} ms"),
    _Difference(lambda one: one.acquisition_time or None, lambda value: f"at {value}"),
)


def _split(placed: _Placed, differences: Sequence[_Difference]) -> list[tuple[_Titles, _Placed]]:
    """Volumes in which no place comes twice, split by what the images differ by, else by their order at each place."""
    most = _repeats(placed)
    if most == 1:
        return [({}, placed)]
    for index, difference in enumerate(differences):
        parts: dict[float | str | None, _Placed] = {}
        for place, one in placed:
            parts.setdefault(difference.value(one), []).append((place, one))
        # what differs with every slice, as times may do, makes more parts than there are volumes
        if 1 < len(parts) <= most and max(map(_repeats, parts.values())) < most:
            return [
                ({f"difference {index}": "" if value is None else difference.title(value), **titles}, volume)
                for value, part in sorted(parts.items(), key=lambda item: (item[0] is None, item[0]))
                for titles, volume in _split(part, differences[index + 1 :])
            ]
    count = len({place for place, _ in placed})
    # a few images that were made again are no second volume
    if len(placed) < 1.5 * count:
        return [({}, placed)]
    volumes: list[_Placed] = [[] for _ in range(most)]
    for _, group in groupby(placed, key=lambda pair: pair[0]):
        for volume, pair in zip(volumes, group, strict=False):
            volume.append(pair)
    return [({"order": f"{number} of {most}"}, volume) for number, volume in enumerate(volumes, 1)]


def _repeats(placed: _Placed) -> int:
    return max(Counter(place for place, _ in placed).values())


def _common_titles(instance: Instance) -> _Titles:
    frames = len(instance.image_ids)
    return {
        "kind": "localizer" if instance.is_localizer else "",
        "direction": _plane(instance.orientation),
        "size": f"{instance.columns} × {instance.rows}" if instance.columns and instance.rows else "",
        "frames": f"{frames} frames" if frames > 1 else "",
    }


def _plane(orientation: Vector | None) -> str:
    """The plane of the body that is nearest (PS3.3 C.7.6.2.1.1: x to the left, y to the back, z to the head)."""
    if orientation is None:
        return ""
    a, b, c, d, e, f = orientation
    normal = (abs(b * f - c * e), abs(c * d - a * f), abs(a * e - b * d))
    return ("sagittal", "coronal", "axial")[normal.index(max(normal))]


def _titled(parts: Sequence[_Part]) -> tuple[Stack, ...]:
    names = list(dict.fromkeys(name for part in parts for name in part.titles))
    telling = [name for name in names if len({part.titles.get(name, "") for part in parts}) > 1]
    titles = [", ".join(filter(None, (part.titles.get(name, "") for name in telling))) for part in parts]
    often = Counter(titles)
    seen: Counter[str] = Counter()
    stacks = []
    for part, title in zip(parts, titles, strict=True):
        seen[title] += 1
        if often[title] > 1:
            title = f"{title} {seen[title]} of {often[title]}".strip()
        first = part.instances[0]
        image_ids = tuple(image_id for one in part.instances for image_id in one.image_ids)
        stacks.append(Stack(image_ids, title, first.rows, first.columns))
    return tuple(stacks)
