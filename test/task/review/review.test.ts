import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { dispatchTitle } from '../../../src/state/names.ts';
import { endIsolation } from '../../../src/task/isolation/isolation.ts';
import { roundsUsed } from '../../../src/task/review/rounds.ts';
import { type Machine, startMachine, virtualClock } from '../support/machine.ts';
import { AGENT, CONFIG, inputsFor, liveRecord, ROOT, type Site, startSite, TOOLS } from '../support/site.ts';

const IS_ROOT = process.getuid?.() === 0;

/** Reviewed by the repository's own `reviewer.sh`. */
const REVIEWED = CONFIG.replace(
  'agents:\n',
  'review: code-reviewer\nprotected: [reviewer.sh]\nagents:\n  code-reviewer: { run: command, command: bash reviewer.sh }\n',
);

const APPROVE = `echo '{"verdict":"approve","objections":[],"summary":"Solid walls."}' > "$AGENT_WAVES_VERDICT"\n`;
const OBJECT = `echo '{"verdict":"object","objections":[{"file":"src/a.txt","line":1,"what":"The walls are weak."}],"summary":"Not yet."}' > "$AGENT_WAVES_VERDICT"\n`;
/** Approves what is strong. */
const DEMANDING = `if grep -q strong src/a.txt; then\n${APPROVE}else\n${OBJECT}fi\n`;
/** Builds weakly, and mends that when it is told. */
const OBEDIENT = `${AGENT}if grep -q 'The walls are weak' "$AGENT_WAVES_BRIEF"; then
  echo strong >> src/a.txt; echo "Made them strong." > "$AGENT_WAVES_SUMMARY"
fi
`;
/** Holds to its work. */
const STUBBORN = `${AGENT}if grep -q 'The walls are weak' "$AGENT_WAVES_BRIEF"; then echo "They are fine." > "$AGENT_WAVES_SUMMARY"; fi\n`;

/** The user of an isolated run bears its number: unlike that of any test that runs beside this one. */
let runs = process.pid * 100;

let site: Site;
let issue: number;
let machine: Machine;
let shown = '';

beforeEach(() => {
  shown = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    shown += text;
    return true;
  });
});
afterEach(async () => {
  await endIsolation(machine.job);
  await site.close();
});

interface Case {
  readonly reviewer?: string;
  readonly agent?: string;
  readonly config?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly clock?: Parameters<typeof startMachine>[1]['clock'];
}

async function begin({
  reviewer = APPROVE,
  agent = OBEDIENT,
  config = REVIEWED,
  files = {},
  clock,
}: Case): Promise<void> {
  site = await startSite({
    files: { '.github/agent-waves.yml': config, 'reviewer.sh': reviewer, 'agent.sh': agent, ...files },
  });
  issue = await site.createIssue(liveRecord());
  machine = await startMachine(site, { inputs: inputsFor(issue), run: ++runs, ...(clock ? { clock } : {}) });
}

/** A whole run, one step after the other. */
async function run(given: Case) {
  await begin(given);
  await machine.steps('claim', 'agent', 'verify', 'review', 'land', 'report');
  const { results, bodies, state } = site.issue(issue);
  const [result] = results;
  if (!result) throw new Error(`the run left no result:\n${shown}`);
  return { result, comment: (bodies.at(-1) ?? '').split('<!--')[0] ?? '', state, reviews: await reviews() };
}

/** The tries at a review in their order: "1.1" is the first of the first. */
async function reviews(): Promise<readonly string[]> {
  return (await readdir(join(machine.job.folder, 'reviews')).catch(() => [])).sort();
}

function briefOf(name: string): Promise<string> {
  return readFile(join(machine.job.folder, 'reviews', name, 'desk/brief.md'), 'utf8');
}

async function onMain(path: string): Promise<string | undefined> {
  return site.remote.run('show', `main:${path}`).catch(() => undefined);
}

