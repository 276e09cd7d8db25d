import { baseline } from '../baseline/baseline.ts';
import { runStep } from '../run-step.ts';

await runStep('baseline', baseline);
