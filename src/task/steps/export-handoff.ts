import { exportHandoff } from '../handoff/export-handoff.ts';
import { runStep } from '../run-step.ts';

await runStep('export-handoff', exportHandoff);
