import { BASE } from '../runs/git-refs.ts';
import { type DrawnPlan, type DrawnTask, PLAN_PATH, planText } from '../world/files.ts';
import type { ActorInput } from './actor-input.ts';

/** What people do to the plan file. */
export class PlanEdits {
  readonly #input: ActorInput;

  constructor(input: ActorInput) {
    this.#input = input;
  }

  async edit(kind?: 'remove'): Promise<string> {
    const { random, truth, time } = this.#input;
    const plan = await this.#readPlan();
    const drawn = random.pick('plan edit', ['estimate', 'add', 'remove', 'needs', 'broken'] as const);
    const how = kind ?? drawn;
    const task = random.pick('plan edit', plan.tasks);
    let words = `gave ${task.id} another estimate`;
    if (how === 'broken') {
      await this.#writePlan(`${planText(plan)}{`);
      time.at(time.now + 30 * 60_000, () => void this.#writePlan(planText(plan)));
      return 'a person broke the plan file for half an hour';
    }
    if (how === 'estimate') task.estimate = random.pick('plan edit', ['10min', '50min', '2h']);
    if (how === 'add') {
      const id = `X-${plan.tasks.length}`;
      if (plan.tasks.some((each) => each.id === id)) return 'nobody changed the plan';
      plan.tasks.push({ id, title: `Also make ${id}`, wave: 3, estimate: '30min', dependencies: [task.id] });
      words = `added ${id}, which needs ${task.id}`;
    }
    if (how === 'remove') {
      const needed = plan.tasks.some(({ dependencies }) => dependencies.includes(task.id));
      if (needed || truth.landed.some((landed) => landed.task === task.id)) return 'nobody changed the plan';
      plan.tasks = plan.tasks.filter((each) => each !== task);
      truth.no(task.id, time.now);
      words = `took ${task.id} out of the plan`;
    }
    if (how === 'needs') {
      task.dependencies = task.dependencies.slice(1);
      words = `changed what ${task.id} needs`;
    }
    truth.sawPlan(plan);
    await this.#writePlan(planText(plan));
    return `a person ${words}`;
  }

  /** Says in the plan that something is done: of what has an issue, that may be taken for the app's own word. */
  async list(): Promise<string> {
    const { random, truth } = this.#input;
    const plan = await this.#readPlan();
    const waiting = plan.tasks.filter(({ id, status }) => status !== 'completed' && !truth.issues.has(id));
    const id = `D-${plan.tasks.length}`;
    const title = `Made ${id} by hand`;
    const added: DrawnTask = { id, title, wave: 3, estimate: '30min', dependencies: [] };
    const task = waiting.length > 0 ? random.pick('plan edit', waiting) : added;
    if (truth.issues.has(task.id)) return 'nobody changed the plan';
    if (task === added) plan.tasks.push(added);
    task.status = 'completed';
    truth.listed.add(task.id);
    truth.sawPlan(plan);
    await this.#writePlan(planText(plan));
    return `a person listed ${task.id} as completed`;
  }

  async #readPlan(): Promise<DrawnPlan> {
    const text =
      (await this.#input.town.repository.objects.read(`${BASE}:${PLAN_PATH}`))?.content.toString('utf8') ?? '{}';
    try {
      return JSON.parse(text) as DrawnPlan;
    } catch {
      return structuredClone(this.#input.truth.plan);
    }
  }

  async #writePlan(text: string): Promise<void> {
    const { town } = this.#input;
    await town.github.commitFiles({
      repository: 'acme/daw',
      by: 'lead',
      message: 'Change the plan',
      files: { [PLAN_PATH]: text },
    });
  }
}
