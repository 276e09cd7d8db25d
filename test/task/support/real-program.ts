import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { AgentProgram } from '../../support/agent-programs.ts';
import { type AgentRun, type AgentStep, openAgentStep } from './agent-step.ts';
import type { Script } from './provider/script.ts';
import { type ScriptedProvider, startScriptedProvider } from './provider/scripted-provider.ts';

/** The real command line of an agent in the agent step, at a scripted provider, with no way to anywhere else. */
export interface RealProgram {
  readonly step: AgentStep;
  /** The step as it is, with the provider following this script. */
  readonly run: (script: Script, how?: How) => Promise<RealRun>;
  /** The environment that the program was given the last time, as lines of `env`. */
  readonly environment: () => string;
  /** Addresses beyond this machine that it asked for. */
  readonly strangers: readonly string[];
  readonly close: () => Promise<void>;
}

interface How {
  readonly seconds?: number;
  readonly session?: string;
  readonly model?: string;
}

export interface RealRun extends AgentRun {
  readonly provider: ScriptedProvider;
}

export const KEY = 'sk-real-key-0123456789';

/** A model that each knows, so that none first asks which. */
const MODELS: Readonly<Record<AgentProgram, string>> = {
  claude: 'claude-sonnet-4-5',
  codex: 'default',
  gemini: 'gemini-2.5-pro',
  copilot: 'claude-sonnet-4.6',
};

/** Inputs of the action for its key and address. */
const INPUTS: Readonly<Record<AgentProgram, readonly [key: string, url: string]>> = {
  claude: ['INPUT_ANTHROPIC_API_KEY', 'INPUT_ANTHROPIC_BASE_URL'],
  codex: ['INPUT_OPENAI_API_KEY', 'INPUT_OPENAI_BASE_URL'],
  gemini: ['INPUT_GEMINI_API_KEY', 'INPUT_GEMINI_BASE_URL'],
  copilot: ['INPUT_COPILOT_TOKEN', 'INPUT_COPILOT_BASE_URL'],
};

export async function openRealProgram(name: AgentProgram, program: string): Promise<RealProgram> {
  const step = await openAgentStep();
  const given = join(step.folder, 'given.txt');
  await step.install(name, `#!/bin/bash\nenv > '${given}'\n${impatient(name, { program, folder: step.folder })}\n`);
  // Codex works in checkouts only, as every agent does.
  execFileSync('git', ['init', '--quiet', join(step.folder, 'work')]);
  const network = await refusedNetwork();
  return {
    step,
    run: async (script, { seconds = 120, session, model = MODELS[name] } = {}) => {
      const provider = await startScriptedProvider(script);
      const address = name === 'codex' ? `${provider.url}/v1` : provider.url;
      try {
        const ran = await step.run({
          agent: { agent: 'general-purpose', model, run: name },
          environment: {
            [INPUTS[name][0]]: KEY,
            [INPUTS[name][1]]: address,
            HTTPS_PROXY: network.url,
            HTTP_PROXY: network.url,
          },
          sliceMinutes: seconds / 60,
          ...(session === undefined ? {} : { session }),
        });
        return { ...ran, provider };
      } finally {
        await provider.close();
      }
    },
    environment: () => readFileSync(given, 'utf8'),
    strangers: network.asked,
    close: async () => {
      await network.close();
      await step.close();
    },
  };
}

/** Each tries again for minutes where its provider fails. Here it does not: by its own settings, or by a quick clock. */
function impatient(
  name: AgentProgram,
  { program, folder }: { readonly program: string; readonly folder: string },
): string {
  switch (name) {
    case 'claude':
      return `CLAUDE_CODE_MAX_RETRIES=1 exec '${program}' "$@"`;
    case 'codex': {
      const retries = ['request_max_retries', 'stream_max_retries'];
      return `exec '${program}' "$@" ${retries.map((key) => `-c model_providers.agent_waves.${key}=1`).join(' ')}`;
    }
    case 'copilot':
      // Nothing of it can be set, and what waits is no script: it takes a quarter of a minute.
      return `exec '${program}' "$@"`;
    case 'gemini': {
      // Its setting for attempts is overruled by its table of models (0.61).
      const hurry = join(folder, 'hurry.cjs');
      writeFileSync(hurry, HURRY);
      return `NODE_OPTIONS='--require=${hurry}' exec '${program}' "$@"`;
    }
  }
}

const HURRY = `const wait = globalThis.setTimeout;
globalThis.setTimeout = (then, delay, ...rest) => wait(then, delay >= 1000 && delay <= 60000 ? delay / 50 : delay, ...rest);
`;

/** What stands for the way to the network, and leads nowhere. */
async function refusedNetwork() {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(403).end();
  });
  server.on('connect', ({ url }, socket) => {
    asked.push(url ?? '');
    socket.on('error', () => undefined); // Whoever was refused may be gone.
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
