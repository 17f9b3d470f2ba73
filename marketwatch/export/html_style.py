"""The style of the html form: light and dark as the reader's system says, always light on paper."""

from __future__ import annotations

STYLE = """\
:root { --ink: #1c232b; --dim: #55606c; --page: #fdfcfa; --band: #f1eee8; --rule: #d9d4ca; --link: #1f56a8;
  --fill: 92%; --edge: 36%; --sign: 22%; --soft: 62%; }
@media screen and (prefers-color-scheme: dark) {
  :root { --ink: #dfe5ec; --dim: #9aa6b3; --page: #101418; --band: #171d24; --rule: #2c3540; --link: #8db6f5;
    --fill: 20%; --edge: 64%; --sign: 88%; --soft: 45%; }
}
.h0 { --h: 214; } .h1 { --h: 24; } .h2 { --h: 150; } .h3 { --h: 280; }
.h4 { --h: 350; } .h5 { --h: 188; } .h6 { --h: 48; } .h7 { --h: 95; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 76rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; margin: 0 0 .75rem; }
h2 { font-size: 1.3rem; margin: 2.2rem 0 .5rem; border-bottom: 3px solid hsl(var(--h) 60% var(--edge)); }
h3 { font-size: 1.05rem; margin: 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: 0 0 1.25rem; font-size: .95rem; }
dt { color: var(--dim); }
dd { margin: 0; overflow-wrap: anywhere; }
a { color: var(--link); overflow-wrap: anywhere; }
.timeline { margin: 0; overflow-x: auto; }
.timeline svg { display: block; width: 100%; min-width: 46rem; height: auto; font: 12px system-ui, sans-serif; }
figcaption { color: var(--dim); font-size: .85rem; margin-bottom: .5rem; }
.band0 { fill: var(--band); } .band1 { fill: none; }
line.tick { stroke: var(--rule); } text.tick { fill: var(--dim); }
.name { fill: hsl(var(--h) 55% var(--edge)); font-weight: 600; font-size: 13px; }
.mark rect { fill: hsl(var(--h) 55% var(--fill)); stroke: hsl(var(--h) 55% var(--edge)); stroke-width: 1.4; }
.mark text { fill: hsl(var(--h) 65% var(--sign)); text-anchor: middle; font-size: 12px; }
.mark.done rect { stroke-width: 2; }
.mark.planned rect { stroke-dasharray: 5 3; }
.mark.considered rect, .mark.rumoured rect { fill: var(--page); stroke-dasharray: 1.5 2.5; }
.mark.denied text, .mark.rejected text { text-decoration: line-through; }
.mark.rejected { opacity: .55; }
a:hover .mark rect, a:focus .mark rect { stroke-width: 3; }
.move { margin: 1rem 0 1.4rem; padding-left: .8rem; border-left: 3px solid hsl(var(--h) 45% var(--soft)); }
.move:target { background: var(--band); }
.move > p { margin: .1rem 0 .4rem; color: var(--dim); }
.move.rejected h3 { text-decoration: line-through; }
time { color: var(--dim); font-weight: 400; font-variant-numeric: tabular-nums; }
.sign { color: hsl(var(--h) 60% var(--edge)); }
blockquote { margin: .4rem 0; padding-left: .8rem; border-left: 1px solid var(--rule); }
blockquote p { margin: 0; white-space: pre-line; overflow-wrap: anywhere; }
blockquote footer { color: var(--dim); font-size: .88rem; }
.figures { margin: .3rem 0 0; padding-left: 1.2rem; font-size: .92rem; }
@media print {
  @page { margin: 16mm 14mm; }
  body { font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  .timeline { overflow: visible; }
  .timeline svg { min-width: 0; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .move, blockquote { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  blockquote footer a[href]::after { content: " (" attr(href) ")"; }
}
"""
