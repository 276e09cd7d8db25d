import { fullName } from '../../../github/locator.ts';
import type { Pass } from '../../../reconcile.ts';
import type { Asked, KeptRepository } from '../kept-repository.ts';
import { dispatchDelays } from './dispatch-delays.ts';
import { figuresOf, outcomeOf } from './pass-figures.ts';
import type { MeasuredPass, Telemetry } from './telemetry.ts';

interface PassToMeasure {
  readonly kept: KeptRepository;
  readonly asked: Asked;
  readonly telemetry: Telemetry;
}

/** Makes a pass and tells how it went. Throws what the pass throws. */
export async function measurePass(
  { kept, asked, telemetry }: PassToMeasure,
  make: (watch: MeasuredPass['watch']) => Promise<Pass>,
): Promise<Pass> {
  const began = Date.now();
  const measured = telemetry.beginPass({ repository: fullName(kept.locator), deliveries: asked.deliveries });
  let pass: Pass;
  try {
    pass = await make(measured.watch);
  } catch (error) {
    measured.end({ outcome: 'failed' });
    throw error;
  }
  measured.end({
    outcome: outcomeOf(pass),
    figures: figuresOf(pass),
    dispatchDelays: delaysOf(pass, { kept, asked: asked.at ?? began }),
  });
  return pass;
}

function delaysOf(
  pass: Pass,
  { kept, asked }: { readonly kept: KeptRepository; readonly asked: number },
): readonly number[] {
  if (pass.kind === 'no-plan') return [];
  const { seconds, memory } = dispatchDelays(kept.ready, { ...pass, asked, ended: Date.now() });
  kept.ready = memory;
  return seconds;
}
