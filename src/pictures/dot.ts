import { waveName } from '../plan/waves.ts';
import type { Box, Drawing } from './drawing.ts';
import { groupBy } from './group-by.ts';
import { LIGHT } from './palette.ts';
import { fitted, oneLine } from './text.ts';

const FONT = 'fontname="Helvetica,Arial,sans-serif"';

/** The dependency graph for Graphviz: waves as clusters, the critical path bold. */
export function dot(drawing: Drawing): string {
  const { name, groups, boxes, edges, summary, notes, of } = drawing;
  const byGroup = groupBy(boxes, ({ group }) => group);
  const nodes = (group: number) => (byGroup.get(group) ?? []).map(node);
  const lines = [
    `digraph ${quoted([name])} {`,
    `  graph [rankdir=${of === 'tasks' ? 'LR' : 'TB'}, label=${quoted([name, `${summary} (bold)`, ...notes], '\\l')}, labelloc=t, labeljust=l, ${FONT}, bgcolor="${LIGHT.page}", fontcolor="${LIGHT.text}", nodesep=0.15, ranksep=0.5]`,
    `  node [shape=box, style="rounded,filled", fillcolor="${LIGHT.card}", color="${LIGHT.border}", fontcolor="${LIGHT.text}", ${FONT}, fontsize=11, margin="0.12,0.06"]`,
    `  edge [color="${LIGHT.line}", arrowsize=0.7, ${FONT}, fontsize=10]`,
    ...groups.flatMap((group, nth) =>
      of === 'waves'
        ? nodes(nth).map((line) => `  ${line}`)
        : [
            `  subgraph "cluster_w${group.number}" {`,
            `    label=${quoted([waveName(group), group.note], '\\l')}; labeljust=l; style="rounded,filled"; color="${LIGHT.grid}"; fillcolor="${LIGHT.band}"; fontsize=12`,
            ...nodes(nth).map((line) => `    ${line}`),
            '  }',
          ],
    ),
    ...edges.map(({ from, to, critical, count }) => {
      const marks = [
        ...(critical ? [`color="${LIGHT.critical}"`, 'penwidth=2.6'] : []),
        ...(of === 'waves' ? [`label="${count}"`] : []),
      ];
      return `  ${boxes[from]?.key} -> ${boxes[to]?.key}${marks.length === 0 ? '' : ` [${marks.join(', ')}]`}`;
    }),
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

function node({ key, id, title, note, critical, tooltip }: Box): string {
  const marks = critical ? `, color="${LIGHT.critical}", fillcolor="${LIGHT.criticalCard}", penwidth=2` : '';
  const label = quoted([`${id} · ${note}`, ...(title === '' ? [] : [fitted(title, { room: 220, size: 11 })])]);
  return `${key} [label=${label}, tooltip=${quoted(tooltip)}${marks}]`;
}

/** Graphviz reads escapes such as `\N` and entities such as `&amp;` inside quotes. */
function quoted(lines: readonly string[], end = '\\n'): string {
  const escaped = lines.map((line) => oneLine(line).replace(/&/g, '&amp;').replace(/\\/g, '\\\\').replace(/"/g, '\\"'));
  return `"${escaped.join(end)}${end === '\\l' ? end : ''}"`;
}
