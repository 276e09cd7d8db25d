import { showActionTime } from './action-time.ts';
import { showDecideTime } from './decide-time.ts';
import { showLandingTime } from './landing-time.ts';
import { showPartsTime } from './parts-time.ts';
import { showPast } from './past-plans.ts';
import { showPlanTime } from './plan-time.ts';
import { showScheduleRatios } from './schedule-ratios.ts';
import { showSize } from './size/size.ts';

/**
 * Prints how long things take, each beside a peer or a bound of the same run, and how good the schedules are. Nothing is
 * judged here: figures belong into notes, not into tests. `npm run bench -- decide parts` prints these alone.
 */
const PARTS: Readonly<Record<string, () => void | Promise<void>>> = {
  decide: showDecideTime,
  schedules: showScheduleRatios,
  parts: showPartsTime,
  action: showActionTime,
  landing: showLandingTime,
  plan: showPlanTime,
  size: showSize,
  past: showPast,
};

const named = process.argv.slice(2);
const unknown = named.find((name) => !Object.hasOwn(PARTS, name));
if (unknown !== undefined)
  throw new Error(`there is no part ${unknown}; name some of ${Object.keys(PARTS).join(', ')}`);
for (const [name, show] of Object.entries(PARTS)) if (named.length === 0 || named.includes(name)) await show();
