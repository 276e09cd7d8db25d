import { describe, expect, it } from 'vitest';
import { type TestedGuard, testsOfMutant } from '../../support/mutant-tests.ts';

const COPIED = ['test/hosts', 'test/simulation', 'packages', 'templates'];

const OUTBOX = 'src/hosts/notify/outbox.ts';
const POST = 'src/hosts/notify/post.ts';
const NOTE = 'src/decide/notify/note-transitions.ts';
const JOB = 'src/hosts/actions/pass-job.ts';
const SERVER = 'src/hosts/server/kept-repository.ts';

const IN_OUTBOX = 'test/hosts/notify/outbox.test.ts';
const IN_POST = 'test/hosts/notify/post.test.ts';
const IN_HOSTS = 'test/hosts/notify/hosts.test.ts';
const IN_STORY = 'test/hosts/notify/transitions.test.ts';
const IN_KILLS = 'test/hosts/notify/kills.test.ts';
const IN_EACH_KILL = 'test/hosts/notify/kills.nightly.test.ts';

const GUARDS: readonly TestedGuard[] = [
  {
    against: 'sending what is not written yet',
    file: 'src/github/write/outgoing.ts',
    snippet: "if (written !== undefined && written.kind !== 'applied') return undefined;",
    by: 'void written;',
    test: IN_STORY,
    named: 'that could not write the record sends nothing before it is written',
  },
  {
    against: 'a notice that leaves the record before it has arrived',
    file: NOTE,
    snippet: '.filter((each) => isToBeSent(each, input));',
    by: '.filter((each) => isToBeSent(each, input) && before === undefined);',
    test: IN_KILLS,
    named: 'where each process of the server dies two requests later',
  },
  {
    against: 'a record that keeps what has arrived',
    file: NOTE,
    snippet: ' && !settledNotices?.has(noticeKey({ issue, id }));',
    by: '; void [noticeKey, settledNotices, issue, id];',
    test: IN_HOSTS,
    named: 'sends what its pass left, and takes it out of the record',
  },
  {
    against: 'a record that keeps for ever what nobody hears',
    file: NOTE,
    snippet: 'return now < millis(at) + MAX_AGE && ',
    by: 'return now > 0 && at !== undefined && ',
    test: IN_STORY,
    named: 'and finds nobody who hears of it leaves nothing in the record for ever',
  },
  {
    against: 'telling the same with every pass',
    file: NOTE,
    snippet: 'holding.filter((one) => !known.has(one.name) && isWanted(one))',
    by: 'holding.filter((one) => isWanted(one))',
    test: IN_STORY,
    named: 'is told once, with what needs a person first',
  },
  {
    against: 'silence where it happens again',
    file: NOTE,
    snippet: 'told: told.map(({ name }) => name),',
    by: 'told: [...new Set([...(before?.told ?? []), ...told.map(({ name }) => name)])],',
    test: IN_STORY,
    named: 'is told again when it happens again',
  },
  {
    against: 'telling of what was done before anybody asked',
    file: NOTE,
    snippet: '(isPast ? [name] : [])',
    by: '(isPast && name === undefined ? [name] : [])',
    test: IN_STORY,
    named: 'is not told of what was done before anybody asked',
  },
  {
    against: 'a notice that one of two heard and that nobody sends again',
    file: OUTBOX,
    snippet: 'const isSettled = ends.every(Boolean);',
    by: 'const isSettled = ends.length > 0;',
    test: IN_OUTBOX,
    named: 'keeps a notice whose address nobody has set, and says so once',
  },
  {
    against: 'sending twice what is under way',
    file: OUTBOX,
    snippet: '      if (this.#known.has(key)) continue;\n',
    by: '',
    test: IN_OUTBOX,
    named: 'sends a notice once, signed and under an id of its own',
  },
  {
    against: 'giving up at the first failure',
    file: OUTBOX,
    snippet: "const isLast = posted.kind === 'refused' || tries === most;",
    by: 'const isLast = tries <= most;',
    test: IN_OUTBOX,
    named: 'tries again what failed, and gives up in the end',
  },
  {
    against: 'a job that gives up for all others',
    file: OUTBOX,
    snippet: "const isGivenUp = posted.kind === 'refused' || !isLeft;",
    by: 'const isGivenUp = tries > 0; void isLeft;',
    test: IN_OUTBOX,
    named: 'leaves to another process what a job could not send',
  },
  {
    against: 'sending what is not signed',
    file: OUTBOX,
    snippet: "if (format === 'json' && address.secret === undefined)",
    by: "if (format === 'json' && address.secret === '')",
    test: IN_OUTBOX,
    named: 'sends nothing of its own form that is not signed',
  },
  {
    against: 'events that somebody did not ask for',
    file: OUTBOX,
    snippet: '({ events }) => events.includes(notice.about.event)',
    by: '({ events }) => events.length > 0',
    test: IN_OUTBOX,
    named: 'tells whoever wants an event, and nobody else',
  },
  {
    against: 'waiting without end for whoever does not answer',
    file: POST,
    snippet: 'AbortSignal.any([late, signal])',
    by: 'signal',
    test: IN_OUTBOX,
    named: 'lets one that hangs keep nobody else, for a time that is bounded',
    within: 20_000,
  },
  {
    against: 'a signature that holds for ever',
    file: POST,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a program.
    snippet: '.update(`${timestamp}.${body}`)',
    by: '.update(body + timestamp.slice(0, 0))',
    test: IN_OUTBOX,
    named: 'sends a notice once, signed and under an id of its own',
  },
  {
    against: 'taking a refusal for an arrival',
    file: POST,
    snippet: "if (status >= 200 && status < 300) return { kind: 'arrived' };",
    by: "if (status >= 200 && status < 500) return { kind: 'arrived' };",
    test: IN_OUTBOX,
    named: 'is refused by a receiver that knows another key',
  },
  {
    against: 'an address of the host’s own network',
    file: POST,
    snippet: 'if (!isPrivateAllowed && isIP(host) !== 0 && !isPublicAddress(host)) throw new PrivateAddress();',
    by: 'void [isIP, isPublicAddress, host];',
    test: IN_POST,
    named: 'is not asked as 127.0.0.1',
  },
  {
    against: 'a name that leads into the host’s own network',
    file: POST,
    snippet: '...(isPrivateAllowed ? {} : { lookup: lookupPublic }),',
    by: '...(isPrivateAllowed ? { lookup: lookupPublic } : {}),',
    test: IN_POST,
    named: 'is not asked as localhost',
  },
  {
    against: 'a pass of the server that waits for whoever is told',
    file: 'src/hosts/server/pass-over.ts',
    snippet: "if (made.kind === 'done') sendNotices(kept, made.outgoing);",
    by: "if (made.kind === 'done') sendNotices(kept, made.outgoing);\n  await kept.outbox?.idle();",
    test: IN_HOSTS,
    named: 'delays nothing on the server',
  },
  {
    against: 'a turn that lasts as long as whoever is told takes',
    file: JOB,
    snippet: "if (made.kind === 'done') this.#outbox?.offer(made.outgoing);",
    by: "if (made.kind === 'done') this.#outbox?.offer(made.outgoing);\n    await this.#outbox?.idle();",
    test: IN_HOSTS,
    named: 'delays no job but the one that asks it',
  },
  {
    against: 'a job that ends before it has sent anything',
    file: JOB,
    snippet: "if (end === 'left' || !(await outbox?.idle())) return end;",
    by: "if (end === 'left' || end === 'done' || !(await outbox?.idle())) return end;",
    test: IN_HOSTS,
    named: 'sends what its pass left, and takes it out of the record',
  },
  {
    against: 'a clock that stops while something is to be sent',
    file: 'src/decide/decide.ts',
    snippet: '      noticesUntil(tracked.plan?.record),\n',
    by: '',
    also: [{ snippet: 'noteTransitions, noticesUntil }', by: 'noteTransitions }' }],
    test: IN_EACH_KILL,
    named: 'arrives where each job dies one request later',
  },
  {
    against: 'a server that never learns what has arrived',
    file: SERVER,
    snippet: 'if (ask.settledNotice !== undefined) kept.settledNotices.add(ask.settledNotice);',
    by: '',
    test: IN_KILLS,
    named: 'where each process of the server dies two requests later',
  },
];

describe('a copy of the product', () => {
  it.each([IN_OUTBOX, IN_POST, IN_HOSTS, IN_STORY, IN_KILLS])('passes %s where nothing was taken out', async (test) => {
    const { failed, passed } = await testsOfMutant(
      { file: OUTBOX, snippet: 'export class Outbox {', by: 'export class Outbox {', test },
      COPIED,
    );

    expect(failed).toEqual([]);
    expect(passed.length).toBeGreaterThan(0);
  });

  it.each(GUARDS)('fails without its guard against $against', async (guard) => {
    const { failed } = await testsOfMutant(guard, COPIED);

    expect(failed.filter((title) => title.startsWith(guard.named))).not.toEqual([]);
  });
});
