import { showDecideTime } from './decide-time.ts';
import { showPartsTime } from './parts-time.ts';
import { showScheduleRatios } from './schedule-ratios.ts';

/**
 * Prints how long the pure parts take, each beside a peer that does the unavoidable part of the same work in the same
 * run, and how good the schedules are. Nothing is judged here: figures belong into notes, not into tests.
 */
showDecideTime();
showScheduleRatios();
showPartsTime();
