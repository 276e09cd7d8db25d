import { BUDGET_LAWS } from '../support/budget/budget-laws.ts';
import { drawLaws } from '../support/draws.ts';

drawLaws('a budget', BUDGET_LAWS);
