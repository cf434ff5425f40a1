import logging

from loadstone.events import Events, ImageCacheAdded, ImageCacheRemoved


def test_an_event_reaches_the_listeners_of_its_type_only():
    events, added, removed = Events(), [], []
    events.add_listener(ImageCacheAdded, added.append)
    events.add_listener(ImageCacheRemoved, removed.append)
    events.emit(ImageCacheAdded("x:1", 8))
    assert added == [ImageCacheAdded("x:1", 8)]
    assert removed == []


def test_a_listener_taken_off_hears_nothing_more():
    events, heard = Events(), []
    remove = events.add_listener(ImageCacheRemoved, heard.append)
    remove()
    remove()
    events.emit(ImageCacheRemoved("x:1"))
    assert heard == []


def test_a_listener_that_raises_is_logged_and_the_next_one_hears_the_event(caplog):
    def careless(event):
        raise ZeroDivisionError

    events, heard = Events(), []
    events.add_listener(ImageCacheRemoved, careless)
    events.add_listener(ImageCacheRemoved, heard.append)
    with caplog.at_level(logging.ERROR):
        events.emit(ImageCacheRemoved("x:1"))
    assert heard == [ImageCacheRemoved("x:1")]
    assert "careless raised" in caplog.text
