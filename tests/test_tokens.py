from openclause.tokens import UNHEARD, Tokens


def test_words_have_numbers_and_words_that_nobody_looks_for_have_one_together() -> None:
    tokens = Tokens(["sell", "it", "sell"])
    numbers = [UNHEARD, tokens["it"], UNHEARD, tokens["sell"]]
    assert tokens.of(["you", "it", "", "sell"]).tolist() == numbers
    assert sorted(numbers) == [0, 0, *range(1, len(tokens))]


def test_tokens_do_not_grow_with_the_texts_that_are_read() -> None:
    tokens = Tokens(["sell"])
    tokens.of(["qwerty"])
    assert len(tokens) == len(["sell", "all others"])
    assert tokens.of([]).tolist() == []
