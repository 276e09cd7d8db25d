import { parentPort } from 'node:worker_threads';
import type { SimulationInput } from './simulation.ts';
import { installPlainJson } from './world/plain-json.ts';

/** The thread of `playWorlds`: a world for every message. */

installPlainJson();
// Not before: with it comes Octokit.
const { simulate } = await import('./simulation.ts');

parentPort?.on('message', (input: SimulationInput) => {
  void simulate(input).then((end) => parentPort?.postMessage(end));
});
