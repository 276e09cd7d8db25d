import { waveName } from '../plan/waves.ts';
import type { Box, Drawing } from './drawing.ts';
import { groupBy } from './group-by.ts';
import { mermaidText } from './mermaid-text.ts';
import { LIGHT } from './palette.ts';

/** GitHub refuses to draw more, and a diagram cannot raise it. */
export const MERMAID = { characters: 45_000, edges: 500 } as const;

/** The dependency graph as a Mermaid flowchart; titles of tasks where they fit. Undefined where GitHub would not draw it. */
export function flowchart(drawing: Drawing): string | undefined {
  if (drawing.edges.length > MERMAID.edges) return undefined;
  return [written(drawing, true), written(drawing, false)].find(({ length }) => length <= MERMAID.characters);
}

/** Text at the start of a line, where Mermaid would make a list of it and show that it cannot. */
function lineStart(text: string): string {
  return text.replace(/^(\d+)[.)](?=\s|$)/, '$1․').replace(/^[-+*](?=\s|$)/, '–');
}

function written(drawing: Drawing, titled: boolean): string {
  const { groups, boxes, edges, of } = drawing;
  const critical = edges.flatMap((edge, nth) => (edge.critical ? [nth] : []));
  const byGroup = groupBy(boxes, ({ group }) => group);
  const nodes = (group: number) => (byGroup.get(group) ?? []).map((box) => node(box, titled));
  const lines = [
    '---',
    `title: "${mermaidText(`${drawing.name} · ${drawing.summary} (thick) · ${drawing.notes.join(' · ')}`.replace(/ · $/, ''), 300)}"`,
    '---',
    of === 'tasks' ? 'flowchart LR' : 'flowchart TB',
    ...groups.flatMap((group, nth) =>
      of === 'waves'
        ? nodes(nth)
        : [`  subgraph w${group.number}["${mermaidText(waveName(group))}"]`, ...nodes(nth), '  end'],
    ),
    ...edges.map(({ from, to, critical: thick, count }) => {
      const arrow = `${thick ? '==>' : '-->'}${of === 'waves' ? `|${count}|` : ''}`;
      return `  ${boxes[from]?.key} ${arrow} ${boxes[to]?.key}`;
    }),
    ...(critical.length === 0 ? [] : [`  linkStyle ${critical.join(',')} stroke:${LIGHT.critical},stroke-width:4px`]),
    `  classDef task fill:${LIGHT.card},stroke:${LIGHT.border},color:${LIGHT.text}`,
    `  classDef critical fill:${LIGHT.criticalCard},stroke:${LIGHT.critical},stroke-width:2px,color:${LIGHT.text}`,
  ];
  return `${lines.join('\n')}\n`;
}

function node({ key, id, title, note, critical }: Box, titled: boolean): string {
  const second = titled && title !== '' ? `<br/>${lineStart(mermaidText(title, 48))}` : '';
  return `    ${key}["${mermaidText(id, 64)} · ${note}${second}"]:::${critical ? 'critical' : 'task'}`;
}
