import { createHash } from 'node:crypto';
import { ACTIONS_LOGIN, LABEL } from '../../src/state/names.ts';
import { ActionsHost, PASS_PERMISSIONS } from './hosts/actions-host.ts';
import { installationToken } from './hosts/app-token.ts';
import { ServerHost } from './hosts/server-host.ts';
import { simClient } from './hosts/sim-client.ts';
import { checkEnd, checkMoment, checkRest } from './laws/at-rest.ts';
import { Truth } from './laws/truth.ts';
import { type Violation, Watch } from './laws/watch.ts';
import { WatchedRuns } from './laws/watched-runs.ts';
import { Actor } from './people/acts.ts';
import { fixEverything } from './people/fix.ts';
import { Hands } from './people/hands.ts';
import { Reviewer } from './people/reviewer.ts';
import { GitRefs } from './runs/git-refs.ts';
import { RunPlayer } from './runs/run-player.ts';
import { isWrite } from './world/asked.ts';
import type { Bias } from './world/bias.ts';
import { type FaultKind, FaultMix, NOTHING_SUPPRESSED, type Occurrence, type Suppressed } from './world/fault-mix.ts';
import { drawFiles, drawPlan } from './world/files.ts';
import { Random } from './world/random.ts';
import { type HandedRun, startTown, type Town } from './world/town.ts';
import { injectIntoTown } from './world/town-faults.ts';
import { VirtualTime } from './world/virtual-time.ts';
import { type Client, Wire } from './world/wire.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const FRIDAY = Date.parse('2026-11-27T16:40:00Z');
const HOOKS = 'http://hooks.invalid/';
/** How often somebody may have hands on it (ms). */
const OCCASIONS = 20 * MINUTE;
/** Minutes between two passes of a server that hears nothing: the tenth that finds nothing to do tells no law more than the first. */
const CLOCKS = [60, 120, 180, 360];
/** Observers come at each of so many occasions, where anything is new since they came last. */
const OBSERVED = 12;
/** After the last fault, everything that can finish has so long: a run that GitHub never ends is given up after six days. */
const BOUND = 8 * 24 * HOUR;

export type Profile = 'safety' | 'liveness';

export interface SimulationInput {
  readonly seed: number;
  readonly profile: Profile;
  readonly suppressed?: Suppressed;
  readonly bias?: Bias;
  /** Guards of runs that are taken out. */
  readonly planted?: ReadonlySet<string>;
  readonly hours?: number;
  readonly host?: 'server' | 'actions';
  /** Nothing goes wrong but this: the first process is killed at this request of its own. */
  readonly killAt?: Client['killAt'];
  readonly isTraced?: boolean;
}

export interface SimulationEnd {
  readonly seed: number;
  /** Of everything that was asked and answered, and when. */
  readonly digest: string;
  readonly host: string;
  readonly rates: ReadonlyMap<FaultKind, number>;
  readonly occurrences: readonly Occurrence[];
  readonly violations: readonly Violation[];
  readonly asked: ReadonlyMap<number, number>;
  readonly requests: number;
  readonly landed: number;
  /** How often a process was killed where that was asked for. */
  readonly kills: number;
}

