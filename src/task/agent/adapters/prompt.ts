import type { AgentRequest } from '../adapter.ts';

type Asked = Pick<AgentRequest, 'task' | 'brief' | 'purpose'>;

/** What an agent is told at its start; everything else is in the brief. */
export function startPrompt({ task, brief, purpose }: Asked): string {
  if (purpose?.kind === 'review')
    return `Review the work on task ${task}. Read the brief at ${brief} first and follow it. Change nothing; nobody can answer questions. You are finished when your verdict is in the file that the brief names.\n`;
  return `Do task ${task}. Read the brief at ${brief} first and follow it. Work until it is done and its checks pass; nobody can answer questions. End with a summary of what you did.\n`;
}

/** What it is told when it goes on with a session. */
export function resumePrompt({ task, brief, purpose }: Asked): string {
  if (purpose?.kind === 'objections')
    return `A reviewer objects to your work on task ${task}. The brief at ${brief} was written again, with the objections; read it, and work until they are answered and its checks pass. End with a summary of what you did, and why where you did not follow.\n`;
  return `Go on with task ${task}: you were interrupted. The brief at ${brief} was written again; read it, look at what is done, and work until it is done and its checks pass. End with a summary of what you did.\n`;
}
