import * as z from 'zod';

/** What people are told of where they are, beside GitHub: see `notify` of the configuration. */
const NOTIFY_EVENTS = ['needs-person', 'stalled', 'budget', 'wave-done', 'plan-done'] as const;

/** In whose form: a signed one of our own, or that of a chat's incoming webhooks. */
export const NOTIFY_FORMATS = ['json', 'slack', 'teams', 'discord'] as const;

export type NotifyFormat = (typeof NOTIFY_FORMATS)[number];

/**
 * Of the variables that hold addresses, whose names a configuration may say. Whoever may write to the file can have
 * whatever stands in such a variable asked over the network: no other variable of the host is within reach.
 */
export const NOTIFY_PREFIX = 'AGENT_WAVES_NOTIFY_';

/** Ends the name of the variable that holds the key with which what goes to an address is signed. */
export const NOTIFY_SECRET = '_SECRET';

const variable = z.string().regex(/^AGENT_WAVES_NOTIFY_(?!.*_SECRET$)[A-Z0-9][A-Z0-9_]{0,39}$/, {
  error: ({ input }) =>
    `\`${String(input).slice(0, 60)}\` does not name an address; write the name of a variable that holds one: ${NOTIFY_PREFIX}TEAM`,
});

export const notifyTarget = z
  .strictObject({
    url_env: variable.describe(
      `Name of the variable that holds the address, ${NOTIFY_PREFIX}TEAM: in the environment of the server, or a secret of the repository without one.`,
    ),
    format: z
      .enum(NOTIFY_FORMATS)
      .default('json')
      .describe('json: signed with the key in the variable of the same name with _SECRET behind it.'),
    events: z
      .array(z.enum(NOTIFY_EVENTS))
      .min(1)
      .default([...NOTIFY_EVENTS])
      .describe('What is sent there. Absent: all of it.'),
  })
  .describe('Where people are told of what happens to a plan.');

export type NotifyTarget = Readonly<z.output<typeof notifyTarget>>;
