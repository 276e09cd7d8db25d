import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { job, run } from './support/run.ts';

describe('a run step', () => {
  test('hands outputs, environment, path and summary to the steps after it', async () => {
    const { conclusion, read } = await run(
      job(`
- id: first
  run: |
    echo "color=red" >> "$GITHUB_OUTPUT"
    { echo 'lines<<EOF'; echo one; echo two; echo EOF; } >> "$GITHUB_OUTPUT"
    echo "MOOD=calm" >> "$GITHUB_ENV"
    mkdir -p "$RUNNER_TEMP/bin"
    printf '#!/bin/sh\\necho found\\n' > "$RUNNER_TEMP/bin/on-the-path" && chmod +x "$RUNNER_TEMP/bin/on-the-path"
    echo "$RUNNER_TEMP/bin" >> "$GITHUB_PATH"
    echo "# Summary" >> "$GITHUB_STEP_SUMMARY"
- name: second
  env: { COLOR: '\${{ steps.first.outputs.color }}', LINES_SEEN: '\${{ steps.first.outputs.lines }}' }
  run: echo "$COLOR $MOOD $(on-the-path) \${{ env.MOOD }} $LINES_SEEN"
`),
    );

    expect(conclusion()).toBe('success');
    expect(read('build/02-second.log')).toContain('red calm found calm one\ntwo\n');
    expect(read('build/summary.md')).toBe('# Summary\n');
  });

  test('is named by its id, or by what it runs, with a number from the second one on', async () => {
    const { read } = await run(
      job(`
- name: one
  run: echo "$GITHUB_ACTION \${{ github.action }}"
- name: two
  run: echo "$GITHUB_ACTION \${{ github.action }}"
- name: three
  id: own
  run: echo "$GITHUB_ACTION \${{ github.action }}"
`),
    );

    const said = ['01-one', '02-two', '03-three'].map((name) => read(`build/${name}.log`).trim().split('\n').at(-1));
    expect(said).toEqual(['__run __run', '__run_2 __run_2', 'own own']);
  });

  test('sees the default variables, a home of its own, and nothing of the environment of this process', async () => {
    process.env.RUNNER_TEST_LEAK = 'leaked';
    const { read, folder } = await run(job('- { name: env, run: env }', 'env: { GITHUB_ACTOR: mallory, MINE: yes }'), {
      options: { environment: { SAFE: 'allowed' } },
    });
    delete process.env.RUNNER_TEST_LEAK;

    const log = read('build/01-env.log').split('\n');

    expect(log).toEqual(
      expect.arrayContaining([
        ...['CI=true', 'GITHUB_ACTIONS=true', 'GITHUB_REPOSITORY=acme/daw', 'GITHUB_RUN_ID=7', 'GITHUB_JOB=build'],
        ...['GITHUB_RUN_ATTEMPT=1', 'GITHUB_REF_NAME=main', 'GITHUB_EVENT_NAME=workflow_dispatch', 'MINE=yes'],
        ...['GITHUB_WORKFLOW_REF=acme/daw/.github/workflows/task.yml@refs/heads/main', 'GITHUB_ACTOR=lead'],
        ...['SAFE=allowed', `HOME=${join(folder, 'build/home')}`, 'GITHUB_API_URL=http://127.0.0.1:1/api/v3'],
      ]),
    );
    expect(log.join('\n')).not.toContain('leaked');
    expect(JSON.parse(read('build/event.json'))).toEqual({ action: 'dispatched' });
  });

  test('fails at the first failing command, skips what follows, and runs what waits for a failure', async () => {
    const { conclusion, jobs, read } = await run(
      job(`
- name: pipe
  shell: bash
  run: |
    false | true
    echo unreachable
- { name: skipped, run: echo no }
- { name: on failure, if: failure(), run: 'echo "status \${{ job.status }}"' }
- { name: always, if: always(), run: echo yes }
- { name: not cancelled, if: cancelled(), run: echo no }
`),
    );

    expect(conclusion()).toBe('failure');
    expect(jobs[0]?.steps.map((step) => step.conclusion)).toEqual([
      ...['failure', 'skipped', 'success', 'success', 'skipped'],
    ]);
    expect(read('build/01-pipe.log')).not.toMatch(/^unreachable$/m);
    expect(read('build/03-on-failure.log')).toContain('status failure');
  });

  test('keeps its outcome and lets the job go on with continue-on-error', async () => {
    const { conclusion, read } = await run(
      job(`
- { id: soft, continue-on-error: true, run: exit 4 }
- { name: after, run: 'echo "\${{ steps.soft.outcome }} \${{ steps.soft.conclusion }}"' }
`),
    );

    expect(conclusion()).toBe('success');
    expect(read('build/02-after.log')).toContain('failure success');
  });

  test('does not execute a hostile input that reaches it through the environment', async () => {
    const source = `on: { workflow_dispatch: { inputs: { title: { required: true } } } }
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - { name: say, run: 'echo "$TITLE"', env: { TITLE: '\${{ inputs.title }}' } }
`;

    const { conclusion, read, folder } = await run(source, { request: { inputs: { title: '$(touch x) `touch x`' } } });

    expect(conclusion()).toBe('success');
    expect(read('build/01-say.log')).toContain('$(touch x) `touch x`');
    expect(existsSync(join(folder, 'build/work/daw/x'))).toBe(false);
  });

  test('takes shell and folder from the step, then the job, then the workflow', async () => {
    const { conclusion, read } = await run(`on: push
defaults: { run: { shell: sh, working-directory: below } }
jobs:
  build:
    runs-on: [self-hosted, linux]
    defaults: { run: { shell: bash } }
    steps:
      - { run: mkdir below, working-directory: . }
      - { name: folder, run: 'echo "\${PWD##*/} $BASH_VERSION"' }
      - { name: script, shell: 'node {0}', run: 'console.log(6 * 7)' }
`);

    expect(conclusion()).toBe('success');
    expect(read('build/02-folder.log')).toMatch(/^below \d/m);
    expect(read('build/03-script.log')).toMatch(/^42$/m);
  });

  test('has all of a long output in its log', async () => {
    const { read } = await run(job('- { name: count, run: "seq 200000; echo done >&2" }'));

    const lines = read('build/01-count.log').trimEnd().split('\n');

    expect(lines.filter((line) => /^\d+$/.test(line))).toHaveLength(200_000);
    expect(lines).toContain('done');
  });

  test('fails when its time is used up', async () => {
    const { conclusion, read } = await run(job('- { name: slow, timeout-minutes: 0.005, run: exec sleep 60 }'));

    expect(conclusion()).toBe('failure');
    expect(read('build/01-slow.log')).toContain('timed out');
  });

  test('names a shell that is none', async () => {
    const { conclusion, read } = await run(job('- { name: odd, shell: pwsh, run: echo }'));

    expect(conclusion()).toBe('failure');
    expect(read('build/01-odd.log')).toContain("Invalid shell option 'pwsh'");
  });

  test('finds the digest of files that match, and nothing where none does', async () => {
    const { read } = await run(
      job(`
- run: echo '{}' > a.json
- { name: hash, run: 'echo "[\${{ hashFiles(''*.json'') }}] [\${{ hashFiles(''*.none'') }}]"' }
`),
    );

    expect(read('build/02-hash.log')).toMatch(/^\[[0-9a-f]{64}\] \[\]$/m);
  });
});

