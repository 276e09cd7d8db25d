import { land } from '../land/land.ts';
import { runStep } from '../run-step.ts';

await runStep('land', land);
