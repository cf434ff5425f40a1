import pytest

from loadstone.errors import LoadstoneError, MetadataProviderError
from loadstone.metadata import Metadata


def answering(value):
    return lambda module_type, image_id: value


def test_the_highest_priority_answers_first():
    metadata = Metadata()
    metadata.add_provider(answering("low"), -5)
    metadata.add_provider(answering("high"), 10)
    metadata.add_provider(answering("middle"))
    assert metadata.get("imagePlaneModule", "x:1") == "high"


def test_among_equal_priorities_the_newest_answers_first():
    metadata = Metadata()
    metadata.add_provider(answering("old"), 1)
    metadata.add_provider(answering("new"), 1)
    assert metadata.get("any", "x:1") == "new"


def test_none_passes_the_question_on_and_zero_is_an_answer():
    metadata = Metadata()
    metadata.add_provider(answering(0), 1)
    metadata.add_provider(answering(None), 2)
    assert metadata.get("any", "x:1") == 0


def test_nobody_knowing_is_none():
    assert Metadata().get("any", "x:1") is None


def test_a_provider_can_be_taken_out():
    metadata = Metadata()
    remove = metadata.add_provider(answering(1))
    remove()
    assert metadata.get("any", "x:1") is None


def test_adding_a_provider_again_moves_it():
    metadata = Metadata()
    first, second = answering("first"), answering("second")
    metadata.add_provider(first, 1)
    metadata.add_provider(second, 2)
    metadata.add_provider(first, 3)
    assert metadata.get("any", "x:1") == "first"
    metadata.remove_provider(first)
    assert metadata.get("any", "x:1") == "second"


def test_a_provider_that_raises_is_named_with_its_cause():
    def hospital_provider(module_type, image_id):
        raise KeyError("spacing")

    metadata = Metadata()
    metadata.add_provider(hospital_provider)
    with pytest.raises(MetadataProviderError, match=r"x:1.*hospital_provider raised KeyError.*imagePlaneModule") as e:
        metadata.get("imagePlaneModule", "x:1")
    assert isinstance(e.value.__cause__, KeyError)
    assert isinstance(e.value, LoadstoneError)


def test_a_provider_that_raises_an_error_of_ours_is_named_too():
    def careful_provider(module_type, image_id):
        raise LoadstoneError("boom")

    metadata = Metadata()
    metadata.add_provider(careful_provider)
    with pytest.raises(MetadataProviderError, match="careful_provider raised LoadstoneError"):
        metadata.get("any", "x:1")
