import { runStep } from '../run-step.ts';
import { verify } from '../verify/verify.ts';

await runStep('verify', verify);
