import * as z from 'zod';
import { line, name } from './text-fields.ts';

/**
 * What the document that a plan was imported from says about itself. Nothing runs by it: `check` compares it with
 * what the tasks say. All times are minutes.
 */

const minutes = z.number().min(0).max(10_000_000);
const tasks = z.array(z.string().max(200)).max(1000);

/** Where the document says it, so that a lead can look it up. */
const origin = {
  line: z.int().min(1).describe('Line of the document.'),
  text: line(500).describe('The words of the document.'),
};

const total = z
  .object({
    kind: z.literal('total').describe('A figure for the whole plan.'),
    of: z
      .enum(['sequential', 'elapsed', 'critical-path'])
      .describe('All work one after the other, start to end with agents side by side, or the longest chain.'),
    least: minutes.describe('The figure, or the lower end of a range.'),
    most: minutes.describe('The figure, or the upper end of a range.'),
    ...origin,
  })
  .describe('A figure for the whole plan.');

const chain = z
  .object({
    kind: z.literal('chain').describe('A critical path.'),
    tasks: tasks.describe('Ids, each said to wait for the one before.'),
    ...origin,
  })
  .describe('A chain of tasks that is said to be the critical path.');

const phase = z
  .object({
    kind: z.literal('phase').describe('Tasks side by side.'),
    title: line(190).describe('What the document calls them.'),
    tasks: tasks.describe('Ids of tasks that are said to run side by side.'),
    minutes: minutes.describe('How long all of them are said to take.'),
    ...origin,
  })
  .describe('Tasks that are said to run at the same time.');

const window = z
  .object({
    kind: z.literal('window').describe('When a wave runs.'),
    wave: z.int().min(1).describe('Number of the wave.'),
    start: minutes.describe('Minutes from the start of the plan.'),
    end: minutes.describe('Minutes from the start of the plan.'),
    ...origin,
  })
  .describe('When a wave is said to run.');

const concurrency = z
  .object({
    kind: z.literal('concurrency').describe('How many run at once.'),
    wave: z.int().min(1).optional().describe('Absent: the whole plan.'),
    agents: z.int().min(1).describe('Most tasks that are said to run at once.'),
    ...origin,
  })
  .describe('How many tasks are said to run at once.');

const slot = z
  .object({
    kind: z.literal('slot').describe('Where a task stands in its wave.'),
    task: z.string().max(200).describe('Id of the task.'),
    slot: z.int().min(1).describe('Its place, from 1.'),
    ...origin,
  })
  .describe('The place of a task in the order of its wave: 1 runs first, 2 after it.');

const agentType = z
  .object({
    kind: z.literal('agent-type').describe('Who does a group of tasks.'),
    category: line(64).describe('What the document calls the group.'),
    match: z.array(line(64)).max(500).describe('Task ids, `*` for any text; none where no task is named.'),
    agent: name().describe('The agent type.'),
    model: name().optional().describe('The model.'),
    ...origin,
  })
  .describe('Which agent type a group of tasks is meant for.');

const claimSchema = z.discriminatedUnion('kind', [total, chain, phase, window, concurrency, slot, agentType]);

export const claimsSchema = z
  .object({
    source: line(500).describe('The document, as named when it was imported.'),
    list: z.array(claimSchema).max(20_000).describe('Each thing that it says.'),
  })
  .describe('What the document that this plan was imported from says about itself; `check` compares it.');

export type DocumentClaim = z.output<typeof claimSchema>;
export type DocumentClaims = z.output<typeof claimsSchema>;
