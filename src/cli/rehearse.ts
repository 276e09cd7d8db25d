import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Config } from '../plan/config.ts';
import { estimateProblem, parseEstimate } from '../plan/estimate.ts';
import { formatProblem } from '../plan/load.ts';
import { PACKAGE_ROOT, programPath, TOOL_FOLDERS } from './package-root.ts';
import { type AgentFlags, readAgent } from './rehearse/agent.ts';
import { endingText } from './rehearse/ending.ts';
import { keepPage } from './rehearse/keep-page.ts';
import { halfway } from './rehearse/killer.ts';
import { LiveView } from './rehearse/live-view.ts';
import { loadFolder, type Rehearsed } from './rehearse/load-folder.ts';
import { describeUsers, HOSTS, type Host, modeOf, type Wishes } from './rehearse/mode.ts';
import { modelNotice } from './rehearse/model-agents.ts';
import { emptyOutFolder } from './rehearse/out-folder.ts';
import { textOnBase } from './rehearse/plan-reader.ts';
import { ProcessorWatch } from './rehearse/processor-time.ts';
import { makeReport, writeReport } from './rehearse/report.ts';
import { startSession } from './rehearse/session.ts';
import { settled } from './rehearse/settled.ts';
import { statsText } from './rehearse/stats.ts';
import { dashboardOf, stayUp } from './rehearse/stay-up.ts';
import { shownPath } from './shown-path.ts';
import { UsageError } from './usage-error.ts';

interface Flags extends AgentFlags {
  readonly out: string;
  readonly speed?: number;
  readonly landing?: Config['landing'];
  readonly base?: string;
  readonly protectDefault?: true;
  readonly slice?: number;
  readonly checkpoint?: Config['checkpoint'];
  readonly isolation?: Config['isolation'];
  readonly killEvery?: number;
  readonly hardened?: true;
  readonly host: Host;
  readonly maxParallel?: number;
  readonly fail: readonly string[];
  readonly hold?: true;
  readonly stats?: true;
  readonly keep?: true;
  readonly port?: number;
}

const LANDINGS: readonly Config['landing'][] = ['merge', 'review', 'push'];
const USERS: readonly Config['isolation'][] = ['user', 'none'];
const STORES: readonly Config['checkpoint'][] = ['git', 'redis'];

const EXAMPLES = join(PACKAGE_ROOT, 'examples');
const EXAMPLE = join(EXAMPLES, 'daw');

/**
 * Waits of the protocol are this many times shorter. Those that guard against silence are there because GitHub's reads lag
 * behind its writes; the embedded GitHub's do not, however slow this machine is.
 */
const TIME_SCALE = 10;

/** `agent-waves rehearse`: the whole system on this machine, to the end of the plan. */
export function rehearseCommand(): Command {
  return new Command('rehearse')
    .description('run a plan to its end on this machine, against an embedded GitHub')
    .argument('[folder]', 'repository that holds the plan', EXAMPLE)
    .option('--out <dir>', 'where everything that the rehearsal leaves goes', join('out', 'rehearsal'))
    .option(
      '--speed <n>',
      'how many times faster than estimated the scripted agent works (default: 36000, less with --slice and --kill-every)',
      positive,
    )
    .option('--max-parallel <n>', 'tasks that run at once, instead of the configured number', whole)
    .option(
      '--agent <name|command>',
      'claude, codex, gemini or copilot, for real and at the cost of its model; or a command; instead of the scripted agent',
    )
    .option('--key-from <variable>', 'variable of your environment that holds the key of its model')
    .option('--url-from <variable>', 'variable that holds the address of the API, where it is not the provider’s own')
    .option('--model <name>', 'its model for every task, instead of the configured ones')
    .option(
      '--fail <task:n>',
      'the scripted agent delivers broken code in the first n attempts at a task; may be repeated',
      collectFailure,
      [],
    )
    .addOption(
      new Option('--landing <way>', 'how verified work reaches the base, instead of as configured').choices(LANDINGS),
    )
    .option('--base <branch>', 'the branch that work lands on, instead of the configured one: agent-waves/{plan}')
    .option('--protect-default', 'let the default branch refuse pushes and demand a review, which a person gives')
    .option('--slice <time>', 'the longest that an agent works in one run, as estimates are written: 2h', duration)
    .addOption(
      new Option('--checkpoint <store>', 'where unfinished work is kept; redis starts a server').choices(STORES),
    )
    .addOption(
      new Option(
        '--isolation <who>',
        'who agents and checks run as, instead of as configured: a user of their own needs root',
      ).choices(USERS),
    )
    .option('--kill-every <n>', 'kill the runner of every nth task in the middle of its agent', whole)
    .option('--hardened', 'rehearse the task workflow of several jobs, templates/agent-task-hardened.yml')
    .addOption(
      new Option('--host <host>', 'who makes the passes: the app, or jobs of the repository')
        .choices(HOSTS)
        .default('server'),
    )
    .option('--hold', 'do not set the start label')
    .option('--stats', 'print what was measured: requests by route, time by step, landings, processor time')
    .option('--keep', 'stay up at the end, with pages of issues and runs to look at, until interrupted')
    .option('--port <n>', 'port of the embedded GitHub', whole)
    .action(run);
}

/** The checks of the examples are done by what a clone of this repository brings, and the package does not. */
function requireTools(): void {
  const missing = ['tsc', 'biome'].filter((tool) => !TOOL_FOLDERS.some((bin) => existsSync(join(bin, tool))));
  if (missing.length === 0) return;
  throw new UsageError(
    `the examples are checked by ${missing.join(' and ')}, which is not installed here: rehearse a repository of yours, after \`agent-waves init\`, or run \`npm ci && npm run rehearse\` in a clone of agent-waves`,
  );
}