describe('what a step may not do', () => {
  test.each([
    ['GITHUB_ENV', 'GITHUB_SHA=x', "Can't store GITHUB_SHA"],
    ['GITHUB_ENV', 'NODE_OPTIONS=--require=x', "Can't store NODE_OPTIONS"],
    ['GITHUB_OUTPUT', 'no format', "Invalid format 'no format'"],
    ['GITHUB_OUTPUT', 'text<<EOF', 'Matching delimiter not found'],
  ])('fails for a line in %s: %s', async (file, line, message) => {
    const { conclusion, read } = await run(job(`- { name: bad, run: 'echo "${line}" >> "$${file}"' }`));

    expect(conclusion()).toBe('failure');
    expect(read('build/01-bad.log')).toContain(message);
  });

  test('sets no variable by a printed command', async () => {
    const { conclusion, read } = await run(
      job(`
- { id: a, name: outputs, run: 'echo "::set-output name=x::1"' }
- { name: after, run: 'echo "[\${{ steps.a.outputs.x }}]"' }
- { name: variables, run: 'echo "::set-env name=X::1"' }
`),
    );

    expect(conclusion()).toBe('failure');
    expect(read('build/02-after.log')).toMatch(/^\[\]$/m);
    expect(read('build/03-variables.log')).toContain("The 'set-env' command is disabled");
  });

  test('shows no secret, token or masked value in its log or summary', async () => {
    const { read } = await run(
      job(`
- name: tell
  env: { KEY: '\${{ secrets.KEY }}', TOKEN: '\${{ github.token }}' }
  run: |
    echo "key $KEY token $TOKEN \${{ secrets.GITHUB_TOKEN }}" | tee -a "$GITHUB_STEP_SUMMARY"
    echo "::add-mask::hu""sh"
    echo "say hu""sh"
    echo '::stop-commands::pause'
    echo '::add-mask::plain'
    echo '::pause::'
    echo 'say plain'
`),
      { request: { secrets: { KEY: 'sesame' } } },
    );

    const log = read('build/01-tell.log');
    expect(log).toContain('key *** token *** ***');
    expect(log).toContain('say ***');
    expect(log).toContain('say plain');
    expect(log + read('build/summary.md')).not.toMatch(/sesame|ghs_jobtoken|hush/);
  });
});
