"""Reports: a folder per report assembles its content once from the ledger's answers; ``render``
writes any content as xlsx (live formulas), docx or pdf.
"""
