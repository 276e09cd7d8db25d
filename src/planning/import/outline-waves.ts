import type { Heading } from 'mdast';
import { lineOf } from './markdown-tree.ts';
import type { OutlineWave } from './outline-task.ts';
import { withoutDoneMark } from './status.ts';
import { readTaskLabel } from './task-label.ts';
import { readWaveHeading } from './wave-heading.ts';

/** The wave that a heading or an item names, with whether it says that it is done. */
export function readOutlineWave(text: string): OutlineWave | undefined {
  const { text: rest, done } = withoutDoneMark(text);
  const words = rest.replace(/^(?:\s|\p{Extended_Pictographic}|\ufe0f)+(?=\D)/u, '');
  const wave = readWaveHeading(words);
  return wave && { ...wave, done };
}

/**
 * The nearest heading above that names a wave; where none does, the nearest one with a number: `## 2. The form` above
 * `### 2.1 Fields`.
 *
 * @param tasks Headings that are tasks: they name no wave.
 */
export function outlineWaveOf(
  headings: readonly Heading[],
  tasks: ReadonlySet<Heading> = new Set(),
): OutlineWave | undefined {
  const above = headings.filter((heading) => !tasks.has(heading));
  for (const heading of above.toReversed()) {
    const wave = readOutlineWave(lineOf(heading));
    if (wave !== undefined) return wave;
  }
  const numbered = above.findLast((heading) => readTaskLabel(lineOf(heading))?.numbered === true);
  if (numbered === undefined) return undefined;
  const { text, done } = withoutDoneMark(lineOf(numbered));
  const label = readTaskLabel(text);
  return label && /^\d/.test(label.id) ? { label: label.id, title: label.title, done } : undefined;
}
