export interface WorkflowRecord {
  readonly id: number;
  readonly path: string;
  name: string;
  /** A disabled one listens to nothing, and cannot be dispatched. */
  state: 'active' | 'disabled_inactivity' | 'disabled_manually';
  readonly createdAt: number;
  /** When somebody last enabled it; 0: nobody has. */
  enabledAt: number;
}