test('work that the reviewer approves lands, and the comment says who approved it', async () => {
  const { result, comment, state, reviews } = await run({});

  expect(result).toMatchObject({
    outcome: 'completed',
    review: { agent: 'code-reviewer', verdict: 'approve', rounds: 0, objections: [], summary: 'Solid walls.' },
  });
  expect(state).toBe('closed');
  expect(await onMain('src/a.txt')).toBe('by A-001');
  expect(reviews).toEqual(['1.1']);
  expect(comment).toContain('**code-reviewer** (default) approves: Solid walls.');
});

test('work that looks at fewer tests lands where the reviewer approves it, and the comment says so', async () => {
  const agent = `mkdir -p src; echo work > src/a.txt; echo "test('one', () => {});" > a.test.js\n`;
  const files = { 'a.test.js': "test('one', () => {});\ntest('two', () => {});\n" };

  const { result, comment } = await run({ agent, files });

  expect(await briefOf('1.1')).toContain('1 test fewer than before: 2, now 1');
  expect(result).toMatchObject({
    outcome: 'completed',
    review: { verdict: 'approve' },
    checks: expect.arrayContaining([expect.objectContaining({ name: 'guard', status: 'passed' })]),
  });
  expect(await onMain('a.test.js')).toBe("test('one', () => {});");
  expect(comment).toContain('What the guard found, for the reviewer to judge');
});

test('the reviewer is shown the task, the checks, what the agent says and the whole diff', async () => {
  await run({});

  const brief = await briefOf('1.1');
  expect(brief).toContain('Build the walls.');
  expect(brief).toContain('- test: passed, `bash test.sh`');
  expect(brief).toContain('Wrote src/a.txt.');
  expect(brief).toContain('+by A-001');
  expect(shown).toContain('::group::Brief of code-reviewer');
  expect(shown).toContain('::group::Verdict of code-reviewer: approve');
});

test('objections go back to the agent in the same run, and what it makes of them is verified, approved and lands', async () => {
  const { result, reviews } = await run({ reviewer: DEMANDING });

  expect(result).toMatchObject({
    outcome: 'completed',
    summary: 'Made them strong.',
    review: { verdict: 'approve', rounds: 1 },
  });
  expect(await onMain('src/a.txt')).toBe('by A-001\nstrong');
  expect(reviews).toEqual(['1.1', '2.1']);
  const told = await readFile(join(machine.job.folder, 'desk/brief.md'), 'utf8');
  expect(told).toContain('## Objections of the reviewer');
  expect(told).toContain('- `src/a.txt:1`: The walls are weak.');
  expect(await briefOf('2.1')).toContain('- src/a.txt:1: The walls are weak.');
});

test('a disagreement that outlasts the rounds goes to a person with both views, and nothing lands', async () => {
  const { result, comment, state, reviews } = await run({ reviewer: DEMANDING, agent: STUBBORN });

  expect(result).toMatchObject({
    outcome: 'verification',
    needs: 'person',
    summary: 'They are fine.',
    review: { verdict: 'object', rounds: 2, objections: [{ file: 'src/a.txt', line: 1, what: 'The walls are weak.' }] },
    failure: {
      what: 'code-reviewer still objects after 2 rounds with the agent: src/a.txt:1: The walls are weak',
      output: 'The reviewer objects:\n- src/a.txt:1: The walls are weak.\n\nThe agent says:\nThey are fine.',
    },
  });
  expect(reviews).toEqual(['1.1', '2.1', '3.1']);
  expect(state).toBe('open');
  expect(await onMain('src/a.txt')).toBeUndefined();
  expect(comment.replace(/\| (\S+) \|.*\n/g, '')).toContain(
    '- src/a.txt:1: The walls are weak.\n\nThe agent says:\n\n> They are fine.',
  );
  expect(await site.ref(`refs/agent-waves/checkpoints/${issue}`)).toBeDefined();
});

test('without rounds the first objection goes to a person, and the agent is not asked', async () => {
  const { result, reviews } = await run({ reviewer: OBJECT, config: `${REVIEWED}review_rounds: 0\n` });

  expect(result).toMatchObject({ needs: 'person', review: { rounds: 0 } });
  expect(reviews).toEqual(['1.1']);
});

