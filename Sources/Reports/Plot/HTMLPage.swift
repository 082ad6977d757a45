/// A page that is complete in itself: no network, no script, light or dark as the reader's system is, and printable.
///
/// ```swift
/// let page = HTMLPage.text(title: "store-canary") { page in
///     page.element("h1", text: "store-canary")
///     plot.write(to: &page, id: "requests")
/// }
/// ```
public enum HTMLPage {
    /// The text of a page whose body `content` writes.
    public static func text(title: String, content: (inout HTMLWriter) -> Void) -> String {
        var page = HTMLWriter()
        page.raw("<!DOCTYPE html>\n")
        page.element("html", ("lang", "en")) { page in
            page.element("head") { page in
                page.line()
                page.empty("meta", ("charset", "utf-8"))
                page.line()
                page.empty("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"))
                page.line()
                page.empty("meta", ("name", "color-scheme"), ("content", "light dark"))
                page.line()
                page.element("title", text: title)
                page.line()
                page.raw("<style>\n")
                page.raw(style)
                page.raw("</style>\n")
            }
            page.line()
            page.element("body") { page in
                page.element("main") { page in
                    page.line()
                    content(&page)
                }
            }
            page.line()
        }
        page.line()
        return page.text
    }

    /// Colours are those of M. Okabe and K. Ito, which people see apart who do not see all colours; lines have dashes too.
    private static let style: StaticString = """
        :root {
          --back: #ffffff; --text: #1a1a1a; --soft: #595959; --rule: #d0d0d0; --box: #f6f6f6; --bad: #b00020; --good: #146c2e;
          --c0: #0067a3; --c1: #c24e00; --c2: #00795a; --c3: #a8437f; --c4: #8a6100; --c5: #4b4b9a;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --back: #161616; --text: #ececec; --soft: #b0b0b0; --rule: #444444; --box: #202020; --bad: #ff8a80; --good: #81c995;
            --c0: #6cb8ee; --c1: #ff9a4d; --c2: #4fd0a8; --c3: #eb9fd0; --c4: #e6b93c; --c5: #a9a9f5;
          }
        }
        @media print {
          :root {
            --back: #ffffff; --text: #000000; --soft: #444444; --rule: #bbbbbb; --box: #ffffff; --bad: #b00020; --good: #146c2e;
            --c0: #0067a3; --c1: #c24e00; --c2: #00795a; --c3: #a8437f; --c4: #8a6100; --c5: #4b4b9a;
          }
          figure details { display: none; }
          figure, tr, li { break-inside: avoid; }
          h2, h3 { break-after: avoid; }
          main { max-width: none; }
          .plots { grid-template-columns: 1fr 1fr !important; }
        }
        body { margin: 0; background: var(--back); color: var(--text); font: 15px/1.45 system-ui, sans-serif; }
        main { max-width: 80rem; margin: 0 auto; padding: 1rem; }
        h1 { font-size: 1.6rem; margin: 0.5rem 0 0; overflow-wrap: anywhere; }
        h2 { font-size: 1.25rem; margin: 2rem 0 0.5rem; border-bottom: 1px solid var(--rule); }
        h3 { font-size: 1rem; margin: 1.2rem 0 0.2rem; overflow-wrap: anywhere; }
        p, ol, ul { margin: 0.3rem 0; }
        .soft { color: var(--soft); }
        .bad { color: var(--bad); }
        .good { color: var(--good); }
        .plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(30rem, 100%), 1fr)); gap: 0.8rem; }
        figure { margin: 0; padding: 0.5rem; background: var(--box); border: 1px solid var(--rule); border-radius: 4px; min-width: 0; }
        figcaption { font-weight: 600; font-size: 0.9rem; }
        figure svg { width: 100%; height: auto; display: block; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; font-size: 0.85rem; font-variant-numeric: tabular-nums; }
        th, td { padding: 0.15rem 0.7rem 0.15rem 0; text-align: right; white-space: nowrap; }
        th:first-child, td:first-child, .left { text-align: left; }
        thead th { border-bottom: 1px solid var(--rule); vertical-align: bottom; }
        tbody th { font-weight: normal; }
        figure details { font-size: 0.85rem; }
        figure details > div { max-height: 20rem; overflow: auto; }
        summary { cursor: pointer; color: var(--soft); }
        .legend { display: flex; flex-wrap: wrap; gap: 0 1rem; font-size: 0.85rem; list-style: none; padding: 0; }
        .legend svg { width: 1.8rem; height: 0.7rem; display: inline-block; vertical-align: middle; margin-right: 0.3rem; }
        svg text { fill: var(--soft); font: 11px system-ui, sans-serif; }
        svg .grid { stroke: var(--rule); stroke-width: 1; }
        svg .mark { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 2 3; }
        svg .line { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
        svg .dot { stroke: none; }
        svg .l0 { stroke: var(--c0); } svg .d0 { fill: var(--c0); }
        svg .l1 { stroke: var(--c1); stroke-dasharray: 6 2; } svg .d1 { fill: var(--c1); }
        svg .l2 { stroke: var(--c2); stroke-dasharray: 2 2; } svg .d2 { fill: var(--c2); }
        svg .l3 { stroke: var(--c3); stroke-dasharray: 8 2 2 2; } svg .d3 { fill: var(--c3); }
        svg .l4 { stroke: var(--c4); stroke-dasharray: 4 4; } svg .d4 { fill: var(--c4); }
        svg .l5 { stroke: var(--c5); stroke-dasharray: 1 3; } svg .d5 { fill: var(--c5); }

        """
}
