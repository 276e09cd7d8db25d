import { report } from '../report/report.ts';
import { runStep } from '../run-step.ts';

await runStep('report', report);