test('a reviewer that gives no verdict is asked twice, approves nothing by that, and costs no attempt', async () => {
  const { result, state, reviews } = await run({ reviewer: 'echo "looks good to me"\n' });

  expect(result).toMatchObject({ outcome: 'infrastructure' });
  expect(result.failure?.what).toBe(
    'code-reviewer gave no verdict on the work, which has passed its checks: its verdict cannot be read: the file does not exist',
  );
  expect(result.review).toBeUndefined();
  expect(reviews).toEqual(['1.1', '1.2']);
  expect(state).toBe('open');
  expect(await onMain('src/a.txt')).toBeUndefined();
});

test('a reviewer that fails has given no verdict, whatever it wrote before', async () => {
  const { result } = await run({ reviewer: `${APPROVE}exit 1\n` });

  expect(result).toMatchObject({ outcome: 'infrastructure' });
  expect(await onMain('src/a.txt')).toBeUndefined();
});

test('a verdict that is malformed is asked for once more, with what is wrong with it', async () => {
  const { result, reviews } = await run({
    reviewer: `if grep -q 'Your last try' "$AGENT_WAVES_BRIEF"; then\n${APPROVE}else echo '{"verdict":"fine"}' > "$AGENT_WAVES_VERDICT"; fi\n`,
  });

  expect(result.outcome).toBe('completed');
  expect(reviews).toEqual(['1.1', '1.2']);
  expect(await briefOf('1.2')).toContain('Your last try gave no verdict: its verdict cannot be read: verdict: ');
});

test('nothing that the reviewer changes lands, in its checkout, its history or by a link in place of the verdict', async () => {
  const { result, reviews } = await run({
    reviewer: `echo mine > src/a.txt; echo new > src/new.txt; echo '*' > .gitignore; git add -A; git -c user.name=r -c user.email=r@r commit -qm mine; rm -rf .git
if grep -q 'Your last try' "$AGENT_WAVES_BRIEF"; then\n${APPROVE}else ln -s /etc/hostname "$AGENT_WAVES_VERDICT"; fi\n`,
  });

  expect(result.outcome).toBe('completed');
  expect(reviews).toEqual(['1.1', '1.2']);
  expect(await onMain('src/a.txt')).toBe('by A-001');
  expect(await onMain('src/new.txt')).toBeUndefined();
  expect(await onMain('.gitignore')).toBeUndefined();
});

test('what checks left in the checkout is not in the work when the agent goes on with it', async () => {
  await run({ reviewer: DEMANDING, files: { 'test.sh': 'echo junk > src/junk.txt; echo junk >> src/ground.txt\n' } });

  expect(await onMain('src/a.txt')).toBe('by A-001\nstrong');
  expect(await onMain('src/junk.txt')).toBeUndefined();
  expect(await onMain('src/ground.txt')).toBe('ground');
});

test('the reviewer has no token, a home of its own, and sees the work as the newest commit', async () => {
  await run({
    reviewer: `{ env; git log --format=%s; git show --stat HEAD; } > "$HOME/seen"; ${APPROVE}`,
    agent: `echo planted > "$HOME/.planted"; git config alias.log '!false'; ${AGENT}`,
  });

  const seen = await readFile(join(machine.job.folder, 'reviews/1.1/home/seen'), 'utf8');
  expect(seen).not.toContain(site.token);
  expect(seen).toContain('Work on A-001\nBegin\n');
  expect(seen).toContain('src/a.txt');
  expect(await readdir(join(machine.job.folder, 'reviews/1.1/home'))).toEqual(['seen']);
});

