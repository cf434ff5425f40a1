from loadstone.prefetching import neighbours


def test_neighbours_come_nearest_first_and_ahead_before_behind():
    assert neighbours(10, 5, 2) == [6, 4, 7, 3]


def test_scrolling_backwards_prefers_what_lies_behind():
    assert neighbours(10, 5, 2, forward=False) == [4, 6, 3, 7]


def test_the_stacks_ends_are_not_passed():
    assert neighbours(3, 0, 10) == [1, 2]
    assert neighbours(1, 0, 10) == []
