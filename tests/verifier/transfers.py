"""An example of a transfer certificate, free to be changed."""

from typing import Any

from tests.verifier.authority import payload


def transfer() -> dict[str, Any]:
    """Three years; the first concluded at the origin, the last with half hours."""
    made = payload()
    subject = made["credentialSubject"]
    named, own = ("serial", "version", "name", "identifier", "employer"), ("registrar", "selfVerified")
    figures = ("hours", "required", "categories", "deemed", "conclusion", "rules")
    years = [
        {"certificate": f"GS{year}-{number:07d}-1", "year": year, **{name: subject[name] for name in figures}}
        for year, number in ((2023, 70311), (2024, 113), (2025, 94001))
    ]
    years[0]["deemed"] = [{"origin": "第十一条"}]
    years[2]["hours"] = {"professional": "60.5", "public": "30", "total": "90.5"}
    years[2]["categories"] = {"training": "60.5", "public_offline": "30"}
    made["type"][1] = "TransferCertificate"
    subject["serial"] = "GS2026" + subject["serial"][6:]
    made["credentialSubject"] = {
        **{name: subject[name] for name in named},
        "years": years,
        **{name: subject[name] for name in own},
    }
    return made