test.skipIf(!IS_ROOT)('isolated, the reviewer cannot write where the work is', async () => {
  const { result } = await run({
    config: REVIEWED.replace('isolation: none', 'isolation: user'),
    reviewer: `id -u > "$HOME/uid"; echo mine > "$(cat where.txt)/src/a.txt"; ${APPROVE}`,
    agent: `pwd > where.txt; ${AGENT}`,
  });

  expect(result.outcome).toBe('completed');
  expect(await onMain('src/a.txt')).toBe('by A-001');
  expect(await readFile(join(machine.workspace.folder, 'src/a.txt'), 'utf8')).toBe('by A-001\n');
  expect(await readFile(join(machine.job.folder, 'reviews/1.1/home/uid'), 'utf8')).not.toBe('0\n');
});

test('an answer that breaks the checks fails the attempt, and no reviewer looks at it', async () => {
  const { result, reviews } = await run({
    reviewer: DEMANDING,
    files: { 'test.sh': '! grep -q strong src/a.txt || { echo "too strong"; exit 1; }\n' },
  });

  expect(result).toMatchObject({
    outcome: 'verification',
    failure: {
      what: 'after the agent answered code-reviewer, test failed 3 times: `bash test.sh`',
      output: 'too strong',
    },
  });
  expect(result.needs).toBeUndefined();
  expect(result.checks.find(({ name }) => name === 'test')).toMatchObject({ status: 'failed' });
  expect(reviews).toEqual(['1.1']);
});

test('an agent that fails while it answers ends the attempt with the objections in its failure', async () => {
  const { result } = await run({
    reviewer: OBJECT,
    agent: `${AGENT}! grep -q 'The walls are weak' "$AGENT_WAVES_BRIEF"\n`,
  });

  expect(result.outcome).toBe('agent');
  expect(result.failure?.what).toContain('while it answered the objections of code-reviewer');
  expect(result.failure?.output).toContain('The walls are weak.');
});

test('objections for which no time is left begin the next run of the same attempt, and count as a round', async () => {
  let now = Date.now();
  const clock = {
    ...virtualClock(),
    now: () => {
      now += 60 * 60_000;
      return now;
    },
  };

  const { result, reviews } = await run({ reviewer: OBJECT, clock });

  expect(result.outcome).toBe('continued');
  expect(reviews).toEqual(['1.1']);
  const what = result.failure?.what;
  expect(what).toBe('objections given back, round 1: src/a.txt:1: The walls are weak');
  const { cause } = result;
  expect(cause).toMatchObject({ kind: 'objections-returned', round: 1 });
  const past = { dispatch: 1, slice: 1, agent: 'A1', sent: '', ended: '', outcome: 'continued' as const, cause };
  expect(roundsUsed({ attempt: 1, history: [{ ...past, attempt: 1 }] })).toBe(1);
  expect(roundsUsed({ attempt: 2, history: [{ ...past, attempt: 1 }] })).toBe(0);
});

test('changes that may not land are refused before anybody is paid to review them', async () => {
  const { result, reviews } = await run({
    agent: `${AGENT}echo '${APPROVE.trim()}' > reviewer.sh\n`,
    reviewer: OBJECT,
  });

  expect(result).toMatchObject({
    outcome: 'verification',
    failure: { what: 'changes that a task may not make: reviewer.sh is protected' },
  });
  expect(reviews).toEqual([]);
});

test('with review off verified work goes straight to landing', async () => {
  const { result, reviews } = await run({ config: CONFIG, reviewer: 'exit 1\n' });

  expect(machine.outputs.verify?.next).toBe('land');
  expect(machine.outputs.review).toBeUndefined();
  expect(result).toMatchObject({ outcome: 'completed' });
  expect(result.review).toBeUndefined();
  expect(reviews).toEqual([]);
});

test('work that the reviewer has not approved cannot be landed, whatever order the steps come in', async () => {
  await begin({ reviewer: OBJECT, agent: STUBBORN });
  await machine.steps('claim', 'agent', 'verify');

  await expect(machine.step('land')).rejects.toThrow('step review left no review');
  await machine.step('review');
  await expect(machine.step('land')).rejects.toThrow('code-reviewer has not approved this work');

  expect(await onMain('src/a.txt')).toBeUndefined();
  expect(machine.output('review.conclusion')?.needs).toBe('person');
});

