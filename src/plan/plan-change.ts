import type { TaskId } from './plan.ts';

/** What is other between two versions of a plan and its configuration. Texts are as people wrote them. */
export interface PlanChange {
  /** Undefined where there was no plan, or none that can be read: then every task is new. */
  readonly before: PlanOutlook | undefined;
  readonly after: PlanOutlook;
  readonly name: Changed<string> | undefined;
  /** In file order, as the tasks below. */
  readonly added: readonly NamedTask[];
  readonly removed: readonly NamedTask[];
  readonly changed: readonly (NamedTask & { readonly fields: readonly ChangedField[] })[];
  /** Settings of the configuration, by key. */
  readonly settings: readonly ChangedField[];
}

export interface NamedTask {
  readonly id: TaskId;
  readonly title: string;
}

export interface Changed<T> {
  readonly before: T;
  readonly after: T;
}

/** One field, as one line says what it was and is; undefined where it is absent. */
export interface ChangedField extends Changed<string | undefined> {
  readonly name: string;
}

/** What a plan comes to. Times are minutes. */
export interface PlanOutlook {
  readonly tasks: number;
  readonly completed: number;
  /** Of tasks that are not completed, as everything below. */
  readonly work: number;
  readonly critical: { readonly path: readonly TaskId[]; readonly minutes: number };
  /** With as many agents as are configured; undefined for a plan that is too large to look ahead. */
  readonly forecast: PlanForecast | undefined;
}

export interface PlanForecast {
  readonly agents: number;
  readonly minutes: number;
  /** US dollars; undefined where nothing has a price. */
  readonly cost: number | undefined;
  /** Tasks whose price nobody knows. */
  readonly unpriced: number;
}
