"""How a book is laid out on paper; the configuration of a site names the file."""

STYLE = """\
/* Written by `ros1tree book`: change the guideline, not this file. */

@page { size: A4; margin: 16mm 18mm }

@media print {
  article { font-size: 9.5pt !important; line-height: 1.4 !important }
  article h1 { font-size: 18pt !important; margin: 0 0 3mm !important }
  article h2 { font-size: 13pt !important; margin: 6mm 0 2mm !important }
  article h3 { font-size: 11pt !important; margin: 4mm 0 2mm !important }
  article p, article ul, article ol, article blockquote { margin: 1.5mm 0 !important }
  article li { margin-bottom: .8mm !important }
  article table { font-size: 8.5pt !important; line-height: 1.3 !important }
  article th, article td { min-width: 0 !important; padding: 1mm 2mm !important }
  article a { color: inherit !important }
  article blockquote { color: inherit !important; border-left: 1mm solid !important }
  img[src*="diagrams/book"] { display: block; margin: 0 auto; max-height: 225mm; max-width: 100% }
  img[src$="/book.svg"] { max-height: 120mm }
  h1, h2, h3, :is(p, ul):has(+ blockquote, + ul, + table, + div) { break-after: avoid }
  h2:has(> a[id^="chapter-"]) { break-before: page }
  tr, li, blockquote { break-inside: avoid }
}
"""
