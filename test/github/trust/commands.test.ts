import { afterEach, describe, expect, it } from 'vitest';
import { readTaskRecord } from '../../../src/state/record.ts';
import { type GitHubScene, githubScene } from '../../support/github-scene.ts';

const PLAN = {
  name: 'DAW',
  tasks: [
    { id: 'A', title: 'First' },
    { id: 'B', title: 'Second', dependencies: ['A'] },
  ],
};

let scene: GitHubScene;
afterEach(() => scene.close());

async function started(plan: object = PLAN): Promise<void> {
  scene = await githubScene({ plan });
  await scene.start();
}

/** What the app has said on an issue, newest last. */
const answers = (name: string) =>
  scene.comments(name).flatMap(({ author, body }) => (author === 'waves[bot]' ? [body] : []));

const record = (name: string) => {
  const found = readTaskRecord(scene.issue(name).body ?? '');
  if (!found) throw new Error(`${name} has no record`);
  return found;
};

describe('a comment on GitHub', () => {
  it('gives several commands, which act in their order, and one answer', async () => {
    await started();

    await scene.comment('B', 'Let me see.\r\n/priority 7\r\n/pause\n\n/why');
    await scene.settle();

    expect([record('B').priority, record('B').pause?.by]).toEqual([7, 'lead']);
    expect(answers('B')).toEqual([
      '> lead: `/why`\n\n**B** is held: it is paused; remove `agent:pause` or comment `/resume` on #5.',
    ]);
  });

  it('gives none in code, a quote or a comment of HTML', async () => {
    await started();

    await scene.comment(
      'A',
      'Do not:\n\n    /cancel\n\n> /cancel\n\n```\n/cancel\n```\n\n<!--\n/cancel\n-->\n`a\n/cancel`',
    );
    await scene.settle();

    expect([scene.state('A'), answers('A')]).toEqual(['running', []]);
  });

  it.each([
    ['/retyr', 'Did you mean `/retry`?'],
    ['/frobnicate', 'There is no command `/frobnicate`.'],
    ['/resume', 'It is not paused itself.'],
    ['/priority high', '`/priority` needs a whole number'],
    ['/tell', '`/tell` needs the words'],
    ['/accept', 'Nothing was asked here'],
    ['/retry model=$(rm)', 'does not name a model'],
  ])('that does nothing is told why: %s', async (words, why) => {
    await started();

    await scene.comment('A', words);
    await scene.settle();
    await scene.settle();

    expect([answers('A'), scene.state('A')]).toEqual([[expect.stringContaining(why)], 'running']);
    expect(answers('A')[0]).toContain('Nothing was changed');
  });

  it('that came too late is told so', async () => {
    await started();
    await scene.run('A').complete();
    await scene.settle();

    await scene.comment('A', '/cancel');
    await scene.comment('A', '/retry');
    await scene.settle();

    expect(answers('A')).toEqual([
      expect.stringContaining('Too late: it is completed.'),
      expect.stringContaining('It is completed. Open this issue again'),
    ]);
    expect([scene.state('A'), scene.dispatches('A')]).toEqual(['completed', 1]);
  });

  it('that was edited before it was read is to be written anew', async () => {
    await started();
    const { id } = await scene.comment('A', 'Well');
    scene.later(2_000);
    await scene.lead.rest.issues.updateComment({ ...scene.repository, comment_id: id, body: '/cancel' });

    await scene.settle();
    await scene.settle();

    expect([answers('A'), scene.state('A')]).toEqual([[expect.stringContaining('in a new comment')], 'running']);
  });

  it('of somebody who may not write is refused once and never acts, whatever they may do later', async () => {
    await started();
    await scene.comment('A', 'I think so.\n/cancel', scene.stranger);
    await scene.comment('A', '/skip', scene.stranger);
    await scene.settle();

    scene.github.addCollaborator({ repository: 'acme/daw', login: 'stranger', permission: 'write' });
    scene.later(10 * 60_000);
    await scene.settle();

    expect([answers('A'), scene.state('A')]).toEqual([[expect.stringContaining('write access')], 'running']);
  });
});

describe('words for an agent', () => {
  it('wait in the record of the task until the next run has them', async () => {
    await started();

    await scene.comment('A', '/tell use the old API\nand keep it small');
    await scene.settle();
    const waiting = record('A').told;
    await scene.run('A').claim();
    await scene.run('A').report('continued');
    await scene.run('A').end();
    await scene.settle();
    const carried = record('A').told;
    await scene.run('A').claim();
    await scene.run('A').report('continued');
    await scene.run('A').end();
    await scene.settle();

    expect(waiting).toMatchObject([{ by: 'lead', text: 'use the old API\nand keep it small' }]);
    expect(answers('A')).toEqual([expect.stringContaining('its next run reads this')]);
    expect(carried).toMatchObject([{ text: 'use the old API\nand keep it small', dispatch: 2 }]);
    expect(record('A').told).toBeUndefined();
  });
});

describe('a label that does nothing', () => {
  it('is answered once where somebody set it who may not write', async () => {
    scene = await githubScene({ plan: PLAN });
    await scene.settle();

    await scene.label('plan', 'agent:start', scene.triager);
    await scene.settle();
    await scene.comment('plan', '/why');
    await scene.settle();

    expect(answers('plan')).toEqual([
      expect.stringContaining('`agent:start` was set by triager, who may not write'),
      expect.stringContaining('2 held'),
    ]);
    expect(scene.running()).toEqual([]);
  });

  it('is answered once where a cancelled task is started by it', async () => {
    await started();
    await scene.comment('A', '/cancel');
    await scene.settle();

    await scene.label('A', 'agent:start');
    await scene.settle();
    await scene.settle();

    expect(answers('A')).toEqual([expect.stringContaining('cancelled by lead; comment `/start` or `/retry`')]);
  });

  it('is answered once on a completed task, and on a closed plan', async () => {
    await started({ name: 'DAW', tasks: [{ id: 'A', title: 'First' }] });
    await scene.run('A').complete();
    await scene.settle();

    await scene.lead.rest.issues.removeLabel({ ...scene.repository, issue_number: 1, name: 'agent:start' });
    await scene.label('plan', 'agent:start');
    await scene.label('A', 'agent:start');
    await scene.settle();
    await scene.settle();

    expect([answers('plan').length, answers('A').length]).toEqual([1, 1]);
    expect([answers('plan')[0], answers('A')[0]]).toEqual([
      expect.stringContaining('everything is completed'),
      expect.stringContaining('nothing of it is left to do'),
    ]);
  });
});