async function run(folder: string, flags: Flags): Promise<void> {
  const source = resolve(folder);
  if (!existsSync(source)) throw new UsageError(`there is no folder ${folder}; name a repository that holds a plan`);
  if (dirname(source) === EXAMPLES) requireTools();
  const asked = readAgent(flags, process.env);
  // Nothing that is started from here on could inherit it.
  if (flags.keyFrom !== undefined) delete process.env[flags.keyFrom];
  if (asked?.kind === 'model' && (flags.killEvery !== undefined || flags.fail.length > 0))
    throw new UsageError(`--kill-every and --fail are for agents that are scripted: leave out --agent ${asked.run}`);
  const wishes: Wishes = { ...flags, protectDefault: flags.protectDefault ?? false, hardened: flags.hardened ?? false };
  const loaded = await loadFolder(source, { wishes, flags, agent: asked });
  if (!loaded.ok) {
    console.error(loaded.problems.map(formatProblem).join('\n'));
    process.exitCode = 1;
    return;
  }
  const { plan, config, changes, speed } = loaded;
  const unknown = flags.fail.find((rule) => !plan.tasks.some(({ id }) => rule.startsWith(`${id}:`)));
  if (unknown !== undefined) throw new UsageError(`--fail ${unknown}: the plan has no such task`);
  const mode = modeOf(wishes, loaded.before);
  const out = resolve(flags.out);
  await emptyOutFolder(out);
  if (!source.startsWith(join(PACKAGE_ROOT, 'examples'))) {
    console.log(`The workflow, checks and agent of ${source} run on this machine, ${describeUsers(mode)}.`);
  }

  const agent = asked ?? { kind: 'command', command: scriptedAgent(config.plan, { speed, fail: flags.fail }) };
  if (agent.kind === 'model') console.log(modelNotice(agent, { plan, config, keyFrom: flags.keyFrom ?? '' }));

  const { killEvery, hardened, protectDefault } = wishes;
  const after = halfway(plan, { speed, sliceMinutes: mode.slice_min });
  const watch = new ProcessorWatch();
  const session = await startSession({
    source,
    out,
    plan,
    config,
    changes,
    hardened,
    withoutServer: flags.host === 'actions',
    protectDefault,
    timeScale: TIME_SCALE,
    agent,
    ...(killEvery === undefined ? {} : { kill: { every: killEvery, after } }),
    ...(flags.port === undefined ? {} : { port: flags.port }),
  });
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  process.once('SIGTERM', () => interrupted.abort());
  const slots = config.max_parallel;
  const view = new LiveView({ session, plan, slots });
  try {
    await writeFile(join(out, 'access.json'), `${JSON.stringify(access(session), null, 2)}\n`);
    view.begin(shownPath(out));
    const started = Date.now();
    const dashboard = dashboardOf(session);
    if (dashboard !== undefined) view.say(`Dashboard: ${dashboard}`);
    if (flags.hold) view.say(`Held: label the plan issue agent:start with the token in ${join(out, 'access.json')}.`);
    else await session.start();
    const end = await settled(session, interrupted.signal);
    const standing = view.end();
    // What the app asked after the report was made would be in the request log and not in the report.
    if (!flags.keep) await session.app.end('SIGTERM');
    const report = await makeReport({ session, plan, end, out, started, slots, speed, mode, processor: watch.read() });
    await writeReport(report, { session, out });
    // A plan that was held from the beginning has no page.
    const page = await textOnBase(session.gitDir, config.progress).catch(() => undefined);
    if (page !== undefined) await keepPage(page, { gitDir: session.gitDir, progress: config.progress, out });
    const stats = flags.stats === true;
    console.log(endingText({ report, standing, out: shownPath(out), stats }));
    if (stats) console.log(statsText(report));
    process.exitCode = report.tasks.completed === report.tasks.total ? 0 : 1;
    if (flags.keep) await stayUp(session, interrupted.signal);
  } finally {
    view.end();
    await session.close();
  }
}

function access({ github, owner, repo, leadToken }: Awaited<ReturnType<typeof startSession>>): object {
  return { url: github.url, api_url: github.apiUrl, graphql_url: github.graphqlUrl, owner, repo, token: leadToken };
}

function scriptedAgent(plan: string, { speed, fail }: Pick<Rehearsed, 'speed'> & Pick<Flags, 'fail'>): string {
  const program = programPath('cli/rehearse/scripted-agent');
  return [
    `node ${quote(program)} --plan ${quote(plan)} --speed ${speed}`,
    ...fail.map((rule) => `--fail ${quote(rule)}`),
  ].join(' ');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('give a number above 0');
  return value;
}

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 65_535)
    throw new InvalidArgumentError('give a whole number from 1 on');
  return value;
}

function duration(text: string): number {
  const minutes = parseEstimate(/^[\d.]+$/.test(text) ? Number(text) : text);
  if (minutes === undefined) throw new InvalidArgumentError(estimateProblem(text, 'duration'));
  return minutes;
}

function collectFailure(rule: string, known: readonly string[]): readonly string[] {
  if (!/^[A-Za-z0-9._-]+:[1-9]\d*$/.test(rule)) throw new InvalidArgumentError('write TASK:N, as in EXECUTOR-001:1');
  return [...known, rule];
}
