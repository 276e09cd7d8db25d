import * as z from 'zod';
import { parseYaml } from '../../plan/yaml.ts';

/** What of a workflow file decides whether it can run a task. */
export interface TaskWorkflow {
  /** Inputs of `workflow_dispatch`, and whether each has to be given; undefined where nobody can start it. */
  readonly inputs: ReadonlyMap<string, { readonly required: boolean }> | undefined;
  readonly runName: string;
  /** The jobs in which a step runs our action. */
  readonly jobs: readonly TaskJob[];
  /** Every action of every job, as it is written, each once. */
  readonly uses: readonly string[];
}

export interface TaskJob {
  readonly name: string;
  /** Of the job, else of the workflow; undefined where neither says. */
  readonly permissions: Permissions | undefined;
  readonly environment: string | undefined;
  /** How our action is named, and the version in the comment beside it. */
  readonly action: { readonly uses: string; readonly version: string | undefined };
  /** What our action is given. */
  readonly given: Readonly<Record<string, string>>;
}

export type Permissions = 'read-all' | 'write-all' | Readonly<Record<string, string>>;

const text = z.union([z.string(), z.number(), z.boolean(), z.null()]).transform((value) => String(value ?? ''));
const permissions = z.union([z.literal('read-all'), z.literal('write-all'), z.record(z.string(), text)]).nullish();
const step = z.looseObject({ uses: z.string().optional(), with: z.record(z.string(), text).nullish() });
const job = z.looseObject({
  permissions,
  environment: z.union([z.string(), z.looseObject({ name: z.string() })]).nullish(),
  uses: z.string().optional(),
  steps: z.array(step).nullish(),
});
const dispatch = z.looseObject({
  inputs: z
    .record(z.string(), z.looseObject({ required: z.boolean().nullish(), default: z.unknown().optional() }))
    .nullish(),
});
const workflow = z.looseObject({
  on: z.union([z.string(), z.array(z.string()), z.record(z.string(), z.unknown())]),
  'run-name': z.string().nullish(),
  permissions,
  jobs: z.record(z.string(), job).nullish(),
});

type Workflow = z.infer<typeof workflow>;

/** @returns Undefined where this cannot read it: GitHub may all the same. */
export function readTaskWorkflow(source: string): TaskWorkflow | undefined {
  const parsed = readWorkflow(source);
  if (!parsed) return undefined;
  const jobs = Object.entries(parsed.jobs ?? {});
  const versions = versionsIn(source);
  const uses = jobs.flatMap(([, { steps, uses: called }]) => [called, ...(steps ?? []).map((each) => each.uses)]);
  const inputs = dispatchInputs(parsed.on);
  if (inputs === 'unreadable') return undefined;
  return {
    inputs,
    runName: parsed['run-name'] ?? '',
    jobs: jobs.flatMap(([name, each]) =>
      (each.steps ?? []).flatMap((one) => {
        const given = one.with ?? {};
        if (one.uses === undefined || !IDENTIFYING.every((input) => input in given)) return [];
        const action = { uses: one.uses, version: versions.get(one.uses) };
        const { environment } = each;
        return [
          {
            name,
            permissions: each.permissions ?? parsed.permissions ?? undefined,
            environment: typeof environment === 'string' ? environment : environment?.name,
            action,
            given,
          },
        ];
      }),
    ),
    uses: [...new Set(uses.filter((each) => each !== undefined))],
  };
}

/** What each job of a workflow may do with its token; undefined where neither it nor the workflow says. */
export function jobPermissions(source: string): readonly (Permissions | undefined)[] {
  const parsed = readWorkflow(source);
  return Object.values(parsed?.jobs ?? {}).map((each) => each.permissions ?? parsed?.permissions ?? undefined);
}

/** Whatever our action is called, and wherever it lies: these inputs are given to no other. */
const IDENTIFYING = ['task', 'issue', 'dispatch'];

function readWorkflow(source: string): Workflow | undefined {
  const yaml = parseYaml(source);
  return yaml.ok ? workflow.safeParse(yaml.value).data : undefined;
}

function dispatchInputs(on: Workflow['on']): TaskWorkflow['inputs'] | 'unreadable' {
  if (typeof on === 'string') return on === 'workflow_dispatch' ? new Map() : undefined;
  if (Array.isArray(on)) return on.includes('workflow_dispatch') ? new Map() : undefined;
  if (!('workflow_dispatch' in on)) return undefined;
  const read = dispatch.nullable().safeParse(on.workflow_dispatch);
  if (!read.success) return 'unreadable';
  return new Map(
    Object.entries(read.data?.inputs ?? {}).map(([name, input]) => [
      name,
      { required: input.required === true && input.default === undefined },
    ]),
  );
}

/** `uses: a/b@sha # v1.2.3`: the version that people and their bots keep beside the commit. */
function versionsIn(source: string): ReadonlyMap<string, string> {
  const lines = source.matchAll(/uses:\s*["']?([^\s"'#]+)["']?(?:\s+#\s*(v?\d+(?:\.\d+)*))?/g);
  return new Map([...lines].flatMap(([, uses = '', version]) => (version === undefined ? [] : [[uses, version]])));
}
