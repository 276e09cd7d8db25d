import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MappingToken, TemplateToken } from './language.ts';
import { convertActionTemplate, isMapping, isSequence, parseAction } from './language.ts';
import { mappingOf, readSteps, type Step } from './steps.ts';
import { findWholeExpressions } from './unsupported.ts';

export interface ActionInput {
  readonly name: string;
  readonly fallback: TemplateToken | undefined;
}

export interface CompositeAction {
  readonly using: 'composite';
  readonly inputs: readonly ActionInput[];
  readonly steps: readonly Step[];
  readonly outputs: readonly { readonly name: string; readonly value: TemplateToken }[];
}

export interface NodeAction {
  readonly using: 'node';
  readonly inputs: readonly ActionInput[];
  readonly main: string;
}

export type Action = CompositeAction | NodeAction;

const quiet = { error: () => {}, info: () => {}, verbose: () => {} };

/**
 * Reads the action of a folder; `known` holds what has been read already, by reference and content. Throws with every
 * problem, located by the reference, when GitHub or this runner would refuse it.
 */
export function readAction(
  folder: string,
  {
    reference,
    known = new Map(),
  }: {
    readonly reference: string;
    readonly known?: Map<string, Action>;
  },
): Action {
  const file = ['action.yml', 'action.yaml'].find((name) => existsSync(join(folder, name)));
  if (file === undefined) {
    const hint = reference.startsWith('./') ? '; is there an actions/checkout before it?' : '';
    throw new Error(`Can't find 'action.yml' or 'action.yaml' of '${reference}'${hint}`);
  }
  const path = `${reference}/${file}`;
  const source = readFileSync(join(folder, file), 'utf8');
  const key = `${path}\n${source}`;
  const action = known.get(key) ?? parse(path, source);
  known.set(key, action);
  return action;
}

function parse(path: string, source: string): Action {
  const { context, value } = parseAction({ name: path, content: source }, quiet);
  if (value !== undefined) convertActionTemplate(context, value);
  const problems = context.errors.getErrors().map((error) => error.message);
  if (value === undefined || !isMapping(value) || problems.length > 0) throw new Error(problems.join('\n'));
  const runs = mappingOf(value.find('runs'));
  const inputs = readInputs(mappingOf(value.find('inputs')));
  const using = runs?.find('using')?.toString() ?? '';
  if (using === 'composite') {
    const steps = runs?.find('steps');
    const whole = steps !== undefined && isSequence(steps) ? [...steps] : [];
    const refused = whole.flatMap((step) => findWholeExpressions(path, mappingOf(step)));
    if (refused.length > 0) throw new Error(refused.join('\n'));
    return { using, inputs, steps: readSteps(runs?.find('steps')), outputs: readOutputs(value) };
  }
  const main = runs?.find('main')?.toString();
  if (!using.startsWith('node') || main === undefined)
    throw new Error(`${path}: the embedded runner runs no ${using} action`);
  const hooks = ['pre', 'post'].filter((name) => runs?.find(name) !== undefined);
  if (hooks.length > 0)
    throw new Error(`${path}: the embedded runner does not support '${hooks.join("', '")}' of an action`);
  return { using: 'node', inputs, main };
}

function readInputs(token: MappingToken | undefined): readonly ActionInput[] {
  return [...(token ?? [])].map(({ key, value }) => ({
    name: key.toString(),
    fallback: mappingOf(value)?.find('default'),
  }));
}

function readOutputs(root: MappingToken): CompositeAction['outputs'] {
  return [...(mappingOf(root.find('outputs')) ?? [])].flatMap(({ key, value }) => {
    const output = mappingOf(value)?.find('value');
    return output === undefined ? [] : [{ name: key.toString(), value: output }];
  });
}