/** One world, from its first commit to its end: the same seed leads to the same bytes. */
export async function simulate(input: SimulationInput): Promise<SimulationEnd> {
  const { seed, planted = new Set(), suppressed = NOTHING_SUPPRESSED, killAt, bias = {} } = input;
  const { profile = input.profile, hours = input.hours ?? 48, observed = OBSERVED } = bias;
  const random = new Random(seed);
  const withoutServer = random.chance('host', 0.35) ? input.host !== 'server' : input.host === 'actions';
  const replicas = bias.replicas ?? (killAt ? 1 : random.between('host', 1, 3));
  const period = random.pick('host', CLOCKS) * MINUTE;
  const trace = createHash('sha256');
  const print = process.stdout.write.bind(process.stdout);
  let town: Town | undefined;
  let server: ServerHost | undefined;
  let actor: Actor | undefined;
  const ofTown = () => {
    if (!town) throw new Error('there is no town yet');
    return town;
  };
  const draw = () => random.draw('identifiers');
  const time: VirtualTime = new VirtualTime({ startAt: FRIDAY, draw, fetch: (...asked) => wire.fetch(...asked) });
  const mix = new FaultMix(random, { now: () => time.now, suppressed, bias });
  mix.isOver = killAt !== undefined;
  const git = new GitRefs(ofTown, () => time.now);
  const plan = drawPlan(random, bias);
  const { files, parallel, landing } = drawFiles(random, { plan, withoutServer, bias });
  const truth = new Truth(structuredClone(plan));
  const judged = { town: ofTown, git, truth, now: () => time.now, parallel };
  const watch = new Watch(judged);
  const runs = new WatchedRuns({ ...judged, watch, isGitStale: mix.rates.has('stale read of git') });
  const isEnough = () => bias.untilBroken === true && watch.violations.length > 0;
  const note = (line: string) => {
    if (input.isTraced) print(`${new Date(time.now).toISOString()} ${line}\n`);
    trace.update(`${time.now} ${line}\n`);
  };
  const wire: Wire = new Wire({
    ...{ time, mix, random, hooksUrl: HOOKS },
    github: () => ofTown().github,
    onHook: note,
    onWebhook: (event) => server?.receive(event),
    onAnswer: async (asked, client, status) => {
      note(`${client.name}: ${asked.what} ${status} ${isWrite(asked) ? git.head() : ''}`);
      if (isWrite(asked)) await watch.look();
    },
    onRace: async () => void (await actor?.base.race()),
  });
  const parts = { time, mix, random, wire };
  const actions = withoutServer ? new ActionsHost({ ...parts, town: ofTown, killAt }) : undefined;
  const next = actions?.next.bind(actions);
  const player = new RunPlayer({
    ...parts,
    git,
    town: ofTown,
    watch: runs,
    planted,
    landing,
    bias,
    next,
    actor: () => actor,
  });
  const onRun = (handed: HandedRun) => {
    if (handed.request.workflow.path.endsWith('other.yml')) {
      forger = handed.request.mintToken({ issues: 'write' });
      passToken = handed.request.mintToken(PASS_PERMISSIONS);
      handed.listener.started();
    } else if (actions?.isOwn(handed)) void actions.play(handed);
    else player.play(handed);
  };
  let forger: string | undefined;
  let passToken: string | undefined;
  const uninstall = time.install();
  const unmute = muteLogs();
  try {
    const webhookUrl = withoutServer ? undefined : HOOKS;
    town = await startTown({ clock: () => time.now, files, onRun, webhookUrl, settle: () => time.settle() });
    const hands = new Hands(town);
    const made = new Actor({ town, git, truth, time, random, hands, acts: bias.acts });
    made.outsiders.forgerToken = forger;
    actor = made;
    git.remember();
    const reviewer = new Reviewer({ town, git, truth, time, random, hands, mix, note, onMerged: runs.onMerged });
    reviewer.start();
    injectIntoTown(town, mix, random);
    server = withoutServer ? undefined : new ServerHost({ ...parts, town, replicas, period, killAt });
    server?.start();
    actions?.start();
    if (actions) await hands.ask('lead', 'POST', 'actions/workflows/agent-waves.yml/dispatches', { ref: 'main' });
    const planIssue = () =>
      ofTown().repository.issues.find(({ labels }) => [...labels].some(({ name }) => name === LABEL.plan));
    await time.runUntil(FRIDAY + 6 * HOUR, () => planIssue() !== undefined);
    const found = planIssue();
    if (found) await hands.label(found.number, LABEL.start);
    const token = async () =>
      withoutServer ? (passToken ?? '') : installationToken(ofTown(), time.now, 'an observer');
    const client = async () =>
      simClient({ token: await token(), baseUrl: ofTown().github.apiUrl, world: 'an observer' });
    const app = withoutServer ? ACTIONS_LOGIN : 'waves[bot]';
    const faultsEnd = FRIDAY + (profile === 'liveness' ? 0.6 : 1) * hours * HOUR;
    let seen = '';
    for (let at = time.now + OCCASIONS, index = 0; at < faultsEnd && !isEnough(); at += OCCASIONS, index++) {
      await time.runUntil(at, isEnough);
      await meddle(made, mix, note);
      await watch.look();
      const now = index % observed === observed - 2 ? stateOf(town, git.head()) : seen;
      if (now !== seen) await time.during(checkMoment({ client: await client(), app, watch }));
      seen = now;
    }
    if ((profile === 'liveness' && !isEnough()) || killAt) {
      mix.isOver = true;
      ofTown().github.faults.clear();
      if (!killAt) await fixEverything({ town, hands, truth, time });
      const isDone = () => truth.plan.tasks.every(({ id }) => truth.isDone(id));
      await time.runUntil(time.now + BOUND, isDone);
      // What the last run did is told, and nothing is due.
      await time.runUntil(time.now + 4 * HOUR);
      await watch.look();
      await server?.stop();
      if (actions) actions.isStopped = true;
      await time.settle();
      await time.during(checkRest({ client: await client(), app, watch }));
      await time.during(checkEnd({ client: await client(), app, town, truth, watch, actor: made }));
    }
    // It may be in the middle of a pass.
    if (server) await time.during(server.stop());
    if (actions) actions.isStopped = true;
    await time.settle();
    await town.close();
  } finally {
    uninstall();
    unmute();
  }
  const host = withoutServer ? 'without a server' : `server with ${replicas} process${replicas > 1 ? 'es' : ''}`;
  const { rates, occurrences } = mix;
  const { violations, asked } = watch;
  return {
    seed,
    digest: trace.digest('hex'),
    host,
    rates,
    occurrences,
    violations,
    asked,
    requests: wire.total,
    landed: truth.landed.length,
    kills: wire.kills,
  };
}

/** Differs wherever somebody who looks might decide otherwise, but for the time. */
function stateOf({ repository: { issues, runs } }: Town, head: string): string {
  const ofIssues = issues.map(({ updatedAt, events, comments }) => [updatedAt, events.length, comments.length]);
  return JSON.stringify([head, ofIssues, runs.map(({ status }) => status)]);
}

async function meddle(actor: Actor, mix: FaultMix, note: (line: string) => void): Promise<void> {
  const acts = {
    'act of a person': () => actor.act(),
    'act of a triager': () => actor.triage(),
    'act of a stranger': () => actor.stray(),
    'forged result': () => actor.outsiders.forge(),
  };
  for (const [kind, act] of Object.entries(acts) as [FaultKind, () => Promise<string>][]) {
    if (!mix.happens(kind, () => kind)) continue;
    const occurrence = mix.occurrences.at(-1);
    const what = await act();
    if (occurrence) occurrence.what = what;
    note(what);
  }
}

/** What a task run says in the log of its job goes to the output of the process, and nobody reads it here. */
function muteLogs(): () => void {
  const { write } = process.stdout;
  process.stdout.write = () => true;
  return () => {
    process.stdout.write = write;
  };
}
