import { globSync } from 'node:fs';

/** Printed after `npm test`: what it leaves out. */
const filesOf = (kind: string) => globSync(`test/**/*.${kind}.test.ts`).sort().join(', ');
console.log(`Left to .ci/run, whole rehearsals that take minutes: ${filesOf('long')}. Run them by npm run test:long.`);
console.log(`Left to the night: ${filesOf('nightly')}. Run them by npm run test:nightly.`);
