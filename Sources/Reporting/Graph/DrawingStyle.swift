/// The style sheet of drawings, in a file of their own and inside a page.
enum DrawingStyle {
  /// For a picture that stands alone: the colours, and the rules.
  static let alone: StaticString = """
    :root{background:#fff;--ink:#1b1f24;--dim:#57606a;--line:#8c959f;--sheet:#fff;--box:#f6f8fa;--inner:#fff;--edge:#8c959f;\
    --good:#dafbe1;--goodline:#1a7f37;--bad:#ffebe9;--badline:#cf222e;--wait:#fff8c5;--waitline:#9a6700;--run:#ddf4ff;\
    --runline:#0969da;--paid:#bf8700}
    @media (prefers-color-scheme:dark){:root{background:#0d1117;--ink:#e6edf3;--dim:#9198a1;--line:#656c76;--sheet:#161b22;\
    --box:#11161d;--inner:#161b22;--edge:#7d8590;--good:#12361f;--goodline:#3fb950;--bad:#4c1519;--badline:#f85149;\
    --wait:#3b2e0a;--waitline:#d29922;--run:#0c2d4d;--runline:#58a6ff;--paid:#e3b341}}
    .drawing text{font:13px system-ui,"Noto Sans CJK SC",sans-serif;fill:var(--ink)}
    .drawing .name{font-weight:600}.drawing .what{font-size:11px;fill:var(--dim)}
    .drawing .tag{font-size:10.5px;fill:var(--paid);font-weight:600}
    .drawing .box rect{fill:var(--box);stroke:var(--line);stroke-dasharray:4 3}.drawing .inner rect{fill:var(--inner)}
    .drawing .box text{fill:var(--dim);font-weight:600}
    .drawing .edge{fill:none;stroke:var(--edge);stroke-width:1.3}.drawing .many{stroke-width:2.2}.drawing .tip{fill:var(--edge)}
    .drawing .step rect{fill:var(--sheet);stroke:var(--line)}
    .drawing .s-succeeded rect,.drawing .s-adopted rect{fill:var(--good);stroke:var(--goodline)}
    .drawing .s-failed rect,.drawing .s-stuck rect,.drawing .s-in-doubt rect{fill:var(--bad);stroke:var(--badline);stroke-width:2}
    .drawing .s-started rect,.drawing .s-answered rect,.drawing .s-undoing rect{fill:var(--run);stroke:var(--runline)}
    .drawing .s-waiting-for-person rect,.drawing .s-stays rect{fill:var(--wait);stroke:var(--waitline)}
    .drawing .s-skipped,.drawing .s-abandoned,.drawing .s-undone,.drawing .s-blocked{opacity:.55}
    .drawing .paid rect{stroke:var(--paid);stroke-width:2.5}
    """
}
