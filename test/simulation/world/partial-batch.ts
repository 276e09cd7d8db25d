import type { Asked } from './asked.ts';
import type { Random } from './random.ts';

/** A mutation of a batch that `sendBatch` writes, on a line of its own. */
const CALL = /^(m(\d+)): (\w+)\(input: \$i\d+\) \{.*\}$/;

/** A batch without the mutations that fail, and what makes an answer say that they did. */
export interface PartialBatch {
  readonly body: string;
  readonly answer: (response: Response) => Promise<Response>;
}

/** Of several mutations in one request some may fail while the others hold, under HTTP 200. */
export function failPartly(
  { document = '', variables }: Asked,
  fails: (mutation: string) => boolean,
  random: Random,
): PartialBatch | undefined {
  const lines = document.split('\n');
  const calls = lines.filter((line) => CALL.test(line));
  if (calls.length < 2) return undefined;
  const failed = new Set(calls.filter((line) => fails(CALL.exec(line)?.[3] ?? '')));
  if (failed.size === 0) return undefined;
  // At least one has to stay: a document without a field is none.
  if (failed.size === calls.length) failed.delete(random.pick('batch', calls));
  const gone = [...failed].map((line) => CALL.exec(line)?.[2] ?? '');
  const kept = lines.filter((line) => !failed.has(line)).join('\n');
  const query = gone.reduce(
    (text, index) => text.replace(new RegExp(`\\$i${index}: \\w+!(?:, )?`), ''),
    // A fragment that nothing uses is an error.
    calls.some((line) => !failed.has(line) && line.includes('...IssueFields'))
      ? kept
      : kept.replace(/\n?fragment [\s\S]*$/, ''),
  );
  const left = Object.fromEntries(Object.entries(variables).filter(([name]) => !gone.includes(name.slice(1))));
  return {
    body: JSON.stringify({ query: query.replace(/, \)/, ')'), variables: left }),
    answer: async (response) => {
      const text = await response.text();
      const { data, errors = [] } = JSON.parse(text) as { data?: object; errors?: object[] };
      const { status, headers } = response;
      if (data === undefined) return new Response(text, { status, headers });
      const nothing = Object.fromEntries(gone.map((index) => [`m${index}`, null]));
      const said = gone.map((index) => ({
        type: 'INTERNAL',
        path: [`m${index}`],
        message: 'Something broke in here.',
      }));
      return new Response(JSON.stringify({ data: { ...data, ...nothing }, errors: [...errors, ...said] }), {
        status,
        headers,
      });
    },
  };
}
