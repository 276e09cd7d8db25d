import type { Shade } from '../state/shade.ts';
import { DARK, FIXED, LIGHT, SANS, type Theme } from './palette.ts';

/**
 * Colours and sizes of the pictures beside the progress file. A page of Markdown shows them as images: each has the colours
 * of one scheme, since an image follows the reader's system and not the page that it stands on.
 */

export type Scheme = 'light' | 'dark';

/** Sizes of text in pixels. A page of 980 pixels shows these pictures as they are: nothing smaller can be read. */
export const SIZE = { name: 16, id: 12, text: 11.5 } as const;

/** Sign and surface of what stands so. */
type Colours = readonly [mark: string, surface: string];

const LIGHT_SHADES: Readonly<Record<Shade, Colours>> = {
  completed: ['#1a7f37', '#dafbe1'],
  running: ['#0969da', '#ddf4ff'],
  'in-review': ['#8250df', '#fbefff'],
  retrying: ['#9a6700', '#fff8c5'],
  ready: ['#0a7a6a', '#e3fbf5'],
  blocked: ['#8c959f', '#ffffff'],
  held: ['#57606a', '#eef1f4'],
  stuck: ['#a40e26', '#fff5f5'],
  lost: ['#cf222e', '#ffebe9'],
  'needs-human': ['#cf222e', '#ffd7d3'],
  skipped: ['#afb8c1', '#f6f8fa'],
};

const DARK_SHADES: Readonly<Record<Shade, Colours>> = {
  completed: ['#3fb950', '#12301d'],
  running: ['#58a6ff', '#10294a'],
  'in-review': ['#a371f7', '#281b45'],
  retrying: ['#d29922', '#352a0f'],
  ready: ['#39c5bb', '#0e2f2d'],
  blocked: ['#6e7681', '#161b22'],
  held: ['#8b949e', '#21262d'],
  stuck: ['#f85149', '#25171c'],
  lost: ['#f85149', '#3d1519'],
  'needs-human': ['#ff7b72', '#5a1e1e'],
  skipped: ['#484f58', '#161b22'],
};

/** The style sheet of a picture in one scheme, with no custom properties, which many renderers do not know. */
export function statusStyle(scheme: Scheme): string {
  const [theme, shades] = scheme === 'dark' ? ([DARK, DARK_SHADES] as const) : ([LIGHT, LIGHT_SHADES] as const);
  return [
    `text{font:${SIZE.text}px ${SANS};fill:${theme.text}}`,
    `.name{font-size:${SIZE.name}px;font-weight:600}`,
    `.strong{font-weight:600;paint-order:stroke;stroke:${theme.page};stroke-width:4px;stroke-linejoin:round}`,
    `.id{font:600 ${SIZE.id}px ${FIXED}}`,
    `.quiet{fill:${theme.muted}}`,
    ...shapes(theme),
    ...Object.entries(shades).map(
      ([shade, [mark, surface]]) =>
        `.${shade}>.card{fill:${surface};stroke:${mark}}.${shade}>.mark{fill:${mark}}.${shade}.expected>.card{fill:${theme.page};stroke-dasharray:3 2}`,
    ),
    `.critical>.card{stroke:${theme.critical};stroke-width:2}`,
  ].join('\n');
}

function shapes(theme: Theme): readonly string[] {
  return [
    `.page{fill:${theme.page}}`,
    `.band{fill:${theme.band}}`,
    `.edge{fill:none;stroke:${theme.line};stroke-width:1.2}`,
    `.edge.critical{stroke:${theme.critical};stroke-width:2.4}`,
    `.tip{fill:${theme.line}}`,
    `.tip.critical{fill:${theme.critical}}`,
    `.grid{stroke:${theme.grid}}`,
    `.sample.critical{fill:none;stroke:${theme.critical};stroke-width:2}`,
  ];
}
