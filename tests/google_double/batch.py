"""`spreadsheets.batchUpdate`: all requests of a body in their order; the caller undoes them if one fails."""

from dataclasses import dataclass
from typing import Any

from . import masks
from .a1 import Area, check_inside
from .errors import ApiError, bad, not_in_the_double
from .protected import check_editable
from .resource import resource
from .schema import check
from .spreadsheet import Sheet, Spreadsheet


@dataclass
class Batch:
    """What every kind of request works on."""

    spreadsheet: Spreadsheet
    user: str
    owner: str
    year: int

    @property
    def locale(self) -> str:
        return str(self.spreadsheet.properties["locale"])

    def sheet(self, sheet_id: int) -> Sheet:
        return self.spreadsheet.by_id(sheet_id)

    def editable(self, grid_range: dict[str, Any] | None) -> Area:
        """The same of a range that is to be changed, which can be protected."""
        area = self.area(grid_range)
        check_editable(area, self.user, self.owner)
        return area

    def area(self, grid_range: dict[str, Any] | None) -> Area:
        """A range of a request, inside the grid; its ends are set."""
        if grid_range is None:
            raise bad("range must be specified.")
        sheet = self.sheet(grid_range.get("sheetId", 0))
        grid = sheet.grid
        top, left = grid_range.get("startRowIndex", 0), grid_range.get("startColumnIndex", 0)
        bottom = grid_range.get("endRowIndex", grid.row_count)
        right = grid_range.get("endColumnIndex", grid.column_count)
        if min(top, left) < 0 or bottom < top or right < left:
            raise bad("GridRange has an end before its start.")
        area = Area(sheet, top, left, bottom, right)
        check_inside(area)
        if bottom > grid.row_count or right > grid.column_count:
            raise bad(
                f"Range ({Area(sheet, top, left, None, None).text()}) exceeds grid limits. "
                f"Max rows: {grid.row_count}, max columns: {grid.column_count}"
            )
        return area


def batch_update(batch: Batch, body: dict[str, Any], mask: masks.Mask | None) -> dict[str, Any]:
    requests = body.get("requests") or []
    if not requests:
        raise bad("Must specify at least one request.")
    replies = [_applied(batch, index, request) for index, request in enumerate(requests)]
    batch.spreadsheet.check_size()
    reply: dict[str, Any] = {"spreadsheetId": batch.spreadsheet.id, "replies": replies}
    if body.get("includeSpreadsheetInResponse"):
        reply["updatedSpreadsheet"] = _updated(batch, body, mask)
    return reply


def _applied(batch: Batch, index: int, request: dict[str, Any]) -> dict[str, Any]:
    from .kinds import KINDS  # noqa: PLC0415 - the kinds need Batch

    if len(request) != 1:
        raise bad(f"Invalid requests[{index}]: No request set.")
    ((kind, content),) = request.items()
    apply = KINDS.get(kind)
    if apply is None:
        raise not_in_the_double(f"the request {kind}")
    try:
        found = apply(batch, content)
    except ApiError as error:
        if error.code == 400:
            raise ApiError(400, f"Invalid requests[{index}].{kind}: {error.message}", details=error.details) from None
        raise
    return {kind: found} if found is not None else {}


def _updated(batch: Batch, body: dict[str, Any], mask: masks.Mask | None) -> dict[str, Any]:
    ranges = body.get("responseRanges", [])
    below = None
    if mask and masks.wants(mask, "updatedSpreadsheet"):
        below = masks.below(mask, "updatedSpreadsheet") or None
    if not body.get("responseIncludeGridData") and not (below and masks.wants(below, "sheets", "data")):
        return resource(batch.spreadsheet, ranges, below, grid=False, user=batch.user)
    return resource(batch.spreadsheet, ranges, below, grid=True, user=batch.user)


def check_batch(body: dict[str, Any]) -> None:
    check(body, "BatchUpdateSpreadsheetRequest")
