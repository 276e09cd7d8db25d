import { appendFileSync } from 'node:fs';

appendFileSync(process.env.GITHUB_OUTPUT, `said=hello ${process.env.INPUT_THE_NAME}\n`);
