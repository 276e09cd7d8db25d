import { parentPort } from 'node:worker_threads';
import { type SimulationInput, simulate } from './simulation.ts';

/** The thread of `playWorlds`: a world for every message. */
parentPort?.on('message', (input: SimulationInput) => {
  void simulate(input).then((end) => parentPort?.postMessage(end));
});
