import { review } from '../review/review.ts';
import { runStep } from '../run-step.ts';

await runStep('review', review);
