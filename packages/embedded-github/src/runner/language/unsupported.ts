import type { MappingToken, TemplateToken } from './language.ts';
import { isBasicExpression, isMapping, isSequence } from './language.ts';
import { mappingOf } from './steps.ts';

const jobKeys = ['concurrency', 'container', 'services', 'snapshot', 'uses', 'cancel-timeout-minutes'];
/** An environment is carried by its name alone: it has neither rules nor secrets of its own here. */
const environmentKeys = ['url', 'deployment'];
const stepKeys = ['background', 'wait', 'wait-all', 'cancel', 'parallel'];
/** Keys whose whole value may be an expression on GitHub; here their entries are written out. */
const mappings = ['env', 'with', 'outputs', 'strategy', 'defaults', 'permissions'];
const label = /^(ubuntu|self-hosted|linux|x64|arm64)/i;

/** Located refusals, by name, of what GitHub knows and this runner does not support: nothing is ignored in silence. */
export function findUnsupported(path: string, root: MappingToken): readonly string[] {
  const problems = [...findWholeExpressions(path, root)];
  for (const { key, value } of mappingOf(root.find('jobs')) ?? []) {
    const job = mappingOf(value);
    if (job === undefined) continue;
    problems.push(...named(path, { token: job, keys: jobKeys, owner: `of job '${key.toString()}'` }));
    problems.push(
      ...named(path, {
        token: mappingOf(job.find('environment')),
        keys: environmentKeys,
        owner: `of an environment of '${key.toString()}'`,
      }),
    );
    problems.push(
      ...named(path, {
        token: mappingOf(job.find('strategy')),
        keys: ['max-parallel'],
        owner: `of job '${key.toString()}'`,
      }),
    );
    problems.push(...findWholeExpressions(path, job), ...findForeignMachine(path, job.find('runs-on')));
    const steps = job.find('steps');
    for (const step of steps !== undefined && isSequence(steps) ? steps : []) {
      problems.push(
        ...named(path, { token: mappingOf(step), keys: stepKeys, owner: `of a step of job '${key.toString()}'` }),
      );
      problems.push(...findWholeExpressions(path, mappingOf(step)));
    }
  }
  return problems;
}

/** Labels that no Linux machine has. Expressions are judged when they are known. */
export function foreignLabels(labels: readonly string[]): readonly string[] {
  return labels.some((one) => /^(ubuntu|self-hosted)/i.test(one)) ? labels.filter((one) => !label.test(one)) : labels;
}

export function place(path: string, token: TemplateToken): string {
  return `${path} (Line: ${token.line ?? 0}, Col: ${token.col ?? 0})`;
}

/** Also for the steps of an action. */
export function findWholeExpressions(path: string, token: MappingToken | undefined): string[] {
  return [...(token ?? [])]
    .filter(({ key, value }) => mappings.includes(key.toString()) && isBasicExpression(value))
    .map(
      ({ key }) =>
        `${place(path, key)}: the embedded runner reads '${key.toString()}' as a mapping; write its entries out`,
    );
}

function named(
  path: string,
  {
    token,
    keys,
    owner,
  }: { readonly token: MappingToken | undefined; readonly keys: readonly string[]; readonly owner: string },
): string[] {
  return [...(token ?? [])]
    .filter(({ key }) => keys.includes(key.toString()))
    .map(
      ({ key }) =>
        `${place(path, key)}: the embedded runner does not support '${key.toString()}' ${owner}; leave it out`,
    );
}

function findForeignMachine(path: string, token: TemplateToken | undefined): string[] {
  if (token === undefined || isBasicExpression(token)) return [];
  if (isMapping(token))
    return [`${place(path, token)}: the embedded runner has no runner groups; name a label in runs-on`];
  const items = isSequence(token) ? [...token] : [token];
  if (items.some((item) => isBasicExpression(item))) return [];
  const foreign = foreignLabels(items.map(String));
  if (foreign.length === 0) return [];
  const which = foreign.join(', ');
  return [`${place(path, token)}: the embedded runner runs ubuntu and self-hosted jobs; '${which}' is not among them`];
}
