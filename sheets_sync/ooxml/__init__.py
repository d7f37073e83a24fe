"""A small OOXML spreadsheet engine with three uses: read a sheet as a stream, patch single cells, fill a skeleton.

It knows workbooks, sheets, rows and cells only. Rules come from ECMA-376 (SpreadsheetML, Open Packaging Conventions)
and from what Excel, LibreOffice and XlsxWriter write.
"""
