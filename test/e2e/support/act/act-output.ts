import * as z from 'zod';

/** A line that act wrote with `--json`, as far as it matters. */
export interface ActLine {
  /** What a person would read. */
  readonly text: string;
  /** As GitHub names it; absent where the line is about no job. */
  readonly job: string | undefined;
  readonly at: string;
  /** Of the last line about a job. One that is skipped has no line. */
  readonly jobResult: 'success' | 'failure' | undefined;
}

const written = z.object({
  msg: z.string(),
  time: z.string(),
  job: z.string().optional(),
  jobResult: z.enum(['success', 'failure']).optional(),
});

export function readActLine(line: string): ActLine {
  const { msg, time, job, jobResult } = parsed(line) ?? { msg: line, time: new Date().toISOString() };
  // `<workflow>/<job>`, filled up with blanks.
  const name = job?.replace(/^[^/]*\//, '').trimEnd();
  return { text: name === undefined ? msg : `[${name}] ${msg.trimEnd()}`, job: name, at: time, jobResult };
}

function parsed(line: string): z.infer<typeof written> | undefined {
  try {
    return written.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined; // act writes some lines before it knows that JSON is asked for.
  }
}
