"""Do the truth boxes move along with the pixels of a skewed or photographed page?"""

from random import Random

import cv2
import numpy as np
import pytest

from samples import looks


@pytest.mark.parametrize("look", ["scanned", "photo", "fax"])
@pytest.mark.parametrize("seed", range(4))
def test_a_black_patch_is_where_its_box_says(look: str, seed: int) -> None:
    page = np.full((1100, 800, 3), 255, np.uint8)
    page[500:560, 200:420] = 0
    picture = looks.look_at(page, look, Random(seed), 100)
    grey = picture.pixels if picture.pixels.ndim == 2 else cv2.cvtColor(picture.pixels, cv2.COLOR_RGB2GRAY)
    high, wide = grey.shape
    left, top, right, bottom = looks.moved((200 / 800, 500 / 1100, 420 / 800, 560 / 1100), picture.matrix)
    inside = grey[int(top * high) + 8 : int(bottom * high) - 8, int(left * wide) + 8 : int(right * wide) - 8]
    above = grey[int(top * high) - 60 : int(top * high) - 10, int(left * wide) : int(right * wide)]
    assert inside.mean() < 100 < above.mean()


def test_a_turned_page_keeps_its_upright_boxes() -> None:
    page = np.full((1100, 800, 3), 255, np.uint8)
    upright = looks.look_at(page, "clean", Random(1), 100)
    turned = looks.look_at(page, "clean", Random(1), 100, turn=90)
    assert turned.pixels.shape[:2] == (800, 1100)
    assert np.array_equal(turned.matrix, upright.matrix)
