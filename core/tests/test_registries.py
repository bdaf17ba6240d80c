import pytest

from core.registries import Registry


@pytest.fixture
def colours() -> Registry[int]:
    registry: Registry[int] = Registry("colours")
    registry.register("red", 1)
    registry.register("blue", 2)
    return registry


def test_registry_keeps_the_order_of_registration(colours: Registry[int]) -> None:
    assert list(colours.items()) == [("red", 1), ("blue", 2)]
    assert list(colours.values()) == [1, 2]
    assert list(colours) == ["red", "blue"]
    assert len(colours) == 2


def test_register_returns_the_value() -> None:
    assert Registry[int]().register("red", 1) == 1


def test_register_when_key_is_taken_raises_and_keeps_the_first(colours: Registry[int]) -> None:
    with pytest.raises(ValueError, match="colours: 'red' is registered already"):
        colours.register("red", 3)
    assert colours["red"] == 1


def test_get_unknown_key_is_none(colours: Registry[int]) -> None:
    assert colours.get("green") is None
    assert "green" not in colours
    assert "red" in colours


def test_item_of_unknown_key_raises_with_both_names(colours: Registry[int]) -> None:
    with pytest.raises(LookupError, match="colours: nothing is registered as 'green'"):
        colours["green"]


def test_registry_restored_after_a_failure_holds_what_it_held_before(
    colours: Registry[int],
) -> None:
    def register_and_fail() -> None:
        with colours.restored():
            colours.register("green", 3)
            assert "green" in colours
            raise RuntimeError

    with pytest.raises(RuntimeError):
        register_and_fail()
    assert list(colours) == ["red", "blue"]
