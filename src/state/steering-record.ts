import * as z from 'zod';

/** The part of a record that keeps what people said. */

const labelSetter = z.object({ by: z.string(), at: z.string() }).optional();

/** Settings of people that came as commands; labels are read from the issue itself. */
export const steering = {
  /** Ids of command comments that have taken effect, newest last, at most 50. */
  commands: z.array(z.number()).default([]),
  start: z.object({ by: z.string(), at: z.string() }).optional(),
  pause: z.object({ by: z.string(), at: z.string() }).optional(),
  /** An `agent:pause` label set before this moment no longer counts. */
  resumed: z.string().optional(),
  /** Logins without write access that were refused here: each gets one answer. */
  refused: z.array(z.string()).default([]),
  /** The last closing or reopening by a person who could write then: it stands, whatever becomes of that person. */
  decided: z
    .object({ to: z.enum(['open', 'completed', 'not_planned', 'duplicate']), by: z.string(), at: z.string() })
    .optional(),
  /** The last thing that somebody who may not write did here and that was undone, and how often that was needed. */
  undone: z.object({ at: z.string(), times: z.number() }).optional(),
  /** `/accept`: a person takes what was asked about here, up to that moment, as it is. */
  accepted: z.object({ by: z.string(), at: z.string() }).optional(),
  /** Comments up to this id by people who were refused here: they never act, whatever those may do later. */
  ignored: z.number().optional(),
  /** Who set each label that counts, once GitHub is about to show it no longer: newer changes drive old ones out of view. */
  setters: z.object({ start: labelSetter, pause: labelSetter }).optional(),
  /** When each label was set that does not count, or starts nothing, and that people were told about. */
  labels: z.object({ start: z.string().optional(), pause: z.string().optional() }).optional(),
};
