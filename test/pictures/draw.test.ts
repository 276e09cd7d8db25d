import { XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { drawGraph, drawSchedule, PICTURE_FORMATS, type PictureFormat } from '../../src/pictures/draw.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { example, HOSTILE, hostilePlan, largePlan, planOf, sha256, turnsOf } from './plans.ts';

const SCHEDULED = ['mermaid', 'svg', 'html'] as const;
const ENDING = { mermaid: 'mmd', dot: 'dot', svg: 'svg', html: 'html' } as const;

function graph(plan: Plan, format: PictureFormat): string {
  return drawGraph({ plan, format, sha256 })?.text ?? '';
}

function gantt(plan: Plan, format: Exclude<PictureFormat, 'dot'>, agents = 8): string {
  return drawSchedule({ plan, format, sha256, turns: turnsOf(plan, agents), agents, completed: 0 })?.text ?? '';
}

describe('the pictures of a plan that a person reads', () => {
  it.each(PICTURE_FORMATS)('show the dependencies of the small example: %s', async (format) => {
    await expect(graph(example('small'), format)).toMatchFileSnapshot(`golden/small.graph.${ENDING[format]}`);
  });

  it.each(SCHEDULED)('show the schedule of the small example: %s', async (format) => {
    await expect(gantt(example('small'), format, 3)).toMatchFileSnapshot(`golden/small.gantt.${ENDING[format]}`);
  });

  it.each(['mermaid', 'dot', 'svg'] as const)('show the dependencies of the large example: %s', async (format) => {
    await expect(graph(example('daw'), format)).toMatchFileSnapshot(`golden/daw.graph.${ENDING[format]}`);
  });

  it('show the schedule of the large example: mermaid', async () => {
    await expect(gantt(example('daw'), 'mermaid')).toMatchFileSnapshot('golden/daw.gantt.mmd');
  });
});

describe('a picture', () => {
  it.each(PICTURE_FORMATS)('has the same bytes for the same plan: %s', (format) => {
    const plan = example('daw');

    expect(graph(structuredClone(plan), format)).toBe(graph(plan, format));
  });

  it('is well-formed, names every task in full and stands alone', () => {
    const plan = example('daw');
    for (const svg of [graph(plan, 'svg'), gantt(plan, 'svg')]) {
      expect(XMLValidator.validate(svg)).toBe(true);
      expect(svg).toMatch(/<svg [^>]*role="img" aria-labelledby="picture-title picture-description"/);
      for (const { id, title } of plan.tasks) expect(svg).toContain(`<title>${id}: ${title}\nEstimate: `);
      expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(
        /https?:|\/\/|@import|@font-face|<script|<image|<use/,
      );
      expect(svg).toContain('@media (prefers-color-scheme:dark)');
    }
  });

  it('marks the critical path, its edges last so that nothing lies over them', () => {
    const svg = graph(example('daw'), 'svg');
    const styles = [...svg.matchAll(/<path class="(edge[^"]*)" data-from/g)].map(([, style]) => style);
    const first = styles.indexOf('edge critical');

    expect(styles.slice(first)).toEqual(Array.from({ length: 5 }, () => 'edge critical'));
    expect(svg.match(/class="task h\d+ critical"/g)).toHaveLength(6);
  });

  it('says how many dependencies it leaves out, and what it shows instead of tasks', () => {
    const three = planOf([{ id: 'A' }, { id: 'B', dependencies: ['A'] }, { id: 'C', dependencies: ['A', 'B'] }]);
    for (const format of PICTURE_FORMATS) {
      expect(graph(three, format)).toContain('1 dependency that others imply left out');
      expect(graph(largePlan(2_001, 9), format)).toContain('2001 tasks are too many to be shown: these are the waves');
    }
  });

  it('marks a dependency on a later wave, and tells what the mark means', () => {
    const svg = graph(
      planOf([
        { id: 'A', wave: 2 },
        { id: 'B', wave: 1, dependencies: ['A'] },
      ]),
      'svg',
    );

    expect(svg).toContain('class="edge critical later" data-from="0" data-to="1"');
    expect(svg).toContain('Waits for a later wave');
    expect(graph(example('daw'), 'svg')).not.toContain('Waits for a later wave');
  });

  it('shows a plan without tasks', () => {
    const empty = planOf([]);

    for (const format of PICTURE_FORMATS) expect(graph(empty, format)).toContain('0 tasks in 0 waves');
    for (const format of SCHEDULED) expect(gantt(empty, format)).toContain('0 tasks on 8 agents');
  });
});

describe('text of a plan that was written to break out', () => {
  const plan = hostilePlan();

  it('stays text in SVG', () => {
    for (const svg of [graph(plan, 'svg'), gantt(plan, 'svg')]) {
      expect(XMLValidator.validate(svg)).toBe(true);
      expect(svg).not.toMatch(/<script|<!|]]>(?!&)|[\u202a-\u202e\u2066-\u2069\u200e\u200f\ufffe\uffff]/);
      expect(svg).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
      expect(svg).not.toMatch(/\p{M}{4}/u);
    }
  });

  it('stays text in HTML, where only the script and the styles that the policy names are elements', () => {
    for (const page of [graph(plan, 'html'), gantt(plan, 'html')]) {
      const scripts = [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, content = '']) => content);
      const styles = [...page.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, content = '']) => content);
      const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1];

      expect(page.match(/<script/g)).toHaveLength(1);
      expect(policy).toBe(
        `default-src 'none'; style-src ${styles.map((text) => `'sha256-${sha256(text)}'`).join(' ')}; script-src 'sha256-${sha256(scripts[0] ?? '')}'; base-uri 'none'; form-action 'none'`,
      );
      expect(page).not.toMatch(/ style="| on\w+="|javascript:/);
      expect(page.match(/<tr/g)).toHaveLength(1 + plan.tasks.length);
    }
  });

  it('stays inside its label in Mermaid', () => {
    const lines = graph(plan, 'mermaid').split('\n').slice(3);
    const forms = [
      /^flowchart LR$/,
      /^ {2}subgraph w\d+\["[^"`<>{}[\]#%|\\~$]*"\]$/,
      /^ {4}t\d+\["[^"`<>{}[\]#%|\\~$]*<br\/>(?!\d+\. |[-+*] )[^"`<>{}[\]#%|\\~$]*"\]:::(task|critical)$/,
      /^ {2}end$/,
      /^ {2}t\d+ (-->|==>) t\d+$/,
      /^ {2}(linkStyle|classDef) [\w,#:.-]+ ?[\w,#:.-]*$/,
      /^$/,
    ];

    for (const line of lines)
      expect(
        forms.filter((form) => form.test(line)),
        line,
      ).toHaveLength(1);
    for (const line of gantt(plan, 'mermaid').split('\n').slice(5, -1)) {
      expect(line).toMatch(/^ {2}(section [^:;#]+|A\d [\w-]+ :(crit, )?t\d+, [\d: -]+, [\d: -]+)$/);
    }
  });

  it('stays inside its quotes in DOT', () => {
    const text = graph(plan, 'dot');
    const outside = text.replace(/"(?:\\.|[^"\\])*"/g, '""');

    expect(outside).not.toContain('\\');
    expect(outside.match(/"/g)?.length).toBe((outside.match(/""/g)?.length ?? 0) * 2);
    for (const word of ['script', 'alert', 'subgraph w', 'init']) expect(outside).not.toContain(word);
    expect(text).toContain('back\\\\slash \\\\N \\\\');
    expect(text).toContain('&amp;amp; &amp;#60;');
  });

  it('shortens an id of 64 signs in its middle, and tells it in full', () => {
    const id = `LONG-${'X'.repeat(50)}-00000001`;
    const svg = graph(planOf([{ id }]), 'svg');
    const [, shown = ''] = /<text class="id"[^>]*>([^<]*)</.exec(svg) ?? [];

    expect(id).toHaveLength(64);
    expect(shown).toMatch(/^LONG-X+…X*-00000001$/);
    expect(svg).toContain(`<title>${id}: `);
    expect(HOSTILE).not.toContain(shown);
  });
});

describe('a large plan', () => {
  it('of 500 tasks is drawn task by task in a few seconds', { timeout: 20_000 }, () => {
    const plan = largePlan(500, 15);

    for (const format of ['svg', 'html', 'dot'] as const) {
      expect(drawGraph({ plan, format, sha256 })?.of).toBe('tasks');
    }
    expect(XMLValidator.validate(graph(plan, 'svg'))).toBe(true);
    expect(XMLValidator.validate(gantt(plan, 'svg'))).toBe(true);
  });

  it('stays within what GitHub draws in Mermaid', () => {
    for (const plan of [largePlan(500, 15), largePlan(400, 9), largePlan(10_000, 60)]) {
      const text = graph(plan, 'mermaid');

      expect(text.length).toBeLessThan(50_000);
      expect(text.match(/ (-->|==>)/g)?.length ?? 0).toBeLessThanOrEqual(500);
      expect(gantt(plan, 'mermaid').length).toBeLessThan(50_000);
    }
  });

  it('of 10,000 tasks is drawn as waves', { timeout: 30_000 }, () => {
    const plan = largePlan(10_000, 60);

    for (const format of PICTURE_FORMATS) expect(drawGraph({ plan, format, sha256 })?.of).toBe('waves');
    const turns = turnsOf(plan, 50);
    for (const format of SCHEDULED)
      expect(drawSchedule({ plan, format, sha256, turns, agents: 50, completed: 0 })?.of).toBe('waves');
    expect(XMLValidator.validate(graph(plan, 'svg'))).toBe(true);
  });

  it('whose edges would be a carpet is drawn as waves', () => {
    const chain = Array.from({ length: 300 }, (_, nth) => ({
      id: `C-${nth}`,
      wave: 1,
      dependencies: nth === 0 ? [] : [`C-${nth - 1}`],
    }));
    const roots = Array.from({ length: 900 }, (_, nth) => ({ id: `R-${nth}`, wave: 1 }));
    const last = { id: 'LAST', wave: 2, dependencies: ['C-299', ...roots.map(({ id }) => id)] };
    const plan = planOf([...chain, ...roots, last]);

    expect(drawGraph({ plan, format: 'svg', sha256 })?.of).toBe('waves');
  });

  it('of a thousand waves is drawn, and its schedule refused where Mermaid has no room', { timeout: 30_000 }, () => {
    const rows = Array.from({ length: 3_000 }, (_, nth) => ({
      id: `T-${nth}`,
      wave: 1 + (nth % 1_000),
      dependencies: nth < 7 ? [] : [`T-${nth - 7}`, `T-${nth - 5}`],
    }));
    const plan = planOf(rows);

    expect(drawGraph({ plan, format: 'svg', sha256 })?.of).toBe('waves');
    expect(graph(plan, 'mermaid').length).toBeLessThan(50_000);
    expect(gantt(plan, 'mermaid')).toBe('');
  });
});
