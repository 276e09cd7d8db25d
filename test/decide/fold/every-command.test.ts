import { describe, expect, it } from 'vitest';
import { COMMANDS, type CommandName } from '../../../src/state/command.ts';
import { LABEL } from '../../../src/state/names.ts';
import { APP, WRITER } from '../../support/pure-world.ts';
import { at, DONE, failed, LIVE, scene } from '../scene.ts';

/** Law 7: every command of a person gets a reaction or an answer, and so does none of them twice. */

/** What is written, of each. */
const WORDS: Readonly<Record<CommandName, readonly string[]>> = {
  start: ['/start'],
  pause: ['/pause'],
  resume: ['/resume'],
  retry: ['/retry', '/retry fresh', '/retry model=opus', '/retry model=$(rm)', '/retry mind the tests'],
  cancel: ['/cancel'],
  skip: ['/skip'],
  accept: ['/accept'],
  adopt: ['/adopt'],
  tell: ['/tell', '/tell use the old API'],
  priority: ['/priority', '/priority 5', '/priority -5', '/priority 5000', '/priority high', '/priority 1.5'],
  status: ['/status'],
  why: ['/why'],
  help: ['/help'],
};

const SLIPS = ['/retyr', '/cancel?', '/frobnicate'];

type Scene = ReturnType<typeof scene>;
type Given = NonNullable<Parameters<typeof scene>[0]>;

interface State {
  readonly given?: Given;
  /** What happened before the command. */
  readonly before?: (of: Scene) => void;
}

const HOLD = { by: WRITER, at: at(0), cause: { kind: 'cancelled', by: WRITER } } as const;
const RUNNING = { attempt: 1, slice: 1, dispatch: 1, live: { ...LIVE, run: 900 } };
const REVIEW = { pull: 50, head: 'd'.repeat(40), run: 900, at: at(0), checks: {}, summary: 'Done.' };
const records = (A: NonNullable<Given['records']>[string]): State => ({ given: { records: { A } } });

/** Task A is #3, its wave #2, the plan #1. */
const TASK_STATES: Readonly<Record<string, State>> = {
  ready: {},
  'not started': { given: { started: false } },
  running: records(RUNNING),
  retrying: records(failed(1)),
  'in need of a person': records(failed(3)),
  cancelled: records({ hold: HOLD }),
  'in review': records({ attempt: 1, slice: 1, dispatch: 1, review: REVIEW }),
  paused: { before: (of) => of.world.label(3, LABEL.pause, WRITER) },
  'in a paused plan': { before: (of) => of.world.label(1, LABEL.pause, WRITER) },
  completed: { given: { records: { A: { done: DONE } } }, before: (of) => of.world.close(3, 'completed', APP) },
  'about to be closed': records({ done: DONE }),
  'closed by hand': { before: (of) => of.world.close(3, 'completed') },
  'closed as not planned': { before: (of) => of.world.close(3, 'not_planned') },
  skipped: { given: { records: { A: { skipped: true } } }, before: (of) => of.world.close(3, 'not_planned') },
  'with as many words as fit': records({ told: Array(10).fill({ by: WRITER, at: at(0), text: 'x' }), priority: 5 }),
};

const GROUP_STATES: Readonly<Record<string, State>> = {
  started: {},
  'not started': { given: { started: false } },
  'with a running task': records(RUNNING),
  'with a failed task': records(failed(3)),
  'with a cancelled task': records({ hold: HOLD }),
  paused: { before: (of) => of.world.label(1, LABEL.pause, WRITER) },
  refused: { given: { planRecord: { refusal: { at: at(0), cause: { kind: 'other', message: 'no' } } } } },
  completed: {
    before: (of) => {
      for (const issue of [4, 3, 2, 1]) of.world.close(issue, 'completed');
    },
  },
  'closed as not planned': { before: (of) => of.world.close(1, 'not_planned') },
};

function hear(words: string, { issue, state: { given, before } }: { readonly issue: number; readonly state: State }) {
  const of = scene(given);
  of.world.tick();
  before?.(of);
  of.world.apply(of.look(), { answer: 'named' });
  of.world.tick();
  const id = of.world.comment(issue, WRITER, words);
  const ofIt = () => {
    const decision = of.look();
    const said = decision.effects.filter(
      ({ key, kind }) =>
        (kind === 'comment' || kind === 'react') && (key.endsWith(`:${id}`) || key.startsWith('started:')),
    );
    of.world.apply(decision, { answer: 'named' });
    return said.map(({ key }) => key);
  };
  return { first: ofIt(), second: ofIt() };
}

describe.each(Object.entries(TASK_STATES))('on a task that is %s', (_, state) => {
  it.each([...COMMANDS.flatMap((name) => WORDS[name]), ...SLIPS])('%s is heard once', (words) => {
    const { first, second } = hear(words, { issue: 3, state });

    expect(first.length).toBeGreaterThan(0);
    expect(second).toEqual([]);
  });
});

describe.each([
  ['plan', 1],
  ['wave', 2],
])('on a %s', (_, issue) => {
  describe.each(Object.entries(GROUP_STATES))('that is %s', (_state, state) => {
    it.each([...COMMANDS.flatMap((name) => WORDS[name]), ...SLIPS])('%s is heard once', (words) => {
      const { first, second } = hear(words, { issue, state });

      expect(first.length).toBeGreaterThan(0);
      expect(second).toEqual([]);
    });
  });
});
