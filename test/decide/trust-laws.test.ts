import { describeTrustLaws } from './trust-laws.ts';

describeTrustLaws();
