import type { MappingToken, TemplateToken } from './language.ts';
import { ensureStatusFunction, isBasicExpression, isMapping, isSequence } from './language.ts';

interface StepBase {
  readonly id: string | undefined;
  readonly name: TemplateToken | undefined;
  /** Always holds a status function, as GitHub adds `success() &&` where none is written. */
  readonly condition: string;
  readonly env: MappingToken | undefined;
  readonly continueOnError: TemplateToken | undefined;
  readonly timeoutMinutes: TemplateToken | undefined;
}

export interface RunStep extends StepBase {
  readonly kind: 'run';
  readonly script: TemplateToken;
  readonly shell: TemplateToken | undefined;
  readonly workingDirectory: TemplateToken | undefined;
}

export interface UsesStep extends StepBase {
  readonly kind: 'uses';
  readonly uses: string;
  /** The same, with its place in the file. */
  readonly reference: TemplateToken;
  readonly inputs: MappingToken | undefined;
}

export type Step = RunStep | UsesStep;

/** Reads steps that the parser found valid; what the runner does not support is skipped here and refused elsewhere. */
export function readSteps(token: TemplateToken | undefined): readonly Step[] {
  if (token === undefined || !isSequence(token)) return [];
  return [...token].flatMap((item) => (isMapping(item) ? readStep(item) : []));
}

export function readCondition(token: TemplateToken | undefined): string {
  if (token === undefined) return 'success()';
  const source = isBasicExpression(token) ? token.expression : token.toString().trim();
  return source === '' ? 'success()' : ensureStatusFunction(source, token.definitionInfo);
}

export function mappingOf(token: TemplateToken | undefined): MappingToken | undefined {
  return token !== undefined && isMapping(token) ? token : undefined;
}

function readStep(token: MappingToken): Step[] {
  const base: StepBase = {
    id: token.find('id')?.toString(),
    name: token.find('name'),
    condition: readCondition(token.find('if')),
    env: mappingOf(token.find('env')),
    continueOnError: token.find('continue-on-error'),
    timeoutMinutes: token.find('timeout-minutes'),
  };
  const script = token.find('run');
  if (script !== undefined) {
    const workingDirectory = token.find('working-directory');
    return [{ ...base, kind: 'run', script, shell: token.find('shell'), workingDirectory }];
  }
  const uses = token.find('uses');
  return uses === undefined
    ? []
    : [{ ...base, kind: 'uses', uses: uses.toString(), reference: uses, inputs: mappingOf(token.find('with')) }];
}
