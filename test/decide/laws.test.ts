import { describeLaws } from './laws.ts';
import { describeTrustLaws } from './trust-laws.ts';

describeLaws();
describeTrustLaws();
