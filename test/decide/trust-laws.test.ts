import { drawLaws } from '../support/draws.ts';
import { TRUST_LAWS } from '../support/trust/trust-laws.ts';

drawLaws('whoever acts', TRUST_LAWS);
