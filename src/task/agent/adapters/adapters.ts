import type { Agent } from '../../../plan/default-routes.ts';
import type { Adapter } from '../adapter.ts';
import { claude } from './claude.ts';
import { codex } from './codex.ts';
import { command } from './command.ts';
import { copilot } from './copilot.ts';
import { gemini } from './gemini.ts';

/** What `run` of an agent type names. */
export const ADAPTERS: Readonly<Record<Agent['run'], Adapter>> = { claude, codex, gemini, copilot, command };
