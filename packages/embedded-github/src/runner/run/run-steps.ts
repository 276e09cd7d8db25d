import { join } from 'node:path';
import { holds, limitOf, textOf, textsOf, truthOf } from '../language/expressions.ts';
import type { Step } from '../language/steps.ts';
import { openStepLog, type StepLog } from '../machine/step-log.ts';
import type { GithubContext } from './contexts.ts';
import { type Ending, failed, type Invocation } from './invocation.ts';
import { type Frame, type StepOutcome, type StepResult, scopeOf } from './job-state.ts';
import { runAction } from './run-action.ts';
import { runScript } from './run-script.ts';

/** Runs the steps of a job or of a composite action one after the other, each as its condition says. */
export async function runSteps(frame: Frame, steps: readonly Step[]): Promise<void> {
  const names = actionNames(steps);
  for (const [index, step] of steps.entries()) {
    if (frame.job.machine.lost) return;
    await runStep(frame, { step, number: index + 1, action: names[index] ?? '' });
  }
}

/**
 * What `github.action` is in each: its id; for a script `__run`, for an action its name without special characters, and a
 * number from the second one on (https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#github-context).
 */
function actionNames(steps: readonly Step[]): readonly string[] {
  const seen = new Map<string, number>();
  return steps.map((step) => {
    if (step.id !== undefined) return step.id;
    const name = step.kind === 'run' ? '__run' : step.uses.replace(/@.*$/, '').replace(/[^\w-]/g, '');
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name}${step.kind === 'run' ? '_' : ''}${count}`;
  });
}

async function runStep(
  frame: Frame,
  { step, number, action }: { readonly step: Step; readonly number: number; readonly action: string },
): Promise<void> {
  const { job } = frame;
  const started = Date.now();
  const name = stepName(frame, step);
  const numbers = [...frame.numbers, String(number).padStart(2, '0')];
  const log = openStepLog(join(job.folders.logs, `${numbers.join('.')}-${fileName(name)}.log`), job.masks);
  const github = { ...(frame.contexts.github as GithubContext), action };
  const start: StepStart = {
    ...{ step, log, name, numbers },
    frame: { ...frame, contexts: { ...frame.contexts, github } },
  };
  const ending = await perform(start);
  const result: StepResult = { ...ending, conclusion: conclude(start, ending.outcome) };
  await log.close();
  if (result.conclusion === 'failure' || result.conclusion === 'cancelled') frame.status = 'failure';
  if (step.id !== undefined) frame.results[step.id] = result;
  job.times.push({
    name,
    within: frame.within,
    outcome: result.outcome,
    conclusion: result.conclusion,
    started,
    ended: Date.now(),
  });
}

interface StepStart {
  readonly frame: Frame;
  readonly step: Step;
  readonly log: StepLog;
  readonly name: string;
  readonly numbers: readonly string[];
}

async function perform(start: StepStart): Promise<{ outcome: StepOutcome; outputs: Ending['outputs'] }> {
  const { frame, step, log, name, numbers } = start;
  try {
    const env = { ...frame.env, ...textsOf(step.env, scopeOf(frame)) };
    if (!holds(step.condition, scopeOf(frame, env))) {
      log.note(`Skipped: ${step.condition}`);
      return { outcome: 'skipped', outputs: {} };
    }
    return await withStop(start, {
      env,
      work: (invocation) => {
        const scope = scopeOf(frame, env);
        return step.kind === 'run'
          ? runScript(invocation, { step, scope })
          : runAction({ invocation, step, scope, within: [...frame.within, name], numbers, runSteps });
      },
    });
  } catch (error) {
    log.note(`##[error]${(error as Error).message}`);
    return failed;
  }
}

/** Gives a step the signal that ends it: a cancelled job whose condition no longer holds, or time used up. */
async function withStop(
  { frame, step, log }: StepStart,
  {
    env,
    work,
  }: { readonly env: Readonly<Record<string, string>>; readonly work: (invocation: Invocation) => Promise<Ending> },
): Promise<Ending> {
  const { job } = frame;
  const cancelled = new AbortController();
  const late = new AbortController();
  const consider = (): void => {
    if (!stillWanted(frame, { step, env })) cancelled.abort();
  };
  const time = step.timeoutMinutes && limitOf(step.timeoutMinutes, scopeOf(frame, env));
  const timer = time === undefined ? undefined : setTimeout(() => late.abort(), time);
  job.onCancel.add(consider);
  try {
    const limit = AbortSignal.any([late.signal, frame.stop]);
    const stop = AbortSignal.any([cancelled.signal, limit]);
    const ending = await work({ frame, env, log, stop, limit });
    if (cancelled.signal.aborted) {
      log.note('##[error]The operation was canceled.');
      return { ...ending, outcome: 'cancelled' };
    }
    if (!late.signal.aborted) return ending;
    log.note(`##[error]The action has timed out after ${Number(time) / 60_000} minutes.`);
    return { ...ending, outcome: 'failure' };
  } finally {
    clearTimeout(timer);
    job.onCancel.delete(consider);
  }
}

/** Asked again when the job is cancelled; a condition that fails to evaluate does not hold. */
function stillWanted(
  frame: Frame,
  { step, env }: { readonly step: Step; readonly env: Readonly<Record<string, string>> },
): boolean {
  try {
    return holds(step.condition, scopeOf(frame, env));
  } catch {
    return false; // It held a moment ago, so the step's log has nothing to gain from the reason.
  }
}

function conclude(start: StepStart, outcome: StepOutcome): StepOutcome {
  const { frame, step, log } = start;
  if (outcome !== 'failure' || step.continueOnError === undefined) return outcome;
  try {
    return truthOf(step.continueOnError, scopeOf(frame)) ? 'success' : outcome;
  } catch (error) {
    log.note(`##[error]continue-on-error: ${(error as Error).message}`);
    return outcome;
  }
}

function stepName(frame: Frame, step: Step): string {
  try {
    if (step.name !== undefined) return textOf(step.name, scopeOf(frame));
    if (step.kind === 'uses') return `Run ${step.uses}`;
    return `Run ${textOf(step.script, scopeOf(frame)).trim().split('\n')[0]}`;
  } catch {
    return step.id ?? 'step'; // The step itself fails on the same expression and says why.
  }
}

function fileName(name: string): string {
  const plain = name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return plain.replace(/^-|-$/g, '').slice(0, 60) || 'step';
}
