/** The style sheet of the report: light paper, system fonts, nothing fetched. */
export const REPORT_STYLE = `
:root{--ink:#1b1f24;--soft:#59626d;--line:#e3e6ea;--paper:#fff;--ground:#f4f5f7;--red:#b3261e;--green:#00664a;--grey:#59626d;--blue:#0072b2}
*{box-sizing:border-box}
html[lang=en] .zh,html[lang=zh] .en{display:none}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Noto Sans","Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1120px;margin:0 auto;padding:28px 20px 60px}
header{display:flex;flex-wrap:wrap;align-items:baseline;gap:8px 14px;margin-bottom:18px}
h1{font-size:26px;line-height:1.2;margin:0;letter-spacing:-.01em}
h2{font-size:16px;margin:0 0 2px}
header .sub{color:var(--soft);flex-basis:100%;order:9}
.tag{border:1px solid var(--line);background:var(--paper);border-radius:999px;padding:1px 11px;font-size:13px;color:var(--soft)}
.tag.warn{border-color:#d9a400;background:#fff6d6;color:#6b4f00;font-weight:600}
button{font:inherit;font-size:13px;border:1px solid #c9ced4;background:var(--paper);border-radius:6px;padding:3px 12px;cursor:pointer;color:var(--ink)}
button:focus-visible{outline:2px solid var(--blue);outline-offset:2px}
header button{margin-left:auto}
section{position:relative;background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:16px 18px 14px;margin-bottom:16px;overflow:hidden}
section>p.note{margin:0 0 8px;color:var(--soft);font-size:13.5px}
.headline{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:6px 24px}
.headline .big{font-size:30px;font-weight:650;line-height:1.2;letter-spacing:-.01em}
.headline .big small{font-size:15px;font-weight:500;color:var(--soft);letter-spacing:0}
.headline .what{color:var(--soft);font-size:13px}
.verdict{border-left:5px solid var(--grey);padding:2px 0 2px 14px;margin:14px 0 10px}
.verdict.red{border-color:var(--red)}.verdict.green{border-color:var(--green)}
.verdict b{font-weight:600}
.verdict.red b{color:var(--red)}.verdict.green b{color:var(--green)}
.stopped{margin:0 0 12px;padding:7px 14px;border-radius:6px;background:#fbe9e7;color:var(--red);font-weight:600}
.red-text{color:var(--red)}.green-text{color:var(--green)}
.facts{margin:0;display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:12px 20px}
.facts dt{color:var(--soft);font-size:13px}.facts dd{margin:0;font-size:18px;font-weight:600}
.facts dd small{display:block;font-size:13px;font-weight:400;color:var(--soft)}
.legend{display:flex;flex-wrap:wrap;gap:2px 16px;font-size:13px;color:var(--soft);margin:0 0 4px}
.legend i{display:inline-block;width:16px;height:0;border-top:3px solid;margin-right:6px;vertical-align:middle}
.legend i.dash{border-top-style:dashed}

.chart{position:relative;cursor:crosshair}
svg{display:block;width:100%;height:auto;overflow:visible}
.legend svg{display:inline-block;width:11px;height:11px;margin-right:5px;vertical-align:-1px}
svg text{fill:var(--soft);font-size:12px}
svg text.value{fill:var(--ink);font-size:12.5px;font-weight:600}
svg text.strong{fill:var(--ink);font-weight:600}
svg .grid{stroke:#edeff2}svg .zero{stroke:#9aa2ab}svg .axis{stroke:#7a828c}
svg .joint{stroke:#b4bbc3;stroke-dasharray:2 2}svg .paid{stroke:var(--red);stroke-width:1.6}
svg .cross{stroke:#59626d;stroke-dasharray:3 3;visibility:hidden}svg .cross.shown{visibility:visible}
svg .chosen{fill:#0072b2;opacity:.15}
.tip{position:absolute;top:14px;z-index:2;pointer-events:none;background:rgba(255,255,255,.96);border:1px solid #c9ced4;border-radius:6px;padding:5px 10px;font-size:12.5px;white-space:nowrap;box-shadow:0 2px 10px rgba(0,0,0,.08)}
.tip[hidden]{display:none}.tip i{display:inline-block;width:9px;height:9px;border-radius:2px;margin-right:6px}
.stamp{position:absolute;right:-6px;bottom:10px;transform:rotate(-4deg);font-size:15px;font-weight:700;letter-spacing:.05em;text-transform:uppercase;color:#b98900;opacity:.34;pointer-events:none;padding:0 26px}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:13.5px}
table.narrow{max-width:720px}
th{font-weight:600;text-align:left;color:var(--soft);border-bottom:1px solid #c9ced4;padding:4px 10px 4px 0;white-space:nowrap}
td{padding:3px 10px 3px 0;border-bottom:1px solid var(--line);white-space:nowrap}
th.n,td.n{text-align:right}
.two{display:grid;grid-template-columns:1fr 1fr;gap:0 16px}
code{font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;word-break:break-all}
pre{background:var(--ground);border:1px solid var(--line);border-radius:6px;padding:9px 12px;margin:6px 0 0;white-space:pre-wrap}
.source th{width:180px;vertical-align:top}.source td{white-space:normal}
.tools{display:flex;align-items:center;gap:14px;margin:20px 0 10px;color:var(--soft);font-size:13px;min-height:30px}
@media(max-width:760px){main{padding:16px 10px 40px}.headline{grid-template-columns:1fr}.facts{grid-template-columns:1fr 1fr}.two{grid-template-columns:1fr}.wide{overflow-x:auto}.wide>svg{min-width:680px}}
@media print{body{background:#fff}section{break-inside:avoid;border-color:#ccc}button,.tools{display:none}}
`;
