import { claim } from '../claim/claim.ts';
import { runStep } from '../run-step.ts';

await runStep('claim', claim);
