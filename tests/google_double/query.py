"""Query parameters that each method of the Sheets API knows; others are refused."""

from .errors import violation

_ALWAYS = {"alt", "fields", "key", "prettyPrint", "quotaUser", "access_token", "oauth_token", "callback"}
_RENDERED = {"majorDimension", "valueRenderOption", "dateTimeRenderOption"}
_ANSWERED = {
    "valueInputOption", "includeValuesInResponse", "responseValueRenderOption", "responseDateTimeRenderOption",
}  # fmt: skip


def _known(method: str, rest: str) -> set[str]:
    if method == "GET" and not rest:
        return {"ranges", "includeGridData", "excludeTablesInBandedRanges", "commentsViewMode"}
    if rest == "/values:batchGet":
        return _RENDERED | {"ranges"}
    if rest.startswith("/values/") and method == "GET":
        return _RENDERED
    if rest.endswith(":append"):
        return _ANSWERED | {"insertDataOption"}
    return _ANSWERED if method == "PUT" else set()


def check_query(method: str, rest: str, query: dict[str, list[str]]) -> None:
    """`rest`: the path behind the spreadsheet's id."""
    for name in query.keys() - _ALWAYS - _known(method, rest):
        raise violation(
            f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter. '
            f"Field '{name}' could not be found in request message.",
            "",
        )
