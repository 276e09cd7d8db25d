import { setTimeout as sleep } from 'node:timers/promises';
import { readGroupRecord } from '../../../../src/state/record.ts';
import type { Result } from '../../../../src/state/result.ts';
import { jobScene } from '../../actions/support/job-scene.ts';
import { type JobScene, mortalJobs, mortalServer } from './mortal-hosts.ts';
import { MortalProcess } from './mortal-process.ts';
import { startReceiver } from './receiver.ts';
import { NOTIFY } from './told-scene.ts';

const SECRET = 'a key of this test, long enough';
const HOUR = 3_600_000;
/** A receiver takes its time (ms): as long as a job takes for a few requests to this GitHub. */
const UNHURRIED = 50;
const config = (usd: number) =>
  `landing: push\nattempts: 1\nagents: { general-purpose: { run: claude, max_usd: 1 } }\nbudget: { plan: { usd: ${usd} } }\n${NOTIFY}`;
const costing = (usd: number): Result['agent'] => ({ type: 'general-purpose', model: 'sonnet', cost_usd: usd });

const PLAN = {
  id: 'daw',
  name: 'DAW',
  tasks: [
    { id: 'A', title: 'First', wave: 1 },
    { id: 'B', title: 'Second', dependencies: ['A'], wave: 2 },
  ],
};

/** What people have to hear of after each step, whenever processes die in it: each event there is. */
const STORY: readonly { readonly step: (scene: JobScene) => Promise<unknown>; readonly told: readonly string[] }[] = [
  {
    step: (scene) => scene.run('A').fail('verification', { agent: costing(8) }),
    told: ['A needs a person: First', 'DAW has stopped', 'DAW: 80 % of $10.00 for the plan are spent'],
  },
  {
    step: async (scene) => {
      await scene.comment('A', '/retry');
      scene.later(HOUR);
    },
    told: [],
  },
  {
    step: (scene) => complete(scene, 'A', 2),
    told: ['DAW: nothing more fits into $10.00 for the plan', 'DAW: wave 1 is done'],
  },
  { step: (scene) => scene.push({ '.github/agent-waves.yml': config(20) }), told: [] },
  { step: (scene) => complete(scene, 'B', 1), told: ['DAW: wave 2 is done', 'DAW is done'] },
];

async function complete(scene: JobScene, task: string, usd: number): Promise<void> {
  const run = scene.run(task);
  await run.claim();
  await run.land();
  await run.report('completed', { agent: costing(usd) });
  await run.closeIssue();
  await run.end('success');
}

/** A process that is about to start. */
export interface NextProcess {
  /** Of the story, from 0. */
  readonly step: number;
  /** Counts those of its step, from 1. */
  readonly of: number;
  /** Requests of all processes before it. */
  readonly before: number;
  readonly kills: number;
}

/** Of its requests, the one with which it dies; undefined: it lives. */
export type Killer = (next: NextProcess) => number | undefined;

export interface CourseEnd {
  readonly kills: number;
  /** Of all processes together. */
  readonly requests: number;
  /** What nobody heard of, after the step that it belongs to. */
  readonly missing: readonly string[];
  /** After a death no process would have come by itself, with something still to be told. */
  readonly stranded: readonly string[];
  /** What nobody should have heard of, and what is left to be sent. */
  readonly wrong: readonly string[];
}

export const NOTHING_LOST = { missing: [], stranded: [], wrong: [] } as const;

/** The whole story on one host, whose processes die as `kill` says. */
export async function killCourse(kind: 'server' | 'actions', kill: Killer): Promise<CourseEnd> {
  const byPath = new Map<string, MortalProcess>();
  const receiver = await startReceiver(SECRET, async (_, path) => {
    // A job goes on meanwhile: it may have done all the rest before anybody has heard of it.
    if (kind === 'actions') await sleep(UNHURRIED);
    return byPath.get(path)?.outlives() ? 204 : 'hang';
  });
  const scene = await jobScene({ plan: PLAN, config: config(10), withoutServer: kind === 'actions' });
  const host = (kind === 'server' ? mortalServer : mortalJobs)(scene);
  let [processes, requests, kills] = [0, 0, 0];
  const wrong: string[] = [];
  const missing: string[] = [];
  const stranded: string[] = [];

  /** @returns Whether it lived to its end. */
  const live = async (killAt?: number): Promise<boolean> => {
    const process = new MortalProcess(killAt);
    const path = `/hook?process=${++processes}`;
    byPath.set(path, process);
    const url = receiver.url.replace('/hook', path);
    const addresses = new Map([['AGENT_WAVES_NOTIFY_TEAM', { url, secret: SECRET }]]);
    const lived = host.live(process, { addresses, isPrivateAllowed: true }).then(() => true);
    const isAlive = await Promise.race([lived, process.died.then(() => false)]);
    requests += process.requests;
    if (!isAlive) kills++;
    return isAlive;
  };

  try {
    await live();
    await scene.label('plan', 'agent:start');
    await live();
    requests = 0;
    for (const [nth, { step, told }] of STORY.entries()) {
      await step(scene);
      const isHeard = (each: string) => receiver.heard.some(({ body }) => String(body.title).startsWith(each));
      for (let of = 1; !(await live(kill({ step: nth, of, before: requests, kills }))); of++)
        if (!told.every(isHeard) && !(await host.comesAgain())) stranded.push(`step ${nth}, process ${of}`);
      missing.push(...told.filter((each) => !isHeard(each)));
    }
    const record = readGroupRecord(scene.issue('plan').body ?? '')?.notices;
    if (record?.outbox.length !== 0) wrong.push(`still in the record: ${JSON.stringify(record?.outbox)}`);
    const expected = STORY.flatMap(({ told }) => told);
    const titles = new Set(receiver.heard.map(({ body }) => String(body.title)));
    wrong.push(...[...titles].filter((title) => !expected.some((each) => title.startsWith(each))));
    return { kills, requests, missing, stranded, wrong };
  } finally {
    await scene.close();
    await receiver.close();
  }
}
