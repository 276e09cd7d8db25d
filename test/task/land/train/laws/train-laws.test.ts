import { beforeEach, vi } from 'vitest';
import { drawLaws } from '../../../../support/draws.ts';
import { TRAIN_LAWS } from '../../../../support/train/train-laws.ts';

beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
});

drawLaws('the merge train', TRAIN_LAWS);
