import pytest

from loadstone.errors import InvalidArgumentError, InvalidImageIdError, LoadstoneError, UnknownSchemeError
from loadstone.registry import Registry


def one(image_id, options):
    return None


def two(image_id, options):
    return None


def test_a_loader_is_found_by_the_scheme_of_the_id():
    registry = Registry()
    registry.register("lab", one)
    assert registry.find("LAB:42") is one
    assert registry.schemes == ("lab",)


def test_an_unknown_scheme_lists_the_known_ones_and_how_to_register():
    registry = Registry()
    registry.register("web", one)
    registry.register("lab", one)
    with pytest.raises(UnknownSchemeError) as caught:
        registry.find("nope:1")
    assert str(caught.value) == (
        "nope:1: no loader is registered for the scheme 'nope'; there are loaders for lab, web. "
        "Register one with register_image_loader('nope', loader)"
    )
    assert caught.value.image_id == "nope:1"
    assert isinstance(caught.value, LoadstoneError)


def test_the_unknown_image_loader_serves_other_schemes_and_the_previous_one_comes_back():
    registry = Registry()
    registry.register("lab", one)
    assert registry.register_unknown(two) is None
    assert registry.find("other:1") is two
    assert registry.find("lab:1") is one
    assert registry.register_unknown(None) is two
    with pytest.raises(UnknownSchemeError):
        registry.find("other:1")


def test_registering_again_replaces_and_tells_that_the_scheme_changed():
    changed = []
    registry = Registry(changed.append)
    registry.register("lab", one)
    registry.register("lab", two)
    assert changed == ["lab", "lab"]
    assert registry.find("lab:1") is two


def test_unregistering_takes_out_only_its_own_loader():
    changed = []
    registry = Registry(changed.append)
    old = registry.register("lab", one)
    new = registry.register("lab", two)
    assert not old.unregister()
    assert registry.find("lab:1") is two
    assert new.unregister()
    assert registry.schemes == ()
    assert changed == ["lab", "lab", "lab"]


@pytest.mark.parametrize("scheme", ["", "1a", "a b", "a/b"])
def test_text_that_can_be_no_scheme_is_refused(scheme):
    with pytest.raises(InvalidImageIdError, match="can be no scheme: it must start with a letter"):
        Registry().register(scheme, one)


def test_a_colon_at_the_end_of_the_scheme_is_forgiven():
    assert Registry().register("lab:", one).scheme == "lab"


def test_what_can_not_be_called_is_no_loader():
    with pytest.raises(InvalidArgumentError, match="the loader for lab: must be a function"):
        Registry().register("lab", 3)
