/// How a page looks: light or dark as the reader has it, from the width of a telephone on.
enum PageStyle {
  static let text = """
    :root{--page:#f5f6f8;--card:#fff;--ink:#1a1f29;--soft:#5a6475;--rule:#dde1e8;--back:#eef0f4;
    --counts:#2f6fde;--matches:#c8461b;--entropy:#0f8a6d;--holes:#8a93a3;--even:#7a4fd0;--odd:#b7a0ec;
    --printable:#3f7fe0;--whitespace:#a9c8f5;--control:#e8963a;--zeros:#b4bac5;--high:#8a56c9;
    --skippable:#d9a514;--mark:#ffe08a;--shadow:0 1px 2px rgba(20,30,50,.06),0 4px 14px rgba(20,30,50,.05)}
    @media (prefers-color-scheme:dark){:root{--page:#12151b;--card:#1a1f28;--ink:#e6eaf1;--soft:#98a3b5;
    --rule:#2d3543;--back:#222936;--counts:#6ea3ff;--matches:#ff8a5c;--entropy:#43c9a6;--holes:#7d8798;
    --even:#a686f0;--odd:#6a4fb0;--printable:#5a94ee;--whitespace:#2f5288;--control:#f0a850;--zeros:#525b6b;
    --high:#a878e6;--skippable:#e6bd45;--mark:#705a12;--shadow:none}}
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%}
    body{margin:0;background:var(--page);color:var(--ink);
    font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}
    main{max-width:1180px;margin:0 auto;padding:28px 20px 8px}
    header{margin:0 4px 20px}
    h1{font-size:1.6rem;line-height:1.25;margin:0;overflow-wrap:anywhere}
    h2{font-size:1.05rem;margin:0 0 14px}
    h3{font-size:.95rem;font-weight:600;margin:16px 0 6px;overflow-wrap:anywhere}
    .lead{margin:4px 0 0;color:var(--soft)}
    .card{display:block;background:var(--card);border:1px solid var(--rule);border-radius:12px;
    padding:18px 20px;margin:0 0 16px;box-shadow:var(--shadow)}
    dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:6px 20px;margin:0}
    dt{color:var(--soft)}
    dd{margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
    code,pre{font:.9em/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
    pre{margin:0}
    p{margin:0 0 8px;overflow-wrap:anywhere}
    .warning{margin:10px 0 0;font-weight:600}
    .note{color:var(--soft);font-size:.875rem;margin:10px 0 0}
    .plots{position:relative;border-radius:6px;outline-offset:8px;touch-action:pan-y}
    .plots:focus-visible{outline:2px solid var(--counts)}
    figure{margin:0 0 16px}
    figcaption{display:flex;flex-wrap:wrap;gap:0 12px;justify-content:space-between;font-size:.875rem;
    margin-bottom:4px;overflow-wrap:anywhere}
    figcaption b{font-weight:600;min-width:0}
    figcaption span{color:var(--soft);font-variant-numeric:tabular-nums}
    svg{display:block;width:100%;height:72px;background:var(--back);border-radius:4px}
    .kinds svg{height:96px}.holes svg,.frames svg{height:26px}.frames.many svg{height:56px}
    .counts path{fill:var(--counts)}.entropy path{fill:var(--entropy)}
    .matches path{fill:var(--matches);stroke:var(--matches);stroke-width:.75px;vector-effect:non-scaling-stroke}
    .holes path{fill:var(--holes)}.frames path,.even{fill:var(--even)}.odd{fill:var(--odd)}
    .skippable{fill:var(--skippable)}
    .printable{fill:var(--printable);background:var(--printable)}
    .whitespace{fill:var(--whitespace);background:var(--whitespace)}
    .control{fill:var(--control);background:var(--control)}
    .zeros{fill:var(--zeros);background:var(--zeros)}
    .high{fill:var(--high);background:var(--high)}
    .legend{display:flex;flex-wrap:wrap;gap:2px 16px;list-style:none;margin:0 0 6px;padding:0;
    font-size:.8125rem;color:var(--soft)}
    .legend i{display:inline-block;width:10px;height:10px;border-radius:3px;margin-right:6px}
    .axis{position:relative;height:24px;margin-top:-8px;border-top:1px solid var(--rule);
    font-size:.75rem;color:var(--soft);font-variant-numeric:tabular-nums;overflow:hidden}
    .mark{position:absolute;top:4px;transform:translateX(-50%);white-space:nowrap}
    .mark.first{transform:none}.mark.last{transform:translateX(-100%)}
    .line{position:absolute;top:0;bottom:24px;width:0;border-left:1px solid var(--ink);opacity:.7;
    pointer-events:none}
    .tip{position:absolute;top:0;left:0;z-index:2;max-width:min(330px,100%);padding:10px 12px;
    background:var(--card);border:1px solid var(--rule);border-radius:8px;pointer-events:none;
    box-shadow:0 4px 18px rgba(0,0,0,.22);font-size:.8125rem;line-height:1.4;
    font-variant-numeric:tabular-nums}
    .tip b{display:block;margin-bottom:4px}
    .tip div{display:flex;justify-content:space-between;gap:16px}
    .tip div span:first-child{color:var(--soft);overflow-wrap:anywhere}
    .tip div span:last-child{white-space:nowrap}
    [hidden]{display:none}
    .scroll{overflow:auto;max-width:100%}
    .tall{max-height:420px;margin-top:12px;border:1px solid var(--rule);border-radius:6px}
    table{border-collapse:collapse;font-size:.8125rem;font-variant-numeric:tabular-nums}
    #buckets{width:100%}
    th,td{padding:4px 10px;text-align:right;white-space:nowrap}
    th{font-weight:600;color:var(--soft);background:var(--card);position:sticky;top:0;
    box-shadow:inset 0 -1px var(--rule)}
    tbody tr:nth-child(even){background:var(--back)}
    .words{text-align:left}
    .words code{white-space:pre}
    mark{background:var(--mark);color:inherit;border-radius:3px}
    summary{cursor:pointer;font-weight:600}
    footer{max-width:1180px;margin:0 auto;padding:4px 24px 28px;color:var(--soft);font-size:.8125rem;
    overflow-wrap:anywhere}
    @media (max-width:600px){main{padding:18px 10px 4px}.card{padding:14px 12px}h1{font-size:1.3rem}
    dl{grid-template-columns:minmax(0,1fr);gap:0}dd{margin:0 0 8px}footer{padding:4px 14px 20px}}
    @media print{body{background:#fff}.card{box-shadow:none;break-inside:avoid}details:not([open]),.tip,
    .line,#help{display:none}details.card{break-inside:auto}.tall{max-height:none}
    svg,.legend i,mark{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
    """
}
