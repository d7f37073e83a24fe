"""Workbooks made by hand, part by part, for what no writer makes on demand."""

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
SHEET = "xl/worksheets/sheet1.xml"

Make = Callable[..., Path]


def sheet_xml(rows: str, *, before: str = "", after: str = "", prefix: str = "", namespace: str = MAIN) -> str:
    """A sheet part around ``<sheetData>``; ``rows`` brings its own prefixes."""
    p, declared = (f"{prefix}:", f":{prefix}") if prefix else ("", "")
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<{p}worksheet xmlns{declared}="{namespace}">{before}<{p}sheetData>{rows}</{p}sheetData>{after}</{p}worksheet>'
    )


def parts(
    sheet: str | bytes,
    *,
    shared: str = "",
    formats: Mapping[int, str] | None = None,
    xfs: tuple[int, ...] = (0, 14, 22, 21, 46),
    workbook: str = '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets>',
    calc_chain: str = "",
) -> dict[str, bytes]:
    """Parts of a workbook with one sheet "S"; style n has number format ``xfs[n]``."""
    own = "".join(f'<numFmt numFmtId="{key}" formatCode="{code}"/>' for key, code in (formats or {}).items())
    styles = "".join(f'<xf numFmtId="{number}" fontId="0" fillId="0" borderId="0" xfId="0"/>' for number in xfs)
    made = {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        + _type("/xl/workbook.xml", "sheet.main")
        + _type(f"/{SHEET}", "worksheet")
        + _type("/xl/styles.xml", "styles")
        + (_type("/xl/sharedStrings.xml", "sharedStrings") if shared else "")
        + (_type("/xl/calcChain.xml", "calcChain") if calc_chain else "")
        + "</Types>",
        "_rels/.rels": _rels(officeDocument="xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELS}">{workbook}</workbook>',
        "xl/_rels/workbook.xml.rels": _rels(
            worksheet="worksheets/sheet1.xml",
            styles="styles.xml",
            **({"sharedStrings": "sharedStrings.xml"} if shared else {}),
            **({"calcChain": "calcChain.xml"} if calc_chain else {}),
        ),
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts count="{len(formats or {})}">{own}</numFmts>'
        '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="1"><fill><patternFill'
        ' patternType="none"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf'
        f' numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="{len(xfs)}">{styles}'
        "</cellXfs></styleSheet>",
        SHEET: sheet,
    }
    if shared:
        made["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{shared}</sst>'
    if calc_chain:
        made["xl/calcChain.xml"] = f'<calcChain xmlns="{MAIN}">{calc_chain}</calcChain>'
    return {name: text if isinstance(text, bytes) else text.encode() for name, text in made.items()}


def _type(part: str, kind: str) -> str:
    content = f"application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml"
    return f'<Override PartName="{part}" ContentType="{content}"/>'


def _rels(**targets: str) -> str:
    each = (
        f'<Relationship Id="rId{number}" Type="{RELS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets.items(), 1)
    )
    return f'<Relationships xmlns="{PACKAGE_RELS}">{"".join(each)}</Relationships>'


def zipped(path: Path, members: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def members(path: Path) -> dict[str, bytes]:
    """All parts of a workbook; the archive's checksums are verified on the way."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """A workbook from rows' XML; keywords go to ``sheet_xml`` (before, after, prefix, namespace) and ``parts``."""

    def made(rows: str, *, name: str = "book.xlsx", sheet: str | bytes | None = None, **options: object) -> Path:
        around = {key: options.pop(key) for key in ("before", "after", "prefix", "namespace") if key in options}
        xml = sheet if sheet is not None else sheet_xml(rows, **around)  # type: ignore[arg-type]
        return zipped(tmp_path / name, parts(xml, **options))  # type: ignore[arg-type]

    return made