/** Claude Code as far as it matters here: it works, reviews, remembers its session, and says what that cost. */
const CLAUDE = `#!${process.execPath}
const { mkdirSync, readFileSync, writeFileSync } = require('node:fs');
const prompt = readFileSync(0, 'utf8');
const brief = readFileSync(/brief at (\\S+)/.exec(prompt)[1], 'utf8');
const resumed = process.argv.includes('--resume');
mkdirSync('src', { recursive: true });
if (prompt.startsWith('Review ')) {
  const strong = readFileSync('src/a.txt', 'utf8').includes('strong');
  const objections = strong ? [] : [{ file: null, line: null, what: 'The walls are weak.' }];
  const verdict = { verdict: strong ? 'approve' : 'object', objections, summary: '' };
  writeFileSync(/\`(\\S+verdict\\.json)\`/.exec(brief)[1], JSON.stringify(verdict));
} else {
  const answers = prompt.startsWith('A reviewer objects') && resumed;
  writeFileSync('src/a.txt', answers ? 'strong' : 'weak');
}
const session = prompt.startsWith('Review ') ? 'reviewing' : 'working';
console.log(JSON.stringify({ type: 'system', subtype: 'init', session_id: session }));
console.log(JSON.stringify({ type: 'result', subtype: 'success', is_error: false, result: session, session_id: session, num_turns: 2, total_cost_usd: 0.25, usage: { input_tokens: 100, output_tokens: 10, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 } }));
`;

test('the agent answers in the session it had, and the result counts what agent and reviewer used together', async () => {
  await begin({
    config: CONFIG.replace(
      / {2}general-purpose:[\s\S]*agent\.sh\n/,
      '  general-purpose: { run: claude, model: sonnet }\n  code-reviewer: { run: claude, model: opus }\nreview: code-reviewer\n',
    ),
  });
  const bin = join(site.folder, 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'claude'), CLAUDE);
  await chmod(join(bin, 'claude'), 0o755);
  const environment = { PATH: [bin, ...TOOLS].join(':') };
  await machine.step('claim');
  for (const name of ['agent', 'verify', 'review'] as const) await machine.step(name, { environment });
  await machine.steps('land', 'report');

  expect(site.issue(issue).results).toMatchObject([
    {
      outcome: 'completed',
      summary: 'working',
      review: { agent: 'code-reviewer', model: 'opus', verdict: 'approve', rounds: 1 },
      agent: {
        model: 'sonnet',
        session: 'working',
        turns: 8,
        cost_usd: 1,
        tokens: { input: 400, output: 40, cached: 0 },
      },
    },
  ]);
  expect(await onMain('src/a.txt')).toBe('strong');
});

test('under the workflow that users copy a reviewer objects, is answered, and the work lands', async () => {
  const workflow = await readFile(join(ROOT, 'templates/agent-task.yml'), 'utf8');
  await begin({ reviewer: DEMANDING, files: { '.github/workflows/agent-task.yml': workflow } });
  const commented = site.answered(
    ({ actor, route }) => actor === 'github-actions[bot]' && route.startsWith('graphql Report'),
  );
  const inputs = inputsFor(issue);

  await site.octokit.rest.actions.createWorkflowDispatch({
    ...{ owner: 'acme', repo: 'small', workflow_id: 'agent-task.yml', ref: 'main' },
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, String(value)])),
  });
  await commented;
  await site.commitProgress('A-001');
  const ended = await site.github.waitForRun(
    (run) => run.displayTitle === dispatchTitle(inputs) && run.status === 'completed',
  );

  expect(ended.conclusion).toBe('success');
  expect(site.issue(issue)).toMatchObject({
    state: 'closed',
    results: [{ outcome: 'completed', review: { verdict: 'approve', rounds: 1 } }],
  });
  expect(await onMain('src/a.txt')).toBe('by A-001\nstrong');
});
