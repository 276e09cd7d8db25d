import { describeLaws } from './laws.ts';
import { describeTrustLaws } from './trust-laws.ts';

/** Beside the few draws of every `npm test`: from a new seed each time, which a failure prints with its path. */
const TIMES = 10;

describeLaws(TIMES);
describeTrustLaws(TIMES);
