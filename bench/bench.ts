import { showActionTime } from './action-time.ts';
import { showDecideTime } from './decide-time.ts';
import { showPartsTime } from './parts-time.ts';
import { showScheduleRatios } from './schedule-ratios.ts';

/**
 * Prints how long the pure parts and a run of the action take, each beside a peer or a bound of the same run, and how
 * good the schedules are. Nothing is judged here: figures belong into notes, not into tests.
 */
showDecideTime();
showScheduleRatios();
showPartsTime();
await showActionTime();
