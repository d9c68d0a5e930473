/// The style sheet of reports, on top of that of drawings.
enum ReportStyle {
  static let sheet: StaticString = """
    body{margin:0 auto;max-width:1240px;padding:24px;color:var(--ink);font:15px/1.5 system-ui,"Noto Sans CJK SC",sans-serif}
    h1{font-size:24px;margin:0 0 12px}h2{font-size:18px;margin:32px 0 8px}h3{font-size:15px;margin:0 0 4px}
    p{margin:4px 0 8px}.dim,footer{color:var(--dim)}.lines{white-space:pre-wrap}footer{margin-top:40px;font-size:13px}
    nav{display:flex;flex-wrap:wrap;gap:4px 16px;margin-top:16px}a{color:var(--runline)}
    .scroll{overflow:auto;max-height:90vh;border:1px solid var(--line);border-radius:6px;margin:8px 0}
    table{border-collapse:collapse;font-size:13.5px;width:100%}
    th,td{text-align:left;vertical-align:top;padding:4px 10px;border-bottom:1px solid var(--box)}
    thead th{position:sticky;top:0;background:var(--box)}.pairs{width:auto}.pairs th{color:var(--dim);font-weight:400}
    td{overflow-wrap:anywhere}code,pre{font:12.5px ui-monospace,monospace}pre{white-space:pre-wrap;margin:4px 0}
    .badge{display:inline-block;border-radius:10px;padding:0 8px;font-size:12.5px;font-weight:600;border:1px solid;\
    vertical-align:middle}
    .good{background:var(--good);border-color:var(--goodline)}.bad{background:var(--bad);border-color:var(--badline)}
    .busy{background:var(--wait);border-color:var(--waitline)}.idle{background:var(--box);border-color:var(--line)}
    .note{border:1px solid;border-radius:6px;padding:8px 12px;margin:8px 0}
    .chart text{font:12px system-ui,"Noto Sans CJK SC",sans-serif;fill:var(--ink)}.chart text.path{font-weight:700}
    .chart .bar text,.chart .tick{font-size:10.5px;fill:var(--dim)}.chart .grid{stroke:var(--box)}
    .chart .break{stroke:var(--waitline);stroke-dasharray:3 3}
    .chart rect{fill:var(--good);stroke:var(--goodline)}.chart .failed rect{fill:var(--bad);stroke:var(--badline)}
    .chart .waiting rect,.chart .stays rect{fill:var(--wait);stroke:var(--waitline)}
    .chart .open rect{fill:none;stroke:var(--line);stroke-dasharray:3 2}
    .chart .undone rect{fill:var(--box);stroke:var(--line)}.chart .path rect{stroke-width:2.5}
    @media print{.scroll{max-height:none;overflow:visible}body{max-width:none}}
    """
}
