import { DARK, FIXED, hues, LIGHT, SANS, type Theme } from './palette.ts';

/** Sizes of text, as the widths of text.ts are asked for. */
export const SIZE = {
  name: 18,
  summary: 12.5,
  legend: 11.5,
  wave: 12.5,
  note: 11,
  id: 12,
  title: 11,
  axis: 11,
} as const;

/**
 * The style sheet of a picture with so many waves, with no custom properties, which many renderers do not know. All
 * rules are about things in `.picture`, so that it may stand in a page.
 */
export function svgStyle(waves: number): string {
  return [
    '.picture{color-scheme:light dark}',
    `.picture text{font-family:${SANS}}`,
    `.picture .id{font:600 ${SIZE.id}px ${FIXED}}`,
    `.picture .name{font-size:${SIZE.name}px;font-weight:600}`,
    `.picture .summary{font-size:${SIZE.summary}px}`,
    `.picture .legend{font-size:${SIZE.legend}px}`,
    `.picture .wave{font-size:${SIZE.wave}px;font-weight:600}`,
    `.picture .note{font-size:${SIZE.note}px}`,
    `.picture .title{font-size:${SIZE.title}px}`,
    `.picture .axis{font-size:${SIZE.axis}px;font-variant-numeric:tabular-nums}`,
    '.picture .edge{fill:none;stroke-width:1.3}',
    '.picture .later{stroke-dasharray:5 4}',
    '.picture .edge.critical{stroke-width:2.6}',
    '.picture .grid{stroke-width:1}',
    '.picture .card{stroke-width:1}',
    '.picture .task.critical>.card,.picture .sample.critical{stroke-width:2}',
    '.picture .chain{fill:none;stroke-width:1.6;stroke-dasharray:2 3}',
    ...colours(LIGHT, { waves, dark: false }),
    '@media (prefers-color-scheme:dark){',
    ...colours(DARK, { waves, dark: true }),
    '}',
  ].join('\n');
}

function colours(theme: Theme, { waves, dark }: { readonly waves: number; readonly dark: boolean }): readonly string[] {
  return [
    `.picture .page{fill:${theme.page}}`,
    `.picture .band{fill:${theme.band}}`,
    `.picture .card,.picture .sample{fill:${theme.card};stroke:${theme.border}}`,
    `.picture text,.picture .id{fill:${theme.text}}`,
    `.picture .quiet,.picture .summary,.picture .legend,.picture .note,.picture .title,.picture .axis{fill:${theme.muted}}`,
    `.picture .bar .title,.picture .bar .note{fill:${theme.text};fill-opacity:.8}`,
    `.picture .edge{stroke:${theme.line}}`,
    `.picture .grid{stroke:${theme.grid}}`,
    `.picture .tip{fill:${theme.line}}`,
    ...hues(waves, dark).map(
      ({ mark, surface }, nth) =>
        `.picture .h${nth} .mark{fill:${mark}}.picture .bar.h${nth}>.card{fill:${surface};stroke:${mark}}`,
    ),
    `.picture .task.critical>.card,.picture .sample.critical{stroke:${theme.critical}}`,
    `.picture .task.critical>.card,.picture .sample.critical{fill:${theme.criticalCard}}`,
    `.picture .edge.critical,.picture .chain{stroke:${theme.critical}}`,
    `.picture .tip.critical{fill:${theme.critical}}`,
  ];
}
