import * as z from 'zod';
import { claimsSchema } from './document-claims.ts';
import { estimateProblem, parseEstimate } from './estimate.ts';
import { PLAN_ID_PATTERN, planIdProblem } from './identity.ts';
import { TASK_STATUSES } from './plan.ts';
import { TASK_ID_PATTERN, taskIdProblem } from './task-id.ts';
import { line, name, repositoryPath } from './text-fields.ts';

const id = z
  .string()
  .superRefine((text, context) => {
    const problem = taskIdProblem(text);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  })
  .meta({ pattern: TASK_ID_PATTERN });

const planId = z
  .string()
  .superRefine((text, context) => {
    const problem = planIdProblem(text);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  })
  .meta({ pattern: PLAN_ID_PATTERN });

const estimate = z
  .union([z.number(), z.string()], {
    error: '`estimate` must be minutes as a number, or text such as "30min" or "1.5h"',
  })
  .transform((written, context) => {
    const minutes = parseEstimate(written);
    if (minutes !== undefined) return minutes;
    context.addIssue({ code: 'custom', message: estimateProblem(written) });
    return z.NEVER;
  });

const waveNumber = z.int().min(1).max(1000);

export const taskSchema = z
  .object({
    id: id.describe('Names the task everywhere: CORE-001. Unique without regard to case, legal in a git ref.'),
    was: id.optional().describe('The id that the task had before: its issue goes with it.'),
    title: line(190).describe('What is to be done, in one line; the title of the issue.'),
    description: z.string().max(30_000).default('').describe('Everything that the agent needs to know, as Markdown.'),
    wave: waveNumber.optional().describe("The wave that the task starts with. Absent: the task's depth in the graph."),
    category: line(64)
      .optional()
      .describe('Kind of work, for routes: setup, code, security, testing, review or any other word.'),
    dependencies: z
      .array(z.string())
      .default([])
      .describe('Ids of the tasks that must be done before this one starts.'),
    estimate: estimate
      .prefault('1h')
      .describe(
        'Expected working time: minutes as a number, or text such as "30min", "1.5h", "2hr". Absent: one hour.',
      ),
    acceptance: z
      .array(line(1000))
      .max(100)
      .default([])
      .describe('What must hold for the task to be done, one sentence each.'),
    outputs: z
      .array(repositoryPath())
      .max(500)
      .default([])
      .describe('Paths or globs that must exist when the task is done.'),
    touches: z
      .array(repositoryPath())
      .max(500)
      .default([])
      .describe('Paths or globs that the task changes. Tasks that overlap do not run at the same time.'),
    agent: name().optional().describe('Agent type, a name under `agents` of the configuration. Beats every route.'),
    model: name().optional().describe('Model for the agent. Beats every route.'),
    cost_per_hour: z
      .number()
      .min(0)
      .max(100_000)
      .optional()
      .describe('What an hour of agent work on the task costs, in US dollars. Beats the price of its agent type.'),
    priority: z
      .int()
      .min(-1000)
      .max(1000)
      .optional()
      .describe('Of tasks that may start, the highest goes first, then the longest remaining path. Absent: 0.'),
    integration: name()
      .optional()
      .describe('A name under `checks.integration` of the configuration, run when verifying.'),
    status: z
      .enum(TASK_STATUSES)
      .default('pending')
      .describe('Where the task stands. Read once at the start, then written by the app.'),
    agent_id: z.string().nullish().describe('The slot that the task runs on, written by the app.'),
    started_at: z.string().nullish().describe('When work began, ISO 8601, written by the app.'),
    completed_at: z.string().nullish().describe('When the task was done, ISO 8601, written by the app.'),
  })
  .describe('One unit of work for one agent.');

export const waveSchema = z
  .object({
    number: waveNumber.describe('The number that tasks give as `wave`.'),
    title: line(190).describe('What the wave is about, without its number: Foundation.'),
  })
  .describe('A named group of tasks that a person starts together.');

/** What a plan file must look like by itself; what its tasks say about each other is checked after it. */
export const planSchema = z
  .object({
    $schema: z.string().optional().describe('Where this schema is found, for editors.'),
    id: planId
      .optional()
      .describe('Who this plan is: a file with another id is another plan. Absent: made of the name.'),
    name: line(100).describe('Name of the plan, shown in issues and in PROGRESS.md.'),
    waves: z
      .array(waveSchema)
      .max(1000)
      .default([])
      .describe('Titles of the waves. A wave without a title is shown by its number.'),
    claims: claimsSchema.optional(),
    tasks: z.array(taskSchema).describe('All tasks, in the order in which people should read them.'),
  })
  .describe('A plan of Agent Waves: tasks for coding agents, with dependencies and estimates.');

export type PlanFile = z.output<typeof planSchema>;
