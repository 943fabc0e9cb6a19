"""Invented people at random, with certificates of every wording: for comparing two ways of making the same document."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from tests.issuer.certificates.samples import Sample, credential
from verifier.subjects import in_order

SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾欧阳"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英梓涵子轩浩宇欣怡思远嘉懿喆堃淼犇翀垚"
UIGHUR = (
    "阿卜杜热合曼",
    "买买提依明",
    "古丽巴哈尔",
    "热孜万古丽",
    "吐尔逊江",
    "艾合买提",
    "扎西",
    "卓玛",
    "才让",
)
LATIN = ("O'Neill Ångström", "Anna-Maria Vandervelde", "Jean-Luc Fédou", "Wilhelmina To AVA")
PLACES = (
    "兰州市",
    "天水市秦州区",
    "临夏回族自治州",
    "积石山保安族东乡族撒拉族自治县",
    "甘肃省",
    "敦煌市",
    "肃北蒙古族自治县",
)
BODIES = (
    "第一人民医院", "水务局水利水电勘测设计院", "实验小学", "职业技术学院（示例校区）", "农业技术推广中心",
    "建设工程质量安全监督站“三站合一”办公室", "示例科技有限公司", "疾病预防控制中心、卫生监督所", "图书馆", "地质矿产勘查开发局第3勘查院",
)  # fmt: skip
OFFICES = ("人力资源和社会保障局", "教育局", "卫生健康委员会", "专业技术人员管理处（示例）")
DEEMED: tuple[list[dict[str, str]], ...] = (
    *([[]] * 5),
    [{"professional": "第六条第（六）项第2目"}],
    [{"all": "第六条第（五）项"}],
    [{"origin": "第十一条"}],
    [{"deferred": "第六条第（六）项第4目"}],
    [{"professional": "第六条第（六）项第2目"}, {"deferred": "第六条第（六）项第4目"}],
)
RULES: tuple[list[Any], ...] = (
    *([["gs-2023-03-31@1.0.0"]] * 4),
    ["gs-2023-03-31@1.0.0", "cn-accounting-2018@1.2.0"],
    ["gs-2023-03-31@1.0.0", "cn-accounting-2018@1.2.0", {"exception": "示例函〔2026〕12号"}],
)
KINDS = ("training", "self_study", "academic", "achievement", "expert_service", "contest", "exam", "credits")


def person(seed: int) -> Sample:
    """The same person for the same number."""
    chance = Random(seed)  # noqa: S311 - samples, not secrets
    year = chance.randrange(2023, 2028)
    moment = datetime(year, 1, 2, tzinfo=UTC) + timedelta(minutes=chance.randrange(500_000))
    serial = f"GS{year}-{chance.randrange(131072):07d}-{chance.randrange(1, 40)}"
    kinds = chance.sample(KINDS, chance.randrange(1, 6))
    hours = {kind: _amount(chance, 1, 90) for kind in kinds}
    public = _amount(chance, 0, 40)
    shown: dict[str, Any] = {
        "serial": serial,
        "version": chance.choice((1, 1, 1, 2, 12)),
        "name": _name(chance),
        "identifier": f"{chance.randrange(100, 999)}***********{chance.randrange(1000):03d}{chance.choice('0123456789X')}",
        "employer": _employer(chance),
        "year": year,
        "hours": {"professional": _amount(chance, 60, 130), "public": public, "total": _amount(chance, 90, 170)},
        "required": {"professional": chance.choice(("60", "54")), "public": chance.choice(("0", "30")), "total": "90"},
        "categories": in_order(hours | ({} if public == "0" else {"public_online": public})),
        "deemed": chance.choice(DEEMED),
        "rules": chance.choice(RULES),
        "registrar": chance.choice(PLACES) + chance.choice(OFFICES),
        "selfVerified": chance.random() < 0.2,
    }  # fmt: skip
    return Sample(credential(moment=moment, **shown))


def _amount(chance: Random, low: int, high: int) -> str:
    return f"{chance.randrange(low, high)}{chance.choice(('', '', '', '.5'))}"


def _name(chance: Random) -> str:
    kind = chance.random()
    if kind < 0.12:
        return "·".join(chance.sample(UIGHUR, chance.randrange(2, 6)))
    if kind < 0.16:
        return chance.choice(LATIN)
    if kind < 0.19:
        return chance.choice(SURNAMES) + chance.choice("𠅤𬭩𪚥")
    return chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, chance.randrange(1, 3)))


def _employer(chance: Random) -> str:
    parts = chance.randrange(1, 4)
    return chance.choice(PLACES) + "".join(chance.sample(BODIES, parts if chance.random() < 0.3 else 1))
