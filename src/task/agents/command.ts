import { failure } from '../assignment.ts';
import type { AgentRequest, AgentRun } from './agent.ts';

/** Any program as an agent: what it needs to know is in its environment, and exit code 0 means that it is done. */
export function commandAgent({ task, attempt, model, command, brief, summary }: AgentRequest): AgentRun {
  if (!command) throw new Error('`run: command` needs `command` in .github/agent-waves.yml');
  return {
    argv: ['bash', '-c', command],
    environment: {
      AGENT_WAVES_BRIEF: brief,
      AGENT_WAVES_TASK: task,
      AGENT_WAVES_MODEL: model,
      AGENT_WAVES_ATTEMPT: String(attempt),
      AGENT_WAVES_SUMMARY: summary,
    },
    install: 'install bash',
    conclude: ({ code, tail }) =>
      code === 0
        ? { kind: 'done' }
        : { kind: 'failed', failure: failure(`the agent ended with ${code ?? 'a signal'}`, tail) },
  };
}
