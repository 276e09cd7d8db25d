import { describe, expect, it } from 'vitest';
import { MAX_BODY } from '../../src/state/body-room.ts';
import { LABEL } from '../../src/state/names.ts';
import { readTaskRecord } from '../../src/state/record.ts';
import { planOf, taskOf } from '../support/course.ts';
import { STRANGER, WRITER } from '../support/pure-world.ts';
import { failed, keys, LIVE, scene } from './scene.ts';

const PROBLEMS = [{ file: 'tasks.json', line: 3, column: 1, message: 'cut off' }];
const WHY = 'the plan cannot be read: tasks.json:3:1: cut off; fix it on the default branch.';

/** #1 the plan, #2 its wave, #3 task A, #4 task B after it, #5 task C. */
function town(given: Parameters<typeof scene>[0] = {}) {
  const tasks = [{ id: 'A' }, { id: 'B', dependencies: ['A'] }, { id: 'C' }].map(taskOf);
  const of = scene({ plan: planOf(tasks), ...given });
  of.world.tick(60);
  const look = () => of.lookUnreadable(PROBLEMS);
  const said = (issue: number) =>
    look().effects.flatMap((effect) => (effect.kind === 'comment' && effect.issue === issue ? [effect.body] : []));
  return { ...of, look, lookReadable: of.look, said };
}

describe('while nobody can read the plan', () => {
  it.each(['start', 'resume', 'retry'])('/%s is kept, and whoever said it learns that nothing starts yet', (name) => {
    const { world, said, look } = town({ records: { A: failed(3) } });
    world.label(3, LABEL.pause, WRITER);
    world.comment(3, WRITER, `/${name}`);

    expect(said(3)).toEqual([`\`/${name}\` is kept, and nothing starts yet: ${WHY}`]);
    world.apply(look(), { answer: 'named' });
    expect(said(3)).toEqual([]);
  });

  it('is told once of several of them', () => {
    const { world, said } = town({ records: { A: failed(3) } });
    world.label(3, LABEL.pause, WRITER);
    world.comment(3, WRITER, '/retry\n/resume');

    expect(said(3)).toEqual([`\`/retry\`, \`/resume\` are kept, and nothing starts yet: ${WHY}`]);
  });

  it.each([
    ['what starts nothing', WRITER, '/pause'],
    ['what changes nothing', WRITER, '/resume'],
    ['what somebody said who may not write', STRANGER, '/retry'],
  ])('%s is not kept for later', (_, by, text) => {
    const { world, said } = town();
    world.comment(3, by, text);

    expect(said(3).join()).not.toContain('nothing starts yet');
  });

  it('every answer ends with the reason why nothing starts', () => {
    const { world, said } = town();
    world.comment(1, WRITER, '/status');

    expect(said(1)).toEqual([`> lead: \`/status\`\n\n3 tasks: 3 held.\n\nNothing new starts: ${WHY}`]);
  });

  it('an answer that tells the reason by itself does not end with it once more', () => {
    const { world, said } = town();
    world.comment(3, WRITER, '/why');

    expect(said(3).join().split(WHY.slice(0, -1))).toHaveLength(2);
  });

  it('what is said on a wave whose record somebody broke is heard once the plan can be read', () => {
    const of = town();
    of.set(2, { body: 'Mine now', writer: WRITER });
    of.world.comment(2, WRITER, '/status');

    expect(keys(of.look())).toEqual(['body:1']);
    of.world.apply(of.look(), { answer: 'named' });

    expect(keys(of.lookReadable(), 'comment').map((key) => key.split(':')[0])).toEqual(['answer']);
  });

  it('labels say what runs, and nobody is asked for help', () => {
    const { look } = town({ records: { A: failed(3), C: { dispatch: 1, attempt: 1, slice: 1, live: LIVE } } });

    const decision = look();

    expect(decision.tasks.map(({ state }) => state)).toEqual(['needs-human', 'held', 'running']);
    expect(keys(decision)).toEqual(['body:1', 'label:5:agent:running']);
  });

  it('nothing is done where people left no room on the plan issue, and they learn that', () => {
    const { world, set, look } = town();
    const { body } = world.issue(1);
    set(1, { body: `${'x'.repeat(MAX_BODY - body.length - 2)}\n\n${body}` });
    world.comment(3, WRITER, '/pause');

    expect(keys(look())).toEqual(['no-room:1', 'no-room-label:1']);
    expect(readTaskRecord(world.issue(3).body)?.pause).toBeUndefined();
  });
});
