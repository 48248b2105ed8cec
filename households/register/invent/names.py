"""Names: common ones, names with rare characters, names with ·."""

from random import Random

SURNAMES = tuple(
    "王李张刘陈杨黄赵周吴徐孙朱胡郭何高林罗郑梁谢唐许冯邓韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢"
    "傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严赖覃洪武莫孔汤旷"
)
_MALE = tuple(
    "国建志明永德文光春生华军平福昌成林金宏远祥正友松柏根水旺兴启良才富贵发财忠义勇刚强辉峰涛波亮雄飞鹏"
)
_FEMALE = tuple(
    "秀英桂兰玉梅芳珍莲香云霞翠娥凤菊红艳丽娟琴燕春花月仙淑贞慧敏静雪冬满元喜爱连小清美玲珠菲蓉莉"
)
# Each is in the paper fonts: beyond GB 2312, the BMP, or both.
RARE = ("䶮", "㛃", "𬭩", "𣵦")
DOTTED = ("阿依·古丽", "买买提·江", "娜仁·高娃", "扎西·顿珠")
DOTTED_NATIONS = ("05", "05", "02", "04")


def given(random: Random, *, male: bool) -> str:
    """One character in seven names, else two."""
    stock = _MALE if male else _FEMALE
    first = random.choice(stock)
    return first if random.random() < 1 / 7 else first + random.choice(stock)
