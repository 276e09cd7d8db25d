import { agent } from '../agent/agent.ts';
import { runStep } from '../run-step.ts';

await runStep('agent', agent);
