import type { Shade } from '../state/shade.ts';
import { counted, SHADES } from '../text/words.ts';
import { linked, MARGIN, ROOM, type StatusPicture, statusFrame, WIDTH } from './status-frame.ts';
import { type Scheme, SIZE } from './status-style.ts';
import { fitted, px, widthOf, xml } from './text.ts';

/** A plan of too many tasks to be read: its waves, each with a bar of how many of its tasks stand where. */
export interface StatusWaves extends Pick<StatusPicture, 'name' | 'summary' | 'notes'> {
  readonly waves: readonly StatusWave[];
}

interface StatusWave {
  readonly name: string;
  /** `3 of 12 · after waves 1, 2`. */
  readonly note: string;
  readonly counts: ReadonlyMap<Shade, number>;
  readonly href: string | undefined;
}

const ROW = { height: 48, bar: 14 } as const;

/** More waves than this are nobody's picture: the others are counted. */
const MAX_WAVES = 60;

export function statusWaves(plan: StatusWaves): (scheme: Scheme) => string {
  const shown = plan.waves.slice(0, MAX_WAVES);
  const more = plan.waves.length - shown.length;
  const picture: StatusPicture = {
    ...plan,
    notes: [...plan.notes, ...(more === 0 ? [] : [`${counted(more, 'wave')} more`])],
    description: `Waves of the plan. ${plan.summary}. Each has a bar of how many of its tasks stand where.`,
    shades: new Set(shown.flatMap(({ counts }) => [...counts.keys()])),
    hasCritical: false,
    height: shown.length * ROW.height,
    body: shown.map((wave, nth) => row(wave, nth)),
  };
  return (scheme) => statusFrame(picture, scheme);
}

function row(wave: StatusWave, nth: number): string {
  const y = nth * ROW.height;
  const band = nth % 2 === 0 ? `<rect class="band" y="${y}" width="${WIDTH}" height="${ROW.height}"/>` : '';
  const note = fitted(wave.note, { room: ROOM / 2, size: SIZE.text });
  const room = ROOM - widthOf(note, SIZE.text) - 12;
  const content = [
    band,
    `<text class="strong" x="${MARGIN}" y="${y + 18}">${xml(fitted(wave.name, { room, size: SIZE.text }))}</text>`,
    `<text class="quiet" x="${WIDTH - MARGIN}" y="${y + 18}" text-anchor="end">${xml(note)}</text>`,
    bar(wave, y + 26),
  ].join('');
  return linked(wave.href, content);
}

function bar({ counts }: StatusWave, y: number): string {
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  let x = MARGIN;
  const parts = (Object.keys(SHADES) as Shade[]).flatMap((shade) => {
    const count = counts.get(shade) ?? 0;
    if (count === 0) return [];
    const width = (ROOM * count) / all;
    const part = `<g class="${shade}"><title>${counted(count, 'task')} ${SHADES[shade].word}</title><rect class="mark" x="${px(x)}" y="${y}" width="${px(Math.max(1, width - 1))}" height="${ROW.bar}"/></g>`;
    x += width;
    return [part];
  });
  return parts.join('');
}
