import { expect, it } from 'vitest';
import { ACTIONS_LOGIN, LABEL } from '../../src/state/names.ts';
import { newGroupRecord, readGroupRecord } from '../../src/state/record.ts';
import { escalation } from '../../src/text/answers.ts';
import { COMMAND_HELP } from '../../src/text/command-help.ts';
import { brokenPlanBody } from '../../src/text/group-body.ts';
import { at, DONE, failed, past, scene } from '../decide/scene.ts';
import { configOf, planOf, taskOf } from '../support/course.ts';
import { WRITER } from '../support/pure-world.ts';

/** What people read on GitHub, as files. Each is read in review like prose. */

const HOSTILE = 'Fixes #1 --> @everyone | `rm`\n# No';

function town() {
  const plan = planOf([
    { ...taskOf({ id: 'DB-001', minutes: 90 }), title: 'Choose and set up the database', category: 'setup' },
    {
      ...taskOf({ id: 'CORE-001', minutes: 60, dependencies: ['DB-001'] }),
      title: 'Core backend',
      description: 'Serve the API.\n\n- routes\n- errors',
      acceptance: ['every route answers', 'errors are JSON'],
      outputs: ['src/core/**'],
      integration: 'api',
    },
    { ...taskOf({ id: 'BAD-001' }), title: HOSTILE, description: HOSTILE },
  ]);
  const history = [past(), past({ dispatch: 2, attempt: 2, run: 901, outcome: 'completed', ended: at(300) })];
  const { cause, ...good } = history[1] ?? past();
  return scene({
    plan,
    config: configOf('escalate_to: [acme/leads]\n'),
    records: {
      'DB-001': {
        attempt: 2,
        slice: 1,
        dispatch: 2,
        history: [past(), good],
        done: { ...DONE, summary: 'Postgres 17.' },
      },
      'BAD-001': { ...failed(3), failure: { what: HOSTILE, output: 'expected ``` 1\nreceived 2' } },
    },
  });
}

it.each([
  ['plan-issue.md', 1],
  ['wave-issue.md', 2],
  ['task-done.md', 3],
  ['task-running.md', 4],
  ['task-hostile.md', 5],
])('says in %s what people want to know', async (file, issue) => {
  const of = town();
  of.world.close(3, 'completed', ACTIONS_LOGIN);
  of.world.apply(of.look(), { answer: 'named' });

  await expect(of.world.issue(issue).body).toMatchFileSnapshot(`cases/${file}`);
});

it('sums up a wave that is done', async () => {
  const of = scene({ plan: planOf([taskOf({ id: 'A' }), taskOf({ id: 'B' })]), records: { A: { done: DONE } } });
  of.world.close(3, 'completed', ACTIONS_LOGIN);
  of.world.close(4, 'completed');
  of.world.apply(of.look(), { answer: 'named' });

  await expect(of.world.issue(2).body).toMatchFileSnapshot('cases/wave-done.md');
});

it('says in one comment what a wave came to', async () => {
  const tasks = ['A', 'B', 'C', 'D'].map((id) =>
    taskOf({ id, minutes: 30, status: id === 'D' ? 'completed' : 'pending' }),
  );
  const history = [
    past({ sent: at(-3_000), ended: at(-1_200) }),
    past({ dispatch: 2, attempt: 2, outcome: 'completed' }),
  ];
  const of = scene({
    plan: planOf([...tasks, taskOf({ id: 'E', wave: 2 })]),
    config: configOf('advance: auto\n'),
    started: false,
    records: {
      A: { done: { ...DONE, cost_usd: 1.2 }, attempt: 2, dispatch: 2, history },
      B: {
        done: { ...DONE, cost_usd: 0.4, summary: 'Went | around\n@lead <!-- it' },
        attempt: 1,
        history: history.slice(1),
      },
      C: { skipped: true },
    },
  });
  of.world.label(2, LABEL.start, WRITER);
  for (const id of ['A', 'B']) of.world.close(of.number(id), 'completed', ACTIONS_LOGIN);
  of.world.close(of.number('C'), 'not_planned');
  of.world.apply(of.look(), { answer: 'named' });

  const decision = of.look();

  const said = decision.effects.flatMap((effect) => (effect.kind === 'comment' ? [effect.body] : []));
  await expect(said.join('\n---\n')).toMatchFileSnapshot('cases/wave-summary.md');
  of.world.apply(decision, { answer: 'named' });
  expect(readGroupRecord(of.world.issue(2).body)?.summary).toBe(
    'A: Wrote it. B: Went | around @lead <!-- it. C: skipped. D: listed as completed in the plan, not verified.',
  );
  expect(of.look().effects.filter(({ kind }) => kind === 'comment')).toEqual([]);
});

it('links what the last run had changed, on whatever host the repository is', () => {
  const view = town().view('BAD-001');
  const saved = { commit: 'c'.repeat(40), base: 'b'.repeat(40) };
  const history = view.record.history.map((past) => ({ ...past, saved }));

  const text = escalation(
    { ...view, record: { ...view.record, history } },
    {
      people: [],
      repositoryUrl: 'https://github.acme.example/acme/daw',
      saved: 'refs/agent-waves/checkpoints/6',
    },
  );

  expect(text).toContain(
    `([what it changed](https://github.acme.example/acme/daw/compare/${saved.base}...${saved.commit}))`,
  );
});

it('asks for help in escalation.md', async () => {
  const of = town();

  await expect(
    escalation(of.view('BAD-001'), {
      people: of.config.escalate_to,
      repositoryUrl: 'https://github.com/acme/daw',
      saved: 'refs/agent-waves/checkpoints/6',
    }),
  ).toMatchFileSnapshot('cases/escalation.md');
});

it('lists what is wrong with a plan', async () => {
  const body = brokenPlanBody(newGroupRecord('DAW'), {
    problems: [
      { file: 'docs/planning/tasks.json', line: 12, column: 20, message: '`A` depends on `B`, which is no task' },
    ],
    isQuestion: false,
  });

  await expect(body).toMatchFileSnapshot('cases/broken-plan.md');
});

it('explains every command', async () => {
  await expect(COMMAND_HELP).toMatchFileSnapshot('cases/help.md');
});
