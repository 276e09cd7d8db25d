import { basicStyle } from '../../pictures/page-head.ts';
import { DARK, FIXED, LIGHT, type Theme } from '../../pictures/palette.ts';

/** Surfaces of the states, in light and dark. Text and muted text are read on each of them. */
const SURFACES: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  completed: ['#dafbe1', '#12301f'],
  skipped: ['#eaeef2', '#21262d'],
  running: ['#ddf4ff', '#0c2d4d'],
  'in-review': ['#f0e8ff', '#2a2145'],
  retrying: ['#fff8c5', '#33290a'],
  ready: ['#e6fffa', '#0f2f33'],
  'needs-human': ['#ffebe9', '#41151a'],
  lost: ['#ffebe9', '#41151a'],
  stuck: ['#fff1e5', '#3a2112'],
};

/** The style sheet of the dashboard. */
export function dashboardStyle(): string {
  return [
    ...basicStyle(1.5),
    'header{display:flex;flex-wrap:wrap;gap:4px 16px;align-items:baseline;padding:14px 20px;border-bottom:1px solid}',
    'h1{font-size:18px;margin:0 auto 0 0;overflow-wrap:anywhere}h2{font-size:15px;margin:0 0 8px}',
    'header p{margin:0}a{color:inherit}h1 a:not([href]){text-decoration:none}',
    'main{max-width:1280px;margin:0 auto;padding:16px 20px 48px;display:grid;gap:24px;grid-template-columns:minmax(0,1fr)}',
    '.skip{position:absolute;left:-9999px}.skip:focus{left:8px;top:8px;padding:6px 10px;z-index:2}',
    '.notice{margin:0;padding:10px 14px;border-left:4px solid;border-radius:4px;overflow-wrap:anywhere}',
    '#summary{display:grid;gap:12px;grid-template-columns:repeat(auto-fit,minmax(min(220px,100%),1fr))}',
    '.figure{padding:12px 14px;border:1px solid;border-radius:8px;overflow-wrap:anywhere}',
    '.figure b{display:block;font-size:20px;line-height:1.3;font-variant-numeric:tabular-nums}',
    '.meter{height:8px;border-radius:4px;overflow:hidden;margin-top:8px}.meter{display:flex}.meter i{display:block;height:100%}.meter .held{opacity:.45}',
    'ul,ol{list-style:none;margin:0;padding:0}',
    '#needs li{padding:10px 14px;border-radius:6px;margin-bottom:8px;overflow-wrap:anywhere}',
    '.stage{overflow:auto;max-height:70vh;border:1px solid;border-radius:8px}.stage svg{display:block;margin:0 auto}',
    '.keys{display:flex;flex-wrap:wrap;gap:4px 14px;margin:0 0 8px}.keys span::before{content:"";display:inline-block;width:12px;height:12px;margin-right:6px;border:1px solid;border-radius:3px;vertical-align:-1px}',
    '#waves{display:grid;gap:8px 24px;grid-template-columns:repeat(auto-fill,minmax(min(280px,100%),1fr))}#waves li{overflow-wrap:anywhere}',
    '#timeline summary,#list summary{cursor:pointer}#timeline summary h2{display:inline}',
    '#timeline ol{margin-top:8px}#timeline li{display:grid;grid-template-columns:minmax(84px,18%) minmax(0,1fr);gap:8px;align-items:center}',
    `#timeline li span{font:600 12px ${FIXED};overflow:hidden;text-overflow:ellipsis;white-space:nowrap}`,
    '.track{position:relative;height:16px}.track i{position:absolute;top:3px;height:10px;border-radius:3px;border:1px solid;box-sizing:border-box;min-width:3px}.track i.expected{border-style:dashed}',
    'input{font:inherit;color:inherit;padding:4px 10px;border:1px solid;border-radius:6px;min-height:32px;box-sizing:border-box;max-width:100%}',
    '.find{margin:0 0 8px}',
    '#list details{border-bottom:1px solid}#list details[hidden]{display:none}',
    '#list summary{display:grid;grid-template-columns:minmax(96px,16%) minmax(0,1fr) auto;gap:4px 12px;align-items:center;padding:7px 4px}',
    `#list summary b{font:600 13px ${FIXED};overflow-wrap:anywhere}#list summary span{overflow-wrap:anywhere}`,
    '.state{padding:1px 10px;border:1px solid;border-radius:10px;white-space:nowrap;font-size:13px}',
    '.about{padding:4px 4px 14px;overflow-wrap:anywhere}.about p{margin:0 0 6px}.about ul{margin:0 0 6px;padding-left:18px;list-style:disc}',
    ':focus-visible{outline:2px solid;outline-offset:2px}',
    '.picture .task{cursor:pointer}.picture .task:focus{outline:none}.picture .task.task.task:focus-visible>.card{stroke-width:4}',
    '@media (max-width:560px){#list summary{grid-template-columns:minmax(0,1fr) auto}#list summary span.title{grid-column:1/-1;grid-row:2}main,header{padding-left:12px;padding-right:12px}}',
    ...colours(LIGHT, 0),
    '@media (prefers-color-scheme:dark){',
    ...colours(DARK, 1),
    '}',
  ].join('\n');
}

function colours(theme: Theme, column: 0 | 1): readonly string[] {
  return [
    `body,input,.skip{background:${theme.page};color:${theme.text}}`,
    `header,.figure,.stage,input,#list details,.state,.keys span::before{border-color:${theme.border}}.track i{border-color:${theme.muted}}`,
    `header p,.figure,.find,.keys{color:${theme.muted}}.figure b{color:${theme.text}}`,
    `.meter,.track{background:${theme.band}}.meter i{background:${column === 0 ? '#1a7f37' : '#3fb950'}}`,
    `.notice,#needs li{background:${theme.criticalCard};border-color:${theme.critical}}`,
    `:focus-visible{outline-color:${theme.critical}}`,
    `.picture .task.task.task:focus-visible>.card{stroke:${theme.text}}`,
    `.state,.keys span::before,.track i{background:${theme.band}}`,
    ...Object.entries(SURFACES).map(
      ([state, surface]) =>
        `.picture .task.task.is-${state}>.card{fill:${surface[column]}}.state.is-${state},.keys .is-${state}::before,.track i.is-${state}{background:${surface[column]}}`,
    ),
    `.picture .task[class*=" is-"] .note,.picture .task[class*=" is-"] .title{fill:${theme.text}}`,
    `.picture .task.task.is-running>.card{stroke:${column === 0 ? '#0969da' : '#58a6ff'};stroke-width:2.5}`,
  ];
}
