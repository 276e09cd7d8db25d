import { basicStyle } from './page-head.ts';
import { DARK, FIXED, LIGHT, type Theme } from './palette.ts';

/** The style sheet of the page around a picture. */
export function pageStyle(): string {
  return [
    ...basicStyle(1.45),
    '.bar-of-tools{position:sticky;top:0;z-index:1;display:flex;flex-wrap:wrap;gap:8px 12px;align-items:center;padding:10px 20px;border-bottom:1px solid}',
    '.tools{display:flex;flex-wrap:wrap;gap:8px;align-items:center}.tools[hidden]{display:none}',
    'h1{font-size:15px;margin:0 auto 0 0;overflow-wrap:anywhere}',
    'h2{font-size:15px;margin:24px 20px 8px}',
    'input,button{font:inherit;color:inherit;padding:4px 10px;border:1px solid;border-radius:6px;min-height:32px;box-sizing:border-box}',
    'input{width:230px}',
    'button{cursor:pointer;min-width:34px}',
    'output{min-width:86px;font-variant-numeric:tabular-nums}',
    ':focus-visible{outline:2px solid;outline-offset:1px}',
    '.stage{overflow:auto;max-height:calc(100vh - 54px);cursor:grab}',
    '.stage.dragged{cursor:grabbing;user-select:none}',
    '.stage svg{display:block;margin:0 auto}',
    '.scroll{overflow-x:auto;padding:0 20px 32px}',
    'table{border-collapse:collapse;width:100%}',
    'th,td{text-align:left;vertical-align:top;padding:6px 12px 6px 0;border-bottom:1px solid;overflow-wrap:anywhere}',
    'th{overflow-wrap:normal}',
    'td.number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}',
    `td.id{font:600 13px ${FIXED}}`,
    'td a{color:inherit}',
    'tr.critical td.id{text-decoration-thickness:2px}',
    '.picture .task{cursor:pointer}',
    '.picture .task:focus{outline:none}',
    '.picture .task:focus-visible>.card{stroke-width:3}',
    '.picture.focus .task:not(.lit),.picture.focus .chain{opacity:.16}',
    // Edges lie on each other where they share a lane, and add up.
    '.picture.focus .edge[data-from]:not(.lit),.picture.search .edge[data-from]{opacity:.07}',
    '.picture.search .task:not(.hit){opacity:.16}',
    '.picture .task.self>.card{stroke-width:2.5}',
    '.picture .edge.lit{stroke-width:2.2}',
    ...colours(LIGHT),
    '@media (prefers-color-scheme:dark){',
    ...colours(DARK),
    '}',
  ].join('\n');
}

function colours(theme: Theme): readonly string[] {
  return [
    `body,.bar-of-tools,input{background:${theme.page};color:${theme.text}}`,
    `button{background:${theme.band}}`,
    `.bar-of-tools,th,td,input,button{border-color:${theme.border}}`,
    `th,output{color:${theme.muted}}`,
    `tr.critical td.id,tr.critical td.path{color:${theme.critical}}`,
    `:focus-visible{outline-color:${theme.critical}}`,
    `.picture .task:focus-visible>.card,.picture .task.self>.card{stroke:${theme.text}}`,
    `.picture .edge.lit:not(.critical){stroke:${theme.text}}`,
  ];
}
