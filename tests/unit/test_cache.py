import pytest

from loadstone.cache import DEFAULT_BUDGET, Cache, Entry


def filled(maximum, **sizes):
    cache, gone = Cache(maximum), []
    for key, size in sizes.items():
        cache.put(key, Entry(key.upper(), size, lambda key=key: gone.append(key)))
    return cache, gone


def test_the_budget_is_one_gibibyte_unless_said_otherwise():
    assert Cache().maximum_size_in_bytes == DEFAULT_BUDGET == 1073741824


def test_what_was_used_least_recently_goes_first():
    cache, gone = filled(30, a=10, b=10, c=10)
    assert cache.get("a") == "A"
    cache.put("d", Entry("D", 10))
    assert gone == ["b"]
    assert cache.keys() == ("c", "a", "d")
    assert cache.size_in_bytes == 30


def test_a_peek_is_no_use():
    cache, gone = filled(20, a=10, b=10)
    cache.peek("a")
    cache.put("c", Entry("C", 10))
    assert gone == ["a"]


def test_pinned_entries_are_never_evicted():
    cache, gone = filled(20, a=10, b=10)
    cache.pin(["a"])
    cache.put("c", Entry("C", 10))
    assert gone == ["b"]
    assert not cache.put("d", Entry("D", 15))
    assert gone == ["b"]


def test_what_is_larger_than_the_budget_is_refused_and_evicts_nothing():
    cache, gone = filled(20, a=10, b=10)
    assert not cache.put("c", Entry("C", 21))
    assert (len(cache), gone) == (2, [])


def test_a_smaller_budget_evicts_at_once():
    cache, gone = filled(30, a=10, b=10, c=10)
    cache.set_maximum_size_in_bytes(15)
    assert gone == ["a", "b"]
    with pytest.raises(ValueError, match="-1 bytes can not be"):
        cache.set_maximum_size_in_bytes(-1)


def test_unpinning_lets_an_overfull_cache_shrink():
    cache, gone = filled(20, a=10, b=10)
    cache.pin(["a", "b"])
    cache.set_maximum_size_in_bytes(5)
    assert gone == []
    cache.pin([])
    assert gone == ["a", "b"]


def test_putting_a_key_again_replaces_it_and_tells_the_old_one():
    cache, gone = filled(20, a=10)
    cache.put("a", Entry("new", 5))
    assert (cache.get("a"), cache.size_in_bytes, gone) == ("new", 5, ["a"])


def test_on_removed_is_called_once_however_an_entry_leaves():
    cache, gone = filled(20, a=10, b=10)
    assert cache.remove("a")
    assert not cache.remove("a")
    cache.pin(["b"])
    cache.purge()
    cache.purge()
    assert gone == ["a", "b"]
    assert (len(cache), cache.size_in_bytes) == (0, 0)
