"""Builds dictionary 1 of the QR transport: `python tests/verifier/make_dictionary.py`. Once published it never changes.

Deflate reaches what stands near the end of a dictionary most cheaply, so the template of every credential stands last
and the words of some credentials before it.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TARGET = ROOT / "verifier/dictionaries/1.bin"

PLACES = (
    "兰州新区 甘肃矿区 甘南藏族自治州 临夏回族自治州 陇南市 定西市 庆阳市 酒泉市 平凉市 张掖市 武威市 天水市 白银市 "
    "金昌市 嘉峪关市 兰州市 城关区 七里河区 西固区 安宁区 红古区 永登县 榆中县 皋兰县"
)
INSTITUTIONS = (
    "教育局 卫生健康委员会 农业农村厅 住房和城乡建设厅 交通运输厅 水利厅 自然资源厅 林业和草原 生态环境监测 地质勘查 文物考古 "
    "疾病预防控制中心 妇幼保健院 乡镇卫生院 中西医结合 中医医院 第一人民医院 第二人民医院 县人民医院 市人民医院 省人民医院 "
    "职业技术学院 师范大学 理工大学 医学院 附属医院 实验小学 第一中学 高级中学 农业技术推广服务中心 技术服务有限公司 "
    "工程建设集团 勘察设计研究院有限公司 股份有限公司 有限责任公司 科学研究院 研究所 服务中心 人事代理 人才交流中心 示例"
)
LAW = (
    "第六条第（一）项第六条第（二）项第六条第（三）项第六条第（四）项第六条第（六）项第1目第六条第（六）项第3目"
    '"deemed":[{"deferred":"第六条第（六）项第4目"}],"deemed":[{"origin":"第十一条"}],'
    '"deemed":[{"all":"第六条第（五）项"}],"deemed":[{"professional":"第六条第（六）项第2目"}],'
    '{"exception":"甘人社例外〔2025〕号"}'
)
STATEMENT = '"type":["VerifiableCredential","HoursStatement"],"conclusion":"incomplete","selfVerified":true,"lines":{"count":10,"digest":"'
CATEGORIES = (
    '"transfer_in":"credits":"expert_service":"30","achievement":"20","public_offline":"8",'
    '"categories":{"training":"40","self_study":"10","academic":"8","contest":"4","public_online":"30"}'
)
TEMPLATE = (
    '{"alg":"ES256","cty":"vc","kid":"did:web:jxjy.example.gov.cn#2026-1","typ":"vc+jwt"}\x00'
    '{"@context":["https://www.w3.org/ns/credentials/v2","https://jxjy.example.gov.cn/ns/xueshi/v1"],'
    '"type":["VerifiableCredential","CompletionCertificate"],'
    '"iss":"did:web:jxjy.example.gov.cn","issuer":"did:web:jxjy.example.gov.cn","iat":17,'
    '"validFrom":"2026-01-01T00:00:00Z","credentialStatus":['
    '{"type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListIndex":"10",'
    '"statusListCredential":"https://jxjy.example.gov.cn/status/r1"},'
    '{"type":"BitstringStatusListEntry","statusPurpose":"refresh","statusListIndex":"10",'
    '"statusListCredential":"https://jxjy.example.gov.cn/status/s1"}],'
    '"credentialSubject":{"serial":"GS2025-000-1","version":1,"name":"张","identifier":"620***********123X",'
    '"employer":"甘肃省","year":2025,"hours":{"professional":"60","public":"30","total":"90"},'
    '"required":{"professional":"60","public":"0","total":"90"},"categories":{"training":"'
    '"},"deemed":[],"conclusion":"complete","rules":["gs-2023-03-31@1.0.0"],'
    '"registrar":"兰州市人力资源和社会保障局","selfVerified":false}}'
)


def build() -> bytes:
    """Make the dictionary's bytes."""
    words = PLACES.replace(" ", "") + INSTITUTIONS.replace(" ", "")
    return (words + LAW + STATEMENT + CATEGORIES + TEMPLATE).encode("utf-8")


if __name__ == "__main__":
    TARGET.write_bytes(build())
    sys.stdout.write(f"{TARGET}: {len(build())} bytes\n")
