import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { formatProblem } from '../plan/load.ts';
import { loadRepositoryPlan, type RepositoryPlan } from '../plan/repository-plan.ts';
import { unsupportedSettings } from '../plan/unsupported.ts';
import { CONFIG_PATH } from '../state/names.ts';
import { PACKAGE_ROOT, programPath } from './package-root.ts';
import { LiveView } from './rehearse/live-view.ts';
import { makeReport, writeReport } from './rehearse/report.ts';
import { startSession } from './rehearse/session.ts';
import { settled } from './rehearse/settled.ts';
import { summary } from './rehearse/summary.ts';

interface Flags {
  readonly out: string;
  readonly speed: number;
  readonly maxParallel?: number;
  readonly agent?: string;
  readonly fail: readonly string[];
  readonly hold?: true;
  readonly port?: number;
}

const EXAMPLE = join(PACKAGE_ROOT, 'examples', 'daw');

/** Waits of the protocol are this many times shorter: nothing of the embedded GitHub is stale for a minute. */
const HASTE = 10;

/** `agent-waves rehearse`: the whole system on this machine, to the end of the plan. */
export function rehearseCommand(): Command {
  return new Command('rehearse')
    .description('run a plan to its end on this machine, against an embedded GitHub')
    .argument('[folder]', 'repository that holds the plan', EXAMPLE)
    .option('--out <dir>', 'where everything that the rehearsal leaves goes', join('out', 'rehearsal'))
    .option('--speed <n>', 'how many times faster than estimated the scripted agent works', positive, 36_000)
    .option('--max-parallel <n>', 'tasks that run at once, instead of the configured number', whole)
    .option('--agent <command>', 'a command to run instead of the scripted agent')
    .option(
      '--fail <task:n>',
      'the scripted agent delivers broken code in the first n attempts at a task; may be repeated',
      collectFailure,
      [],
    )
    .option('--hold', 'do not set the start label')
    .option('--port <n>', 'port of the embedded GitHub', whole)
    .action(run);
}

async function run(folder: string, flags: Flags): Promise<void> {
  const source = resolve(folder);
  const loaded = await loadFolder(source);
  if (!loaded.ok) {
    console.error(loaded.problems.map(formatProblem).join('\n'));
    process.exitCode = 1;
    return;
  }
  const unknown = flags.fail.find((rule) => !loaded.plan.tasks.some(({ id }) => rule.startsWith(`${id}:`)));
  if (unknown !== undefined) {
    console.error(`--fail ${unknown}: the plan has no such task`);
    process.exitCode = 2;
    return;
  }
  const out = resolve(flags.out);
  await clear(out);
  if (!source.startsWith(join(PACKAGE_ROOT, 'examples'))) {
    console.log(`The workflow, checks and agent of ${source} run on this machine, as you.`);
  }

  const session = await startSession({
    ...{ source, out, plan: loaded.plan, config: loaded.config, haste: HASTE },
    agent: flags.agent ?? scriptedAgent(loaded.config.plan, flags),
    ...(flags.maxParallel === undefined ? {} : { maxParallel: flags.maxParallel }),
    ...(flags.port === undefined ? {} : { port: flags.port }),
  });
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  process.once('SIGTERM', () => interrupted.abort());
  const slots = flags.maxParallel ?? loaded.config.max_parallel;
  const view = new LiveView({ session, plan: loaded.plan, slots });
  try {
    await writeFile(join(out, 'access.json'), `${JSON.stringify(access(session), null, 2)}\n`);
    view.begin(out);
    const started = Date.now();
    if (flags.hold) view.say(`Held: label the plan issue agent:start with the token in ${join(out, 'access.json')}.`);
    else await session.start();
    const end = await settled(session, interrupted.signal);
    view.end();
    // What the app asked after the report was made would be in the request log and not in the report.
    await session.app.end('SIGTERM');
    const report = await makeReport({ session, plan: loaded.plan, end, out, started, slots, speed: flags.speed });
    await writeReport(report, { session, out });
    console.log(summary(report, out));
    process.exitCode = report.tasks.completed === report.tasks.total ? 0 : 1;
  } finally {
    view.end();
    await session.close();
  }
}

async function loadFolder(folder: string): Promise<RepositoryPlan> {
  const read = async (path: string) =>
    existsSync(join(folder, path)) ? { path, text: await readFile(join(folder, path), 'utf8') } : undefined;
  const config = await read(CONFIG_PATH);
  const first = loadRepositoryPlan({ config, plan: undefined });
  const [named] = first.ok ? [] : first.problems;
  const loaded = loadRepositoryPlan({ config, plan: named && (await read(named.file)) });
  if (!loaded.ok) return loaded;
  const problems = unsupportedSettings(loaded.config, { file: CONFIG_PATH, text: config?.text ?? '' });
  return problems.length > 0 ? { ok: false, problems } : loaded;
}

function access({ github, owner, repo, leadToken }: Awaited<ReturnType<typeof startSession>>): object {
  return { url: github.url, api_url: github.apiUrl, graphql_url: github.graphqlUrl, owner, repo, token: leadToken };
}

function scriptedAgent(plan: string, { speed, fail }: Flags): string {
  const program = programPath('rehearsal/scripted-agent');
  return [
    `node ${quote(program)} --plan ${quote(plan)} --speed ${speed}`,
    ...fail.map((rule) => `--fail ${quote(rule)}`),
  ].join(' ');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Left in every folder that a rehearsal fills, so that only such a folder is ever emptied. */
const MARK = 'requests.jsonl';

async function clear(out: string): Promise<void> {
  await mkdir(out, { recursive: true });
  const entries = await readdir(out);
  if (entries.length > 0 && !entries.includes(MARK)) {
    throw new Error(`${out} holds files that no rehearsal left; name another folder with --out`);
  }
  for (const entry of entries) await rm(join(out, entry), { recursive: true, force: true });
  await writeFile(join(out, MARK), '');
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

function collectFailure(rule: string, known: readonly string[]): readonly string[] {
  if (!/^[A-Za-z0-9._-]+:[1-9]\d*$/.test(rule)) throw new InvalidArgumentError('write TASK:N, as in EXECUTOR-001:1');
  return [...known, rule];
}
