import { serve } from '../../src/hosts/server/serve.ts';
import { readSettings } from '../../src/hosts/server/settings.ts';

/** The app as `agent-waves serve` has it, in a process that tells how much memory it takes. */

export type ToApp = 'memory' | 'stop';

export type FromApp =
  | { readonly kind: 'serving'; readonly url: string }
  | { readonly kind: 'memory'; readonly heap: number; readonly rss: number };

/** Milliseconds between two looks at the heap: it grows and shrinks within a pass. */
const LOOK_EVERY = 20;

const read = readSettings(process.env);
if (!read.ok) throw new Error(read.problems.join('; '));
const serving = await serve(read.settings);

let heap = 0;
const look = setInterval(() => {
  heap = Math.max(heap, process.memoryUsage().heapUsed);
}, LOOK_EVERY);

process.on('message', (asked: ToApp) => {
  if (asked === 'memory') return send({ kind: 'memory', heap, rss: process.resourceUsage().maxRSS * 1_024 });
  clearInterval(look);
  serving.stop().then(() => process.exit(0));
});
send({ kind: 'serving', url: serving.url });

function send(told: FromApp): void {
  process.send?.(told);
}
