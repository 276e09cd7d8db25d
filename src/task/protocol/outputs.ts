import * as z from 'zod/mini';
import { agentReport, assignment, conclusion, verification } from './assignment.ts';
import type { Environment, JobContext } from './job.ts';
import { outputsFile } from './job-files.ts';
import { jsonIn } from './json.ts';
import { readOutputFile, writeOutputFile } from './output-file.ts';
import { check, landingEffort, outcome, review } from './result-parts.ts';

/**
 * One output of a step. Text goes out by the runner, for conditions of action.yml to compare. Everything else goes into a
 * file of the step, however much it is, and the runner keeps the file's digest: one environment value holds 128 KiB, and
 * JSON within JSON within JSON doubles its quotes each time.
 */
interface Output<Schema extends z.ZodMiniType> {
  readonly format: 'text' | 'json';
  readonly schema: Schema;
}

function text<const Word extends string>(...words: readonly Word[]): Output<z.ZodMiniType<Word, Word>> {
  return { format: 'text', schema: z.custom<Word>((value) => words.some((word) => word === value)) };
}

function json<Schema extends z.ZodMiniType>(schema: Schema): Output<Schema> {
  return { format: 'json', schema };
}

/** Files of git that a step made of the work. */
const work = z.object({ tree: z.optional(z.string()) });

/** Set where nothing of the tree may run: what has to be verified again goes to another job. */
const delegatedVerification = z.object({
  /** Another job has verified it again. */
  again: z.boolean(),
});

const stepContext = z.object({
  outcome: z.optional(z.string()),
  outputs: z.optional(z.record(z.string(), z.string())),
});

/** The `steps` context of the action. */
const stepsContext = z.record(z.string(), stepContext);

export type StepsContext = Readonly<z.infer<typeof stepsContext>>;

