import type { Routed } from '../../plan/route.ts';
import type { Adapter } from './agent.ts';
import { claudeAgent } from './claude.ts';
import { commandAgent } from './command.ts';

/** @throws for an agent that there is no adapter for, naming what to set instead. */
export function adapterFor({ run, agent }: Routed): Adapter {
  switch (run) {
    case 'claude':
      return claudeAgent;
    case 'command':
      return commandAgent;
    default:
      throw new Error(
        `agents.${agent}: there is no adapter for \`run: ${run}\`; set \`run: claude\` or \`run: command\``,
      );
  }
}
