import { join, resolve } from 'node:path';
import { downloadArtifact, uploadArtifact } from '../built-in/artifacts.ts';
import { checkout } from '../built-in/checkout.ts';
import { setupNode } from '../built-in/setup-node.ts';
import {
  type Action,
  type ActionInput,
  type CompositeAction,
  type NodeAction,
  readAction,
} from '../language/action.ts';
import { type Scope, textOf, textsOf } from '../language/expressions.ts';
import type { Step, UsesStep } from '../language/steps.ts';
import { type Ending, type Invocation, runProgram } from './invocation.ts';
import { type Frame, scopeOf } from './job-state.ts';

interface ActionRun {
  readonly invocation: Invocation;
  readonly step: UsesStep;
  readonly scope: Scope;
  /** Names and log numbers down to this step, for the steps of a composite action. */
  readonly within: readonly string[];
  readonly numbers: readonly string[];
  readonly runSteps: (frame: Frame, steps: readonly Step[]) => Promise<void>;
}

/** Actions that are built into this runner: what they do on GitHub is talking to GitHub, or to bring what a machine has. */
const BUILT_IN: Readonly<
  Record<string, (invocation: Invocation, inputs: Readonly<Record<string, string>>) => Promise<Ending>>
> = {
  'actions/checkout': checkout,
  'actions/setup-node': setupNode,
  'actions/upload-artifact': uploadArtifact,
  'actions/download-artifact': downloadArtifact,
};

/** Why the runner does not support `uses: reference`, undefined when it can. Actions of the checkout are seen at run time. */
export function refuseReference(reference: string, actions: Readonly<Record<string, string>>): string | undefined {
  if (reference.startsWith('./')) return undefined;
  const slug = slugOf(reference);
  if (slug !== undefined && (Object.hasOwn(BUILT_IN, slug) || Object.hasOwn(actions, slug))) return undefined;
  const supported = [...Object.keys(BUILT_IN), ...Object.keys(actions)].join(', ');
  return `the embedded runner supports ${supported}; ${reference} is not among them`;
}

/** Runs a `uses` step. Throws when the action cannot be found, read or is not supported. */
export async function runAction(run: ActionRun): Promise<Ending> {
  const { invocation, step, scope } = run;
  const { job } = invocation.frame;
  const refusal = refuseReference(step.uses, job.settings.actions);
  if (refusal !== undefined) throw new Error(refusal);
  const given = textsOf(step.inputs, scope);
  invocation.log.note(`##[group]Run ${step.uses}`);
  for (const [name, value] of Object.entries(given)) invocation.log.note(`${name}: ${value}`);
  invocation.log.note('##[endgroup]');
  const builtIn = BUILT_IN[slugOf(step.uses) ?? ''];
  if (builtIn) return builtIn(invocation, given);
  const folder = folderOf(step.uses, invocation);
  const action = readAction(folder, { reference: step.uses, known: job.settings.cache.actions });
  const github = githubOf(invocation.frame, { reference: step.uses, folder });
  const inputs = inputsOf(action, {
    given,
    frame: { ...invocation.frame, contexts: { ...invocation.frame.contexts, github } },
  });
  return action.using === 'composite'
    ? runComposite({ ...run, action, github, inputs })
    : runNode({ ...run, action, github, inputs, folder });
}

async function runComposite(
  run: ActionRun & { action: CompositeAction; github: object; inputs: Readonly<Record<string, string>> },
): Promise<Ending> {
  const { invocation } = run;
  const { strategy, matrix, runner } = invocation.frame.contexts;
  const frame: Frame = {
    job: invocation.frame.job,
    contexts: { github: run.github, inputs: Object.freeze(run.inputs), strategy, matrix, runner },
    results: {},
    env: invocation.env,
    within: run.within,
    numbers: run.numbers,
    stop: invocation.limit,
    status: 'success',
  };
  await run.runSteps(frame, run.action.steps);
  const scope = scopeOf(frame);
  const outputs = Object.fromEntries(run.action.outputs.map(({ name, value }) => [name, textOf(value, scope)]));
  return { outcome: frame.status, outputs };
}

async function runNode(
  run: ActionRun & { action: NodeAction; github: object; inputs: Readonly<Record<string, string>>; folder: string },
): Promise<Ending> {
  const { invocation, action, folder } = run;
  const frame = { ...invocation.frame, contexts: { ...invocation.frame.contexts, github: run.github } };
  const entries = Object.entries(run.inputs);
  const variables = entries.map(([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value]);
  return runProgram(
    { ...invocation, frame },
    {
      command: 'node',
      args: [join(folder, action.main)],
      cwd: frame.job.folders.workspace,
      variables: Object.fromEntries(variables),
    },
  );
}

/** Declared inputs with what was given or their defaults. As on GitHub, `required` is not enforced. */
function inputsOf(
  action: Action,
  { given, frame }: { readonly given: Readonly<Record<string, string>>; readonly frame: Frame },
): Record<string, string> {
  const scope = scopeOf(frame);
  const lowered = new Map(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]));
  const read = ({ name, fallback }: ActionInput): string =>
    lowered.get(name.toLowerCase()) ?? (fallback === undefined ? '' : textOf(fallback, scope));
  return Object.fromEntries(action.inputs.map((input) => [input.name, read(input)]));
}

function githubOf(
  frame: Frame,
  { reference, folder }: { readonly reference: string; readonly folder: string },
): object {
  const [, ref = ''] = reference.split('@');
  const local = reference.startsWith('./');
  return Object.freeze({
    ...(frame.contexts.github as object),
    action_path: folder,
    action_repository: local ? '' : slugOf(reference),
    action_ref: local ? '' : ref,
  });
}

function folderOf(reference: string, invocation: Invocation): string {
  const { folders, settings } = invocation.frame.job;
  if (reference.startsWith('./')) return resolve(folders.workspace, reference);
  const [path = ''] = reference.split('@');
  const [owner, name, ...below] = path.split('/');
  const root = settings.actions[`${owner}/${name}`];
  if (root === undefined) throw new Error(`no folder stands in for ${reference}`);
  return join(root, ...below);
}

function slugOf(reference: string): string | undefined {
  return /^([^./@:]+\/[^/@:]+)(?:\/[^@]*)?@.+$/.exec(reference)?.[1];
}
