import { shell } from '../../process/shell.ts';
import type { Adapter, AgentRequest, LaunchSpec } from '../adapter.ts';

/**
 * Any program as an agent: what it needs to know is in its environment, and exit code 0 means that it is done. Its
 * output is text. It reports neither tokens nor cost, and is started anew where a session would be resumed.
 */
export const command: Adapter = {
  name: 'the agent',
  install: 'install bash',
  provider: undefined,
  budget: 'unknown',
  stopSignal: 'SIGTERM',
  reportsResult: false,
  exits: {},
  start: launch,
  resume: () => undefined,
  read: () => undefined,
};

function launch({ task, attempt, model, command: program, brief, summary, purpose }: AgentRequest): LaunchSpec {
  if (!program) throw new Error('`run: command` needs `command` in .github/agent-waves.yml');
  return {
    argv: shell(program),
    environment: {
      AGENT_WAVES_BRIEF: brief,
      AGENT_WAVES_TASK: task,
      AGENT_WAVES_MODEL: model,
      AGENT_WAVES_ATTEMPT: String(attempt),
      AGENT_WAVES_SUMMARY: summary,
      ...(purpose?.kind === 'review' ? { AGENT_WAVES_VERDICT: purpose.verdict } : {}),
    },
  };
}
