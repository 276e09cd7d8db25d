import { appendFileSync, writeFileSync } from 'node:fs';

process.on('SIGINT', () => {
  appendFileSync(process.env.GITHUB_STEP_SUMMARY, 'heard SIGINT\n');
  process.exit(1);
});
setInterval(() => {}, 1000);
writeFileSync(`${process.env.RUNNER_TEMP}/ready`, 'ready');
