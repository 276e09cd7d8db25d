import { globSync } from 'node:fs';

/** Printed after `npm test`: what it leaves out. */
const files = globSync('test/**/*.long.test.ts').sort();
console.log(`Left to .ci/run, whole rehearsals that take minutes: ${files.join(', ')}. Run them by npm run test:long.`);
