from hypothesis import given
from hypothesis import strategies as st

from exitcase.core import merkle

fields = st.lists(st.text(max_size=8), max_size=4)


@given(fields, fields)
def test_different_rows_have_different_canonical_text(a, b):
    assert (merkle.canonical(a) == merkle.canonical(b)) == (a == b)


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40), st.data())
def test_every_leaf_climbs_to_the_root(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    path = merkle.proof(leaves, index)
    assert merkle.climb(leaves[index], path) == merkle.root(leaves)
    assert merkle.split(b"".join(leaves)) == leaves


def test_doubling_the_last_leaf_changes_the_root():
    leaves = [merkle.leaf([str(n)]) for n in range(3)]
    assert merkle.root(leaves) != merkle.root([*leaves, leaves[-1]])
