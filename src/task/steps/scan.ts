import { runStep } from '../run-step.ts';
import { scan } from '../scan/scan.ts';

await runStep('scan', scan);
