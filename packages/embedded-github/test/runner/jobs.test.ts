import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from './support/run.ts';

const on = 'on: workflow_dispatch\n';

test('a job waits for the jobs that it needs and sees their outputs', async () => {
  const { conclusion, jobs, read, started } = await run(`${on}
jobs:
  last:
    needs: [first]
    runs-on: ubuntu-latest
    steps:
      - { name: say, run: 'echo "\${{ needs.first.outputs.word }} \${{ needs.first.result }}"' }
  first:
    runs-on: ubuntu-latest
    outputs: { word: '\${{ steps.a.outputs.word }}', hidden: '\${{ secrets.GITHUB_TOKEN }}' }
    steps:
      - { id: a, run: echo "word=spring" >> "$GITHUB_OUTPUT" }
`);

  expect(conclusion()).toBe('success');
  expect(started()).toBe(1);
  expect(jobs.map((job) => job.name)).toEqual(['first', 'last']);
  expect(read('last/01-say.log')).toContain('spring success');
});

test('a failed job skips what needs it, except what asks for a failure or for everything', async () => {
  const { conclusion, jobs } = await run(`${on}
jobs:
  broken: { runs-on: ubuntu-latest, steps: [{ run: exit 1 }] }
  after: { needs: broken, runs-on: ubuntu-latest, steps: [{ run: exit 0 }] }
  further: { needs: after, runs-on: ubuntu-latest, steps: [{ run: exit 0 }] }
  rescue: { needs: after, if: failure(), runs-on: ubuntu-latest, steps: [{ run: exit 0 }] }
  anyway: { needs: broken, if: always(), runs-on: ubuntu-latest, steps: [{ run: exit 0 }] }
`);

  const conclusions = Object.fromEntries(jobs.map((job) => [job.name, job.conclusion]));
  expect(conclusion()).toBe('failure');
  expect(conclusions).toEqual({
    broken: 'failure',
    after: 'skipped',
    further: 'skipped',
    rescue: 'success',
    anyway: 'success',
  });
});

test('a run whose only job is not wanted is skipped and never starts', async () => {
  const { conclusion, started } = await run(`${on}
jobs:
  never: { if: github.actor == 'somebody', runs-on: ubuntu-latest, steps: [{ run: exit 1 }] }
`);

  expect(conclusion()).toBe('skipped');
  expect(started()).toBe(0);
});

test('a tolerated job may fail without failing the run', async () => {
  const { conclusion, jobs } = await run(`${on}
jobs:
  soft: { continue-on-error: true, runs-on: ubuntu-latest, steps: [{ run: exit 1 }] }
`);

  expect(jobs[0]?.conclusion).toBe('failure');
  expect(conclusion()).toBe('success');
});

test('a matrix runs one job for each combination, at most as many at a time as there are places', async () => {
  const source = `${on}
jobs:
  build:
    strategy:
      matrix:
        os: [ubuntu-22.04, ubuntu-24.04]
        include: [{ os: ubuntu-24.04, extra: more }]
    runs-on: \${{ matrix.os }}
    steps:
      - { name: say, run: 'echo "\${{ matrix.os }} [\${{ matrix.extra }}] \${{ strategy.job-total }}"' }
`;

  const { conclusion, jobs, read } = await run(source, { options: { concurrentJobs: 1 } });

  const [first, second] = jobs;
  expect(conclusion()).toBe('success');
  expect(jobs.map((job) => job.name)).toEqual(['build (ubuntu-22.04)', 'build (ubuntu-24.04, more)']);
  expect(read('build-2/01-say.log')).toContain('ubuntu-24.04 [more] 2');
  expect(Date.parse(second?.started_at ?? '')).toBeGreaterThanOrEqual(Date.parse(first?.completed_at ?? ''));
});

test('the token of a job gets the permissions of the job, or of the workflow, or the restricted default', async () => {
  const { permissions } = await run(`${on}
permissions: { issues: write }
jobs:
  own: { permissions: {}, runs-on: ubuntu-latest, steps: [{ run: exit 0 }] }
  inherited: { needs: own, runs-on: ubuntu-latest, steps: [{ run: exit 0 }] }
`);
  const silent = await run(`${on}jobs: { one: { runs-on: ubuntu-latest, steps: [{ run: exit 0 }] } }`);

  expect(permissions).toEqual([{ metadata: 'read' }, { issues: 'write', metadata: 'read' }]);
  expect(silent.permissions).toEqual([{ contents: 'read', metadata: 'read' }]);
});

test('a job that cannot be set up fails with the reason in its log', async () => {
  const { conclusion, jobs, read } = await run(`${on}
jobs:
  build: { runs-on: "\${{ fromJSON('[\\"windows-latest\\"]') }}", steps: [{ run: exit 0 }] }
`);

  expect(conclusion()).toBe('failure');
  expect(jobs[0]?.steps.map((step) => step.name)).toEqual(['Set up job']);
  expect(read('build/00-set-up-job.log')).toContain("'windows-latest' is not among them");
});

test('a matrix that cannot be made fails its job with the reason in its log', async () => {
  const { conclusion, read } = await run(`${on}
jobs:
  build:
    strategy: { matrix: { os: "\${{ fromJSON('no JSON') }}" } }
    runs-on: ubuntu-latest
    steps: [{ run: exit 0 }]
`);

  expect(conclusion()).toBe('failure');
  expect(read('build/00-set-up-job.log')).toMatch(/no JSON|JSON/);
});

test('a job that fails stops its siblings of the matrix', async () => {
  const { conclusion, jobs } = await run(`${on}
jobs:
  build:
    strategy: { matrix: { wait: [0, 300] } }
    runs-on: ubuntu-latest
    steps: [{ run: 'test \${{ matrix.wait }} -gt 0 && exec sleep 300' }]
`);

  expect(conclusion()).toBe('failure');
  expect(jobs.map((job) => [job.name, job.conclusion])).toEqual([
    ['build (0)', 'failure'],
    ['build (300)', 'cancelled'],
  ]);
});

test('the work of a job is removed at its end, its logs stay', async () => {
  const { folder } = await run(`${on}jobs: { one: { runs-on: ubuntu-latest, steps: [{ name: do, run: exit 1 }] } }`, {
    options: { keepWork: false },
  });

  expect(readdirSync(join(folder, 'one')).sort()).toEqual(['01-do.log', 'event.json', 'steps.json']);
});

test('a job for which no token can be made fails with the reason in its log', async () => {
  const mintToken = (): string => {
    throw new Error('no token for this repository');
  };

  const { conclusion, read } = await run(`${on}jobs: { one: { runs-on: ubuntu-latest, steps: [{ run: exit 0 }] } }`, {
    request: { mintToken },
  });

  expect(conclusion()).toBe('failure');
  expect(read('one/00-set-up-job.log')).toContain('no token for this repository');
});
