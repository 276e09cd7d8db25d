import * as z from 'zod';
import { name } from './text-fields.ts';

/** The keys `budget` and `prices` of the configuration. */

const MAX_AMOUNT = 10_000_000;

export const amounts = z
  .strictObject({
    usd: z.number().positive().max(MAX_AMOUNT).optional().describe('Cost in US dollars.'),
    runs: z.int().min(1).max(MAX_AMOUNT).optional().describe('Workflow runs.'),
    minutes: z.number().positive().max(MAX_AMOUNT).optional().describe('Minutes of agent work.'),
  })
  .describe('Upper limits; what is absent is unlimited.');

export type BudgetAmounts = Readonly<z.output<typeof amounts>>;

const waveKey = z.string().regex(/^(?:each|0|[1-9]\d{0,5})$/, {
  error: ({ input }) =>
    `\`${String(input).slice(0, 40)}\` is no wave; write a number, or \`each\` for every wave: wave: { each: { usd: 20 } }`,
});

const agentKey = name();

export const budget = z
  .strictObject({
    plan: amounts.optional().describe('For the whole plan.'),
    wave: z
      .record(waveKey, amounts)
      .default({})
      .describe('For a wave, by its number; `each` is for every wave that has no entry of its own.'),
    agent: z
      .record(agentKey, amounts)
      .default({})
      .describe('For an agent type, by its name; `each` is for every type that has no entry of its own.'),
  })
  .describe('Where to stop spending: new work is held and a person is asked.');

const perMillion = (what: string) =>
  z.number().min(0).max(100_000).describe(`US dollars for a million tokens ${what}.`);

export const modelPrice = z
  .strictObject({
    input: perMillion('that go to the model'),
    output: perMillion('that come from it'),
    cache_read: perMillion('that are read from its cache; absent: as `input`').optional(),
    cache_write: perMillion('that are written into its cache; absent: 1.25 times `input`').optional(),
  })
  .describe(
    'What tokens of the models cost whose names match; `*` stands for any text, and the first that matches counts.',
  );

export type ModelPrice = Readonly<z.output<typeof modelPrice>>;

export const prices = z
  .object({
    actions_minute: z
      .number()
      .min(0)
      .max(100_000)
      .optional()
      .describe('What a minute of a workflow run costs, in US dollars, for `simulate`.'),
  })
  .catchall(modelPrice)
  .describe(
    'What things cost: models by their names, for agents that do not tell their cost and for the limits of `budget`; and `actions_minute`.',
  );
