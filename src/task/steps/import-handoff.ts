import { importHandoff } from '../handoff/import-handoff.ts';
import { runStep } from '../run-step.ts';

await runStep('import-handoff', importHandoff);
