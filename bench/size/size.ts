import { setTimeout as sleep } from 'node:timers/promises';
import { LABEL } from '../../src/state/names.ts';
import { quantile } from '../measure.ts';
import { bigPlanText } from '../plans.ts';
import { type SizeScene, sizeScene } from './scene.ts';

const DISPATCH = 'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches';
/** Promised of 10,000 tasks, on a machine that does nothing else. */
const MAX_SECONDS = 60;
const MAX_RSS_MB = 1_000;
const GIVE_UP_S = 120;
const WEBHOOKS = 1_000;
const AFTER_BURST_MS = 6_000;

/** From the start label on the plan issue to the first dispatch, with the app in a process of its own. */
export async function showSize(): Promise<void> {
  console.log('\nlarge plans, from the start label on      first dispatch   requests   passes   heap MB   rss MB');
  for (const tasks of [1_900, 10_000]) await showPlan(tasks);
  console.log(`  at most: ${MAX_SECONDS} s, and ${MAX_RSS_MB} MB (rss) with 10,000 tasks`);
}

async function showPlan(tasks: number): Promise<void> {
  const plan = planText(tasks);
  const scene = await sizeScene(plan);
  try {
    const begun = await start(scene);
    const first = await dispatched(scene);
    const asked = scene.requests.filter(({ at }) => at >= begun && at <= first);
    const passes = asked.filter(({ route }) => route === 'graphql Observe').length;
    const { heap, rss } = await scene.memory();
    const name = `${tasks} tasks, ${(plan.length / 1e6).toFixed(1)} MB`;
    const figures = [`${((first - begun) / 1_000).toFixed(1)} s`, asked.length, passes, mb(heap), mb(rss)];
    const [time = '', ...rest] = figures.map(String);
    console.log(`  ${name.padEnd(40)}${time.padStart(14)}${rest.map((figure) => figure.padStart(10)).join('')}`);
    for (const connections of [64, WEBHOOKS]) await showBurst(scene, connections);
  } finally {
    await scene.close();
  }
}

/** How long each webhook waits for its answer, beside a server that does nothing, and how many passes they lead to. */
async function showBurst({ burst, bareBurst, requests }: SizeScene, connections: number): Promise<void> {
  const passes = () => requests.filter(({ route }) => route === 'graphql Observe').length;
  const before = passes();
  const { times, heard } = await burst({ count: WEBHOOKS, connections });
  await sleep(AFTER_BURST_MS);
  const made = passes() - before;
  const shown = (all: readonly number[]) => [0.5, 1].map((share) => quantile(all, share).toFixed(0));
  const [median, longest] = shown(times);
  const [bareMedian, bareLongest] = shown((await bareBurst({ count: WEBHOOKS, connections })).times);
  const said = `${WEBHOOKS} webhooks on ${connections} connections${heard ? '' : ', NOT ALL HEARD'}`;
  console.log(`    ${said}: answered after ${median} ms (median), ${longest} ms (longest; at most 500)`);
  console.log(
    `    a server that does nothing: ${bareMedian} ms, ${bareLongest} ms; the webhooks led to ${made} passes (at most 5)`,
  );
}

/** Some 260 bytes a task, as plans have that people and agents write. */
function planText(tasks: number): string {
  const { tasks: bare, ...plan } = JSON.parse(bigPlanText({ tasks, dependencies: tasks * 1.5 })) as {
    readonly tasks: readonly object[];
  };
  const description =
    'What is to be done, in as many words as it takes for somebody who has not been there to do it well.';
  return JSON.stringify({ ...plan, tasks: bare.map((task) => ({ ...task, description })) });
}

/** Labels the plan issue as soon as it is there. @returns When. */
async function start(scene: SizeScene): Promise<number> {
  const issue = await until(() => scene.github.issuesReport(scene.fullName)[0]);
  const begun = performance.now();
  await scene.label(issue.number, LABEL.start);
  return begun;
}

async function dispatched({ requests }: SizeScene): Promise<number> {
  const found = await until(() =>
    requests.find(({ method, route, status }) => status < 300 && `${method} ${route}` === DISPATCH),
  );
  return found.at;
}

async function until<T>(look: () => T | undefined): Promise<T> {
  for (const from = performance.now(); performance.now() - from < GIVE_UP_S * 1_000; await sleep(20)) {
    const found = look();
    if (found !== undefined) return found;
  }
  throw new Error(`nothing came within ${GIVE_UP_S} s`);
}

function mb(bytes: number): string {
  return String(Math.round(bytes / 1e6));
}
