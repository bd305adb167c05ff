/** Text has a contrast of at least 4.5 to 1 on its ground, light and dark. */
export const styles = `
:root {
  --ground: #ffffff; --raised: #f5f6f8; --line: #d9dde3; --text: #1b2027; --quiet: #566070;
  --blue: #1d5fd0; --green: #157a45; --blue-fill: #4f8df0; --green-fill: #3fb073;
  --good: #157a45; --warn: #8a5300; --bad: #b3261e; --good-ground: #e5f5eb; --warn-ground: #fdf0dc; --bad-ground: #fde8e6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171c; --raised: #1d2229; --line: #343b45; --text: #e8ebef; --quiet: #a3adba;
    --blue: #7fb0ff; --green: #6fd6a0; --blue-fill: #3f7fe6; --green-fill: #2f9a62;
    --good: #6fd6a0; --warn: #f0b45a; --bad: #ff8f85; --good-ground: #16301f; --warn-ground: #352610; --bad-ground: #3a1a17;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; }
header, main { max-width: 64rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 2.5rem; }
h1 { font-size: 2rem; line-height: 1.2; margin: .25rem 0 .5rem; letter-spacing: -.01em; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 3rem 0 1rem; padding-bottom: .35rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.75rem 0 .25rem; }
p { margin: .25rem 0 .75rem; overflow-wrap: anywhere; white-space: pre-line; }
small { color: var(--quiet); font-size: .85em; }
th small, td small { display: block; font-weight: 400; white-space: pre-line; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, 'DejaVu Sans Mono', monospace; font-size: .85em; }
code { overflow-wrap: anywhere; }
pre { background: var(--raised); border: 1px solid var(--line); border-radius: 6px; padding: .75rem 1rem; overflow: auto; max-height: 30rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.blue { color: var(--blue); } .green { color: var(--green); }
.badge, .answer { display: inline-block; border-radius: 999px; padding: .1rem .7rem; font-size: .85rem; font-weight: 600; white-space: nowrap; }
.badge { margin: 0; font-size: .95rem; }
.good > .badge, .answer.yes { color: var(--good); background: var(--good-ground); }
.warn > .badge, .answer.unknown { color: var(--warn); background: var(--warn-ground); }
.bad > .badge, .answer.no { color: var(--bad); background: var(--bad-ground); }
.because { font-size: 1.1rem; color: var(--quiet); max-width: 48rem; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .75rem; list-style: none; margin: 1.5rem 0; padding: 0; }
.tiles li { background: var(--raised); border: 1px solid var(--line); border-radius: 8px; padding: .75rem 1rem; color: var(--quiet); font-size: .9rem; }
.tiles span { display: block; }
.tiles strong { font-size: 1.5rem; line-height: 1.3; color: var(--text); margin-right: .25rem; }
.tiles strong.blue { color: var(--blue); } .tiles strong.green { color: var(--green); }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: .75rem 2rem; margin: 0; }
dt { color: var(--quiet); font-size: .85rem; }
dd { margin: 0; overflow-wrap: anywhere; }
.cause { border-left: 4px solid var(--bad); background: var(--bad-ground); padding: .6rem 1rem; border-radius: 0 6px 6px 0; }
.moments { list-style: none; margin: 0; padding: 0; }
.moments li { display: grid; grid-template-columns: 6rem 1fr; gap: 1rem; padding: .3rem 0 .3rem .9rem; border-left: 3px solid var(--line); }
.moments li.good { border-color: var(--good); } .moments li.warn { border-color: var(--warn); } .moments li.bad { border-color: var(--bad); }
.moments time { color: var(--quiet); font-variant-numeric: tabular-nums; text-align: right; }
.moments p { margin: 0; color: var(--quiet); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--quiet); font-size: .9rem; padding: .25rem 0; }
caption b { color: var(--text); }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
thead th { color: var(--quiet); font-size: .85rem; font-weight: 500; }
tbody th { font-weight: 500; }
th.number, td.number { text-align: right; white-space: nowrap; padding-right: 1.25rem; }
.scroll { overflow-x: auto; }
.metrics { min-width: 44rem; margin-bottom: 1rem; table-layout: fixed; }
.metrics th:first-child { width: 5rem; } .metrics .number { width: 6rem; } .metrics .drawn { width: 13rem; } .metrics th:last-child { width: 7.5rem; }
.bullet { display: block; margin-top: .2rem; max-width: 100%; }
.bullet .ground { fill: var(--line); opacity: .5; } .bullet .live { stroke: var(--text); stroke-width: 2.5; } .bullet .limit { stroke: var(--bad); stroke-width: 2; }
.drawn.blue .slot { fill: var(--blue-fill); } .drawn.green .slot { fill: var(--green-fill); }
.legend { color: var(--quiet); font-size: .9rem; }
.beside { display: grid; grid-template-columns: minmax(0, 2fr) minmax(15rem, 1fr); gap: 2rem; align-items: start; }
figure { margin: 0; min-width: 0; }
figcaption { color: var(--quiet); font-size: .9rem; margin-top: .5rem; }
.key { display: inline-block; width: .8rem; height: .8rem; border-radius: 3px; margin: 0 .4rem 0 .8rem; }
.key:first-child { margin-left: 0; }
.key.blue { background: var(--blue-fill); } .key.green { background: var(--green-fill); }
.steps { min-width: 40rem; table-layout: fixed; }
.steps th:nth-child(2) { width: 7.5rem; } .steps th:nth-child(3) { width: 6.5rem; } .steps .when { width: 30%; }
.steps td.when { position: relative; background: linear-gradient(var(--line), var(--line)) 0 1.05rem / 100% 1px no-repeat; }
.steps td.when i { position: absolute; top: .75rem; height: .6rem; min-width: 3px; border-radius: 2px; background: var(--quiet); }
.steps .failed i { background: var(--bad); } .steps .failed td:nth-child(2) { color: var(--bad); font-weight: 600; }
.steps .unfinished td:nth-child(2) { color: var(--warn); font-weight: 600; }
.steps .not-reached th, .steps .not-reached td { color: var(--quiet); }
.one-way { font-style: normal; font-size: .75rem; color: var(--warn); border: 1px solid currentcolor; border-radius: 4px; padding: 0 .35rem; }
details { border-bottom: 1px solid var(--line); padding: .4rem 0; }
summary { cursor: pointer; font-weight: 500; }
summary:focus-visible, pre:focus-visible { outline: 3px solid var(--blue); outline-offset: 2px; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
main { padding-bottom: 4rem; }
@media (max-width: 48rem) { .beside { grid-template-columns: minmax(0, 1fr); } .moments li { grid-template-columns: 4.5rem 1fr; gap: .6rem; } }
@media print {
  :root {
    --ground: #ffffff; --raised: #ffffff; --line: #c8ccd2; --text: #000000; --quiet: #444444; --blue: #1d5fd0; --green: #157a45;
    --blue-fill: #4f8df0; --green-fill: #3fb073; --good: #157a45; --warn: #8a5300; --bad: #b3261e;
    --good-ground: #ffffff; --warn-ground: #ffffff; --bad-ground: #ffffff;
  }
  html { font-size: 11px; }
  body { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  header, main { max-width: none; padding: 0; }
  h2 { margin-top: 1.5rem; break-after: avoid; } h3, caption { break-after: avoid; }
  tr, li, article > .scroll, figure { break-inside: avoid; }
  .badge, .answer { border: 1px solid currentcolor; }
  .beside { display: block; } .metrics, .steps { min-width: 0; } .bullet { width: 8rem; } .scroll { overflow: visible; }
  pre { max-height: none; }
}
`;
