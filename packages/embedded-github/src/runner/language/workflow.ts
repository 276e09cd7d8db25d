import type { EventFilters, TokenPermissions } from '../../model/runner.ts';
import type { MappingToken, TemplateToken } from './language.ts';
import { convertWorkflowTemplate, isMapping, isSequence, parseWorkflow } from './language.ts';
import { readPermissions } from './permissions.ts';
import { mappingOf, readCondition, readSteps, type Step } from './steps.ts';
import { findUnsupported } from './unsupported.ts';

interface DispatchInput {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly default?: string;
}

export interface Job {
  readonly id: string;
  readonly name: TemplateToken | undefined;
  readonly needs: readonly string[];
  /** A name, or a mapping with one. */
  readonly environment: TemplateToken | undefined;
  readonly condition: string;
  readonly runsOn: TemplateToken | undefined;
  readonly permissions: TokenPermissions | undefined;
  readonly env: MappingToken | undefined;
  readonly defaults: RunDefaults;
  readonly strategy: MappingToken | undefined;
  readonly timeoutMinutes: TemplateToken | undefined;
  readonly continueOnError: TemplateToken | undefined;
  readonly outputs: MappingToken | undefined;
  readonly steps: readonly Step[];
}

/** `defaults.run`. */
interface RunDefaults {
  readonly shell: TemplateToken | undefined;
  readonly workingDirectory: TemplateToken | undefined;
}

export interface Workflow {
  readonly name: string;
  readonly runName: TemplateToken | undefined;
  readonly events: readonly string[];
  readonly filters: EventFilters;
  /** As cron writes them. */
  readonly schedules: readonly string[];
  readonly dispatchInputs: readonly DispatchInput[];
  readonly permissions: TokenPermissions | undefined;
  /** A group, or a mapping with one. */
  readonly concurrency: TemplateToken | undefined;
  readonly env: MappingToken | undefined;
  readonly jobs: readonly Job[];
  /** What GitHub refuses, and what GitHub accepts but this runner does not support: each located, named, complete. */
  readonly problems: readonly string[];
}

const quiet = { error: () => {}, info: () => {}, verbose: () => {} };

/** Reads the text of a workflow file; `path` locates its problems. */
export function readWorkflow(path: string, source: string): Workflow {
  const { context, value } = parseWorkflow({ name: path, content: source }, quiet);
  // The conversion only turns asynchronous to fetch reusable workflows, which is never asked of it here: when the
  // call returns, its checks (needs, ids, conditions) are done and its errors are in the context.
  if (value !== undefined) void convertWorkflowTemplate(context, value);
  const problems = context.errors.getErrors().map((error) => error.message);
  const root = value !== undefined && isMapping(value) ? value : undefined;
  const jobs = root && mappingOf(root.find('jobs'));
  const defaults = readDefaults(root);
  return {
    name: root?.find('name')?.toString() ?? path,
    runName: root?.find('run-name'),
    events: readEvents(root?.find('on')),
    filters: readFilters(root?.find('on')),
    schedules: readSchedules(root?.find('on')),
    dispatchInputs: readDispatchInputs(root?.find('on')),
    permissions: readPermissions(root?.find('permissions')),
    concurrency: root?.find('concurrency'),
    env: mappingOf(root?.find('env')),
    jobs: [...(jobs ?? [])].flatMap(({ key, value: job }) =>
      isMapping(job) ? [readJob(key.toString(), { token: job, inherited: defaults })] : [],
    ),
    problems: root === undefined || problems.length > 0 ? problems : findUnsupported(path, root),
  };
}

function readJob(
  id: string,
  { token, inherited }: { readonly token: MappingToken; readonly inherited: RunDefaults },
): Job {
  const needs = token.find('needs');
  const own = readDefaults(token);
  return {
    id,
    name: token.find('name'),
    needs: needs === undefined ? [] : isSequence(needs) ? [...needs].map(String) : [needs.toString()],
    environment: mappingOf(token.find('environment'))?.find('name') ?? token.find('environment'),
    condition: readCondition(token.find('if')),
    runsOn: token.find('runs-on'),
    permissions: readPermissions(token.find('permissions')),
    env: mappingOf(token.find('env')),
    defaults: {
      shell: own.shell ?? inherited.shell,
      workingDirectory: own.workingDirectory ?? inherited.workingDirectory,
    },
    strategy: mappingOf(token.find('strategy')),
    timeoutMinutes: token.find('timeout-minutes'),
    continueOnError: token.find('continue-on-error'),
    outputs: mappingOf(token.find('outputs')),
    steps: readSteps(token.find('steps')),
  };
}

function readDefaults(token: MappingToken | undefined): RunDefaults {
  const run = mappingOf(mappingOf(token?.find('defaults'))?.find('run'));
  return { shell: run?.find('shell'), workingDirectory: run?.find('working-directory') };
}

function readEvents(on: TemplateToken | undefined): readonly string[] {
  if (on === undefined) return [];
  if (isMapping(on)) return [...on].map(({ key }) => key.toString());
  return isSequence(on) ? [...on].map(String) : [on.toString()];
}

const FILTERS = ['types', 'branches', 'branches-ignore', 'tags', 'tags-ignore', 'paths', 'paths-ignore'];

/** What stands below the events: lists, or a single text in place of a list of one. */
function readFilters(on: TemplateToken | undefined): EventFilters {
  const filters = [...(mappingOf(on) ?? [])].map(({ key, value }) => {
    const lists = [...(mappingOf(value) ?? [])].flatMap(({ key: name, value: list }) => {
      if (!FILTERS.includes(name.toString()) || isMapping(list)) return [];
      return [[name.toString(), isSequence(list) ? [...list].map(String) : [list.toString()]] as const];
    });
    return [key.toString(), Object.fromEntries(lists)] as const;
  });
  return Object.fromEntries(filters.filter(([, lists]) => Object.keys(lists).length > 0));
}

function readSchedules(on: TemplateToken | undefined): readonly string[] {
  const list = mappingOf(on)?.find('schedule');
  const entries = list !== undefined && isSequence(list) ? [...list] : [];
  return entries.flatMap((entry) => mappingOf(entry)?.find('cron')?.toString() ?? []);
}

function readDispatchInputs(on: TemplateToken | undefined): readonly DispatchInput[] {
  const inputs = mappingOf(mappingOf(mappingOf(on)?.find('workflow_dispatch'))?.find('inputs'));
  return [...(inputs ?? [])].map(({ key, value }) => {
    const input = mappingOf(value);
    const fallback = input?.find('default');
    return {
      name: key.toString(),
      type: input?.find('type')?.toString() ?? 'string',
      required: input?.find('required')?.toString() === 'true',
      ...(fallback === undefined ? {} : { default: fallback.toString() }),
    };
  });
}
