import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../../../src/plan/config.ts';
import { buildGraph } from '../../../src/plan/graph.ts';
import { formatProblem, loadPlan } from '../../../src/plan/load.ts';
import { checkPlan } from '../../../src/planning/check/check.ts';
import { parseEstimateMap } from '../../../src/planning/import/estimate-map.ts';
import { type Imported, importPlan } from '../../../src/planning/import/import-plan.ts';
import { loaded } from '../../plan/loaded.ts';

const CASES = fileURLToPath(new URL('cases/', import.meta.url));

/**
 * Sources below cases/: files, and folders of numbered Markdown files; what a golden file ends in is none. A file
 * `.options.json` beside one holds what a person says on the command line.
 */
const sources = readdirSync(CASES, { recursive: true, encoding: 'utf8' })
  .filter((name) => !/\.(?:plan\.json|notes\.txt|options\.json)$/.test(name))
  .filter((name) => (name.startsWith('ccpm/') ? isFolder(name) : !isFolder(name)))
  .sort();

function isFolder(name: string): boolean {
  return statSync(join(CASES, name)).isDirectory();
}

interface Options {
  readonly map?: string;
  readonly tag?: string;
}

function importCase(name: string): Imported {
  const folder = isFolder(name);
  const names = folder
    ? readdirSync(join(CASES, name))
        .sort()
        .map((file) => `${name}/${file}`)
    : [name];
  const files = names.map((file) => ({ file, text: readFileSync(join(CASES, file), 'utf8') }));
  const options = join(CASES, `${name}.options.json`);
  const { map, ...said } = existsSync(options) ? (JSON.parse(readFileSync(options, 'utf8')) as Options) : {};
  const read = map === undefined ? undefined : parseEstimateMap(map);
  if (read?.ok === false) throw new Error(read.message);
  return importPlan({ path: name, folder, files, ...said, ...(read === undefined ? {} : { map: read.map }) });
}

function described(imported: Imported): string {
  if (!imported.ok) return ['Refused', ...imported.problems.map(formatProblem)].join('\n');
  const { format, reason, provenance, notes } = imported;
  return [
    `${format.name}, by ${reason}`,
    ...provenance.map(({ field, from, tasks }) => `${field} from ${from}: ${tasks}`),
    ...notes.map(formatProblem),
  ].join('\n');
}

describe('a plan in another form', () => {
  it.each(sources)('%s gives the plan and the notes beside it', async (name) => {
    const imported = importCase(name);

    await expect(`${described(imported)}\n`).toMatchFileSnapshot(`cases/${name}.notes.txt`);
    if (!imported.ok) return;
    expect(loadPlan({ file: 'tasks.json', text: imported.text })).toEqual({ ok: true, plan: imported.plan });
    await expect(imported.text).toMatchFileSnapshot(`cases/${name}.plan.json`);
  });

  it.each(sources)('%s gives no dependency that check warns of', (name) => {
    const imported = importCase(name);
    if (!imported.ok) return;

    const { findings } = checkPlan({
      plan: imported.plan,
      config: defaultConfig(),
      source: { file: 'tasks.json', text: imported.text },
    });

    const ofEdges = ['redundant-edge', 'completed-circle', 'later-wave', 'too-many-dependencies'];
    expect(findings.filter(({ rule }) => ofEdges.includes(rule))).toEqual([]);
  });

  it('is the same bytes every time', () => {
    const [first, second] = [importCase('markdown/execution-plan.md'), importCase('markdown/execution-plan.md')];

    expect(first).toEqual(second);
  });
});

describe("the specification's execution plan", () => {
  it('has the tasks, waves, minutes and order of the reference plan, and no dependency that others imply', () => {
    const text = readFileSync(new URL('../../../examples/daw/docs/planning/tasks.json', import.meta.url), 'utf8');
    const reference = loaded({ file: 'tasks.json', text });

    const imported = importCase('markdown/execution-plan.md');

    const plan = imported.ok ? imported.plan : undefined;
    const { reduced } = buildGraph(reference);
    expect(plan?.tasks.map(({ id, wave, minutes, dependencies }) => ({ id, wave, minutes, dependencies }))).toEqual(
      reference.tasks.map(({ id, wave, minutes }) => ({ id, wave, minutes, dependencies: reduced.get(id) })),
    );
    expect(plan?.waves).toEqual(reference.waves);
    expect(plan?.tasks).toHaveLength(47);
    // 76 as written, 11 of them implied by others.
    expect(plan?.tasks.flatMap(({ dependencies }) => dependencies)).toHaveLength(65);
  });

  it('keeps what it claims about itself, each at its line', () => {
    const imported = importCase('markdown/execution-plan.md');

    const claims = imported.ok ? (imported.plan.claims?.list ?? []) : [];
    const of = (kind: string) => claims.filter((claim) => claim.kind === kind);
    expect(
      of('total').map((claim) => claim.kind === 'total' && [claim.of, claim.least, claim.most, claim.line]),
    ).toEqual([
      ['elapsed', 480, 720, 15],
      ['critical-path', 2010, 2010, 40],
      ['elapsed', 2460, 2460, 197],
      ['sequential', 3900, 3900, 199],
    ]);
    expect(of('chain')).toEqual([
      expect.objectContaining({
        line: 26,
        tasks: [
          'CORE-001',
          'CORE-002',
          'MODEL-001',
          'PLANNER-001',
          'EXECUTOR-001',
          'VALIDATOR-001',
          'ORCHESTRATOR-001',
        ],
      }),
    ]);
    expect(
      of('phase').map((claim) => claim.kind === 'phase' && [claim.line, claim.tasks.length, claim.minutes]),
    ).toEqual([
      [46, 3, 120],
      [51, 4, 180],
      [57, 4, 240],
      [63, 4, 180],
    ]);
    expect(of('window')).toHaveLength(10);
    expect(of('window')[4]).toMatchObject({ wave: 5, start: 540, end: 900, line: 118 });
    expect(of('concurrency').map((claim) => claim.kind === 'concurrency' && [claim.wave, claim.agents])).toEqual([
      [undefined, 8],
      ...[3, 5, 4, 4, 4, 2, 3, 6, 6, 1].map((agents, index) => [index + 1, agents]),
    ]);
    expect(of('slot')).toHaveLength(47);
    expect(
      of('agent-type').map((claim) => claim.kind === 'agent-type' && [claim.match, claim.agent, claim.model]),
    ).toEqual([
      [['CORE-001', 'INFRA-*'], 'general-purpose', 'haiku'],
      [['MODEL-*', 'PLANNER-*'], 'general-purpose', 'sonnet'],
      [['MCP-SEC-*'], 'general-purpose', 'sonnet'],
      [['EVAL-*', 'UAT-*'], 'test-runner', 'sonnet'],
      [[], 'code-reviewer', 'sonnet'],
    ]);
  });
});