/** Everything that a step of action.yml may leave for those after it, by the step's id there. */
export const OUTPUTS = {
  claim: {
    next: text('agent', 'report'),
    /** Whether the checks run before the agent starts. */
    baseline: text('on'),
    /** Whether a command of the configuration looks through the work, in a job of its own. */
    scan: text('on'),
    assignment: json(assignment),
    conclusion: json(conclusion),
  },
  'import-handoff': {
    next: text('agent', 'verify', 'scan', 'land', 'report'),
    baseline: text('on'),
    /** What the jobs before this one found, as if their steps had run in this job. */
    steps: json(stepsContext),
    /** The tree in the checkout, and whether it follows the merge train until its turn has come. */
    candidate: json(z.object({ tree: z.string(), again: z.boolean() })),
    delegated: json(delegatedVerification),
    work: json(work),
  },
  baseline: { conclusion: json(conclusion) },
  agent: {
    next: text('verify', 'report'),
    report: json(agentReport),
    conclusion: json(conclusion),
    /** A checkpoint of this step is kept. */
    saved: json(z.boolean()),
  },
  'export-handoff': {},
  verify: {
    next: text('review', 'land', 'report'),
    verification: json(verification),
    /** What is to land, and the commit that it started from: what was verified stands on the work of others. */
    work: json(z.object({ from: z.string(), tree: z.string() })),
    /** What the way onto the base has taken so far, the steps before this one included. */
    effort: json(landingEffort),
    conclusion: json(conclusion),
  },
  scan: {
    next: text('land', 'report'),
    /** The tree that passed. */
    verdict: json(z.object({ tree: z.string(), check })),
    conclusion: json(conclusion),
  },
  review: {
    next: text('land', 'report'),
    verification: json(verification),
    report: json(agentReport),
    conclusion: json(conclusion),
    review: json(review),
    work: json(work),
    saved: json(z.boolean()),
  },
  land: {
    next: text('verify', 'report'),
    effort: json(landingEffort),
    conclusion: json(conclusion),
    /** The work is to be verified again. */
    again: json(z.boolean()),
  },
  report: { outcome: text(...outcome.options, 'cancelled') },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Output<z.ZodMiniType>>>>>;

export type StepId = keyof typeof OUTPUTS;

/** What a step may write: outputs of the table, each of its shape; what is undefined does not go out. */
export type StepOutputs<Id extends StepId> = {
  readonly [Name in keyof (typeof OUTPUTS)[Id]]?: Parsed<(typeof OUTPUTS)[Id][Name]> | undefined;
};

/** `claim.assignment`: an output, as `steps.claim.outputs.assignment` names it in action.yml. */
export type OutputKey = { readonly [Id in StepId]: `${Id}.${keyof (typeof OUTPUTS)[Id] & string}` }[StepId];

export type OutputValue<Key extends OutputKey> = Key extends `${infer Id extends StepId}.${infer Name}`
  ? Name extends keyof (typeof OUTPUTS)[Id]
    ? Parsed<(typeof OUTPUTS)[Id][Name]>
    : never
  : never;

type Parsed<Entry> = Entry extends Output<infer Schema> ? z.infer<Schema> : never;

/** Of a step's context, what its earlier steps are read from. */
interface Reader {
  readonly job: Pick<JobContext, 'folder'>;
  readonly environment: Environment;
}

/** @returns The output of an earlier step, or undefined when it left none. @throws when it is not of its shape. */
export function readOutput<Key extends OutputKey>(context: Reader, key: Key): OutputValue<Key> | undefined {
  const [step] = splitKey(key);
  const left = readSteps(context)[step]?.outputs;
  return left && outputIn(key, { left, file: outputsFile(context.job, step) });
}

/** @throws when the step left no such output: the steps of action.yml are out of order. */
export function requireOutput<Key extends OutputKey>(context: Reader, key: Key): OutputValue<Key> {
  const value = readOutput(context, key);
  if (value !== undefined) return value;
  const [step, name] = splitKey(key);
  throw new Error(`step ${step} left no ${name}; action.yml must run it first and pass STEPS`);
}

/** `success`, `failure`, `cancelled` or `skipped` of an earlier step. */
export function stepOutcome(context: Reader, step: StepId): string | undefined {
  return readSteps(context)[step]?.outcome;
}

/** The step output that says which file is the step's, by its digest. */
export const DIGEST = 'file';

/** @returns What the runner is to keep of the outputs: words, and the digest of the file that the rest was written to. */
export function storeOutputs<Id extends StepId>(
  job: Pick<JobContext, 'folder'>,
  step: Id,
  outputs: StepOutputs<Id>,
): Record<string, string> {
  const table = entriesOf(step);
  const given = Object.entries(outputs).filter(([, value]) => value !== undefined);
  const isWord = ([name]: readonly [string, unknown]) => table[name]?.format === 'text';
  const words = given.filter(isWord).map(([name, value]) => [name, String(value)]);
  const rest = given.filter((entry) => !isWord(entry));
  if (rest.length === 0) return Object.fromEntries(words);
  const digest = writeOutputFile(outputsFile(job, step), Object.fromEntries(rest));
  return { ...Object.fromEntries(words), [DIGEST]: digest };
}

/**
 * @param left What the runner kept of the step's outputs.
 * @param file Where the file of the step is, in this job or as another one left it.
 * @returns The output, or undefined when there is none. @throws when it is not of its shape, with step and output, and
 *   where the file is not the one that the step wrote.
 */
export function outputIn<Key extends OutputKey>(
  key: Key,
  { left, file }: { readonly left: Readonly<Record<string, string>>; readonly file: string },
): OutputValue<Key> | undefined {
  const [step, name] = splitKey(key);
  const entry = entriesOf(step)[name];
  if (!entry) throw new Error(`step ${step} has no output ${name}`);
  const digest = left[DIGEST];
  const stored = entry.format === 'text' ? left : digest && readOutputFile(file, digest);
  const written = stored ? stored[name] : undefined;
  if (written === undefined || written === '') return undefined;
  const parsed = entry.schema.safeParse(written);
  // The schema is the one that the key names.
  if (parsed.success) return parsed.data as OutputValue<Key>;
  const wrong = parsed.error.issues.slice(0, 3).map(({ path, message }) => `${[name, ...path].join('.')}: ${message}`);
  throw new Error(
    `output ${name} of step ${step} is not of its form: ${wrong.join('; ')}; all steps must come from one version of the action`,
  );
}

/** Steps that ran in jobs before this one stand beside those of this job: `import-handoff` has brought them. */
function readSteps({ job, environment }: Reader): StepsContext {
  const own = environment.STEPS ? stepsContext.parse(jsonIn(environment.STEPS)) : {};
  const left = own['import-handoff']?.outputs;
  const before = left && outputIn('import-handoff.steps', { left, file: outputsFile(job, 'import-handoff') });
  if (!before) return own;
  const ran = Object.entries(own).filter(([, { outcome: ended }]) => ended !== 'skipped');
  return { ...before, ...Object.fromEntries(ran) };
}

function entriesOf(step: StepId): Readonly<Record<string, Output<z.ZodMiniType>>> {
  return OUTPUTS[step];
}

function splitKey(key: OutputKey): readonly [StepId, string] {
  const [step = '', name = ''] = key.split('.');
  return [step as StepId, name];
}
