import { expect, test } from 'vitest';
import type { TaskId } from '../../../src/plan/plan.ts';
import { type BriefInput, renderBrief } from '../../../src/task/brief/render.ts';
import type { BriefSource } from '../../../src/task/brief/source.ts';

function input(source: Partial<BriefSource> = {}, agent = 'general-purpose'): BriefInput {
  return {
    agent,
    source: {
      plan: 'DAW',
      task: {
        id: 'CORE-002' as TaskId,
        title: 'Core backend',
        description: 'The service that holds workflow definitions.\n\nIt answers over HTTP.',
        acceptance: ['A definition can be stored and read back.', 'An unknown id answers 404.'],
        outputs: ['src/core/**', 'test/core/**'],
      },
      attempt: 1,
      dependencies: [],
      completedWaves: [],
      guidance: undefined,
      lastFailure: undefined,
      resumed: undefined,
      characters: 48_000,
      context: [],
      ...source,
    },
    commands: [
      { name: 'compile', command: 'npm run compile' },
      { name: 'test', command: 'npm test' },
    ],
    files: ['AGENTS.md'],
    summaryFile: '/desk/summary.md',
  };
}

const DEPENDENCIES: BriefSource['dependencies'] = [
  {
    id: 'CORE-001' as TaskId,
    title: 'Repository skeleton',
    commit: '4a5e1e4baab89f3a32518a88c31bc87f618f7667',
    summary: 'Set up the workspace.\nModules live under `src/`.',
  },
  { id: 'DB-001' as TaskId, title: 'Schema', commit: undefined, summary: '' },
];

const WAVES: BriefSource['completedWaves'] = [
  {
    number: 1,
    title: 'Foundation',
    tasks: ['CORE-001' as TaskId, 'INFRA-001' as TaskId],
    summary: 'CORE-001: Set up the workspace.\nINFRA-001: skipped.',
  },
  { number: 2, title: 'Storage', tasks: ['DB-001' as TaskId] },
];

test('the brief of a first attempt', async () => {
  await expect(renderBrief(input())).toMatchFileSnapshot('cases/brief-first.md');
});

test.each(['test-runner', 'code-reviewer'])('the brief of a %s says what it is there for', async (agent) => {
  await expect(renderBrief(input({}, agent))).toMatchFileSnapshot(`cases/brief-${agent}.md`);
});

test('an agent type of people, whatever its name, works as general-purpose does', () => {
  for (const agent of ['translator', 'constructor']) expect(renderBrief(input({}, agent))).toBe(renderBrief(input()));
});

test('the brief of a second attempt tells why the first one failed and what people said', async () => {
  const text = renderBrief(
    input({
      attempt: 2,
      guidance: 'Keep the in-memory store; do not add a database.',
      lastFailure: {
        what: 'test failed 3 times: `npm test`',
        output: '✖ stores a definition\n  expected 200, got 500\n```\nfence',
      },
    }),
  );

  await expect(text).toMatchFileSnapshot('cases/brief-second.md');
});

test('the brief of a second slice tells where the first one stopped, and which files others changed too', async () => {
  const text = renderBrief(
    input({
      lastFailure: { what: 'the agent was not finished after 300 minutes (slice)', output: '' },
      told: [
        { by: 'lead', at: '2026-03-02T10:00:00Z', text: 'Use the old API.\n\nIt stays until May.' },
        { by: 'second', at: '2026-03-02T11:30:00Z', text: 'No new dependencies.' },
      ],
      resumed: {
        kind: 'checkpoint',
        changed: ['src/core/store.ts', 'test/core/store.test.ts'],
        conflicts: ['src/core/store.ts'],
      },
    }),
  );

  await expect(text).toMatchFileSnapshot('cases/brief-slice.md');
});

test('the brief of work in review tells what people asked for', async () => {
  const text = renderBrief(
    input({
      lastFailure: { what: 'lead asked for changes', output: 'Please keep the 404.' },
      resumed: { kind: 'review', pull: 31, conflicts: [] },
    }),
  );

  await expect(text).toMatchFileSnapshot('cases/brief-review.md');
});

test('the brief of a later task tells what it builds on and what was finished before', async () => {
  await expect(renderBrief(input({ dependencies: DEPENDENCIES, completedWaves: WAVES }))).toMatchFileSnapshot(
    'cases/brief-later.md',
  );
});

test('a brief that is too long folds the oldest waves first and keeps its dependencies', () => {
  const whole = renderBrief(input({ dependencies: DEPENDENCIES, completedWaves: WAVES }));

  const folded = renderBrief(
    input({ dependencies: DEPENDENCIES, completedWaves: WAVES, characters: whole.length - 1 }),
  );

  expect(folded.length).toBeLessThan(whole.length);
  expect(folded).toContain('- Waves 1\n- Wave 2: Storage (DB-001)');
  expect(folded).toContain('Set up the workspace.');
});

test.each([400, 1_000, 1_500])('a brief never exceeds %i characters where that is the bound', (characters) => {
  const text = renderBrief(input({ dependencies: DEPENDENCIES, completedWaves: WAVES, characters }));

  expect(text.length).toBeLessThanOrEqual(characters);
  expect(text).toContain('# CORE-002: Core backend');
});

test('signs that nobody sees do not reach the agent', () => {
  const text = renderBrief(input({ guidance: 'Be\u200b \u202ecareful\u001b[31m' }));

  expect(text).toContain('Be careful[31m');
});
