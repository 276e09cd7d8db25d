import type { AgentRequest } from './agent.ts';

/** What an agent is told at its start; everything else is in the brief. */
export function askFor({ task, brief }: Pick<AgentRequest, 'task' | 'brief'>): string {
  return `Do task ${task}. Read the brief at ${brief} first and follow it. Work until it is done and its checks pass; nobody can answer questions. End with a summary of what you did.\n`;
}

/** What it is told when it goes on with a session. */
export function goOn({ task, brief }: Pick<AgentRequest, 'task' | 'brief'>): string {
  return `Go on with task ${task}: you were interrupted. The brief at ${brief} was written again; read it, look at what is done, and work until it is done and its checks pass. End with a summary of what you did.\n`;
}
