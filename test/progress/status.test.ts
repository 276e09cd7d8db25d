import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeStatus } from '../../src/progress/status.ts';
import type { TaskState, TaskView } from '../../src/state/task-view.ts';
import { at, completed, past, running, taskOf, viewOf } from './views.ts';

const a = taskOf({ id: 'A' });
const b = taskOf({ id: 'B' });

/** State, whether it is stuck, and the specification's word for that. */
const STATUSES: readonly (readonly [TaskState, boolean, string])[] = [
  ['completed', false, 'completed'],
  ['skipped', false, 'blocked'],
  ['running', false, 'in_progress'],
  ['in-review', false, 'in_progress'],
  ['retrying', false, 'in_progress'],
  ['needs-human', false, 'blocked'],
  ['held', false, 'pending'],
  ['held', true, 'pending'],
  ['blocked', false, 'pending'],
  ['blocked', true, 'blocked'],
  ['ready', false, 'pending'],
];

describe('the status of a task', () => {
  it.each(STATUSES)('that is %s (stuck: %s) is %s', (state, stuck, status) => {
    const written = writeStatus('{"tasks":[{"id":"A","status":"?"}]}', [{ ...viewOf(a), state, stuck }]);

    expect(JSON.parse(written).tasks[0].status).toBe(status);
  });
});

function expectedStatus({ state, stuck }: TaskView): string | undefined {
  return STATUSES.find(([ofState, ofStuck]) => ofState === state && ofStuck === stuck)?.[2];
}

const FILES: readonly (readonly [string, string, string])[] = [
  [
    'two spaces',
    '{\n  "tasks": [\n    {\n      "id": "A",\n      "title": "x"\n    },\n    {\n      "id": "B",\n      "status": "pending",\n      "note": [1,  2]\n    }\n  ]\n}\n',
    '{\n  "tasks": [\n    {\n      "id": "A",\n      "title": "x",\n      "status": "completed",\n      "agent_id": "A3",\n      "started_at": "2026-03-02T09:00:00Z",\n      "completed_at": "2026-03-02T10:00:00Z"\n    },\n    {\n      "id": "B",\n      "status": "in_progress",\n      "agent_id": "A1",\n      "started_at": "2026-03-02T10:00:00Z",\n      "note": [1,  2]\n    }\n  ]\n}\n',
  ],
  [
    'tabs, CRLF, a byte order mark and no line end at the end',
    '\ufeff{\r\n\t"tasks": [\r\n\t\t{\r\n\t\t\t"status" : "pending",\r\n\t\t\t"id" : "A"\r\n\t\t},\r\n\t\t{ "id": "B" }\r\n\t]\r\n}',
    '\ufeff{\r\n\t"tasks": [\r\n\t\t{\r\n\t\t\t"status" : "completed",\r\n\t\t\t"agent_id" : "A3",\r\n\t\t\t"started_at" : "2026-03-02T09:00:00Z",\r\n\t\t\t"completed_at" : "2026-03-02T10:00:00Z",\r\n\t\t\t"id" : "A"\r\n\t\t},\r\n\t\t{ "id": "B", "status": "in_progress", "agent_id": "A1", "started_at": "2026-03-02T10:00:00Z" }\r\n\t]\r\n}',
  ],
  [
    'no white space at all',
    '{"tasks":[{"id":"A"},{"id":"B","status":"pending"}]}',
    '{"tasks":[{"id":"A","status":"completed","agent_id":"A3","started_at":"2026-03-02T09:00:00Z","completed_at":"2026-03-02T10:00:00Z"},{"id":"B","status":"in_progress","agent_id":"A1","started_at":"2026-03-02T10:00:00Z"}]}',
  ],
  [
    'one line per task, four spaces, blank lines and fields of old',
    '{\n    "tasks": [\n        {"id": "A", "status": "in_progress", "agent_id": "A9", "x": {"status": "keep"}},\n\n        {"agent_id": null, "id": "B",\n\n         "status": "blocked", "completed_at": "2020-01-01"}\n    ]\n}\n',
    '{\n    "tasks": [\n        {"id": "A", "status": "completed", "agent_id": "A3", "started_at": "2026-03-02T09:00:00Z", "completed_at": "2026-03-02T10:00:00Z", "x": {"status": "keep"}},\n\n        {"agent_id": "A1", "id": "B",\n\n         "status": "in_progress",\n         "started_at": "2026-03-02T10:00:00Z"}\n    ]\n}\n',
  ],
];

describe('writeStatus', () => {
  const views = [
    completed(a, { from: 0, to: 60, slot: 'A3', issue: 4 }),
    running(b, { from: 60, slot: 'A1', issue: 5 }),
  ];

  it.each(FILES)('keeps the manner of a file with %s', (_name, before, after) => {
    expect(writeStatus(before, views)).toBe(after);
  });

  it.each(FILES)('changes nothing when run again on a file with %s', (_name, _before, after) => {
    expect(writeStatus(after, views)).toBe(after);
  });

  it('takes back what no longer holds when a running task is put on hold', () => {
    const text =
      '{"tasks": [{"id": "A", "started_at": "2026-03-02T09:00:00Z", "status": "in_progress", "agent_id": "A1"}]}';

    expect(writeStatus(text, [viewOf(a, { state: 'held', startedAt: at(0) })])).toBe(
      '{"tasks": [{"id": "A", "status": "pending"}]}',
    );
  });

  it('keeps the start of a task that needs a person, and no slot', () => {
    const view = viewOf(a, {
      state: 'needs-human',
      startedAt: at(0),
      record: { history: [past({ sent: at(0), ended: at(9), outcome: 'verification' })] },
    });

    expect(JSON.parse(writeStatus('{"tasks": [{"id": "A"}]}', [view])).tasks[0]).toEqual({
      id: 'A',
      status: 'blocked',
      started_at: at(0),
    });
  });

  it('leaves the words of whoever listed a task as done', () => {
    const text = '{"tasks": [{"id": "A", "status": "completed", "agent_id": "me", "completed_at": "2020-01-01"}]}';

    expect(writeStatus(text, [viewOf(a, { state: 'completed', unverified: true })])).toBe(text);
  });

  it('leaves those words also where the task had run before, and its issue was closed since', () => {
    const text = '{"tasks": [{"id": "A", "status": "completed", "agent_id": "me", "completed_at": "2020-01-01"}]}';
    const ended = past({ sent: at(0), ended: at(9), outcome: 'cancelled' });
    const record = { listed: true, history: [ended] };
    const view = viewOf(a, { state: 'completed', unverified: true, startedAt: at(0), completedAt: at(60), record });

    expect(writeStatus(text, [view])).toBe(text);
  });

  it.each(['', '[]', '{"tasks": 1}', '{"tasks": [', '{"tasks": [null, 7, {}, {"id": 3}]}', '// no\n{"tasks": []}'])(
    'leaves a file that is no plan alone: %s',
    (text) => {
      expect(writeStatus(text, views)).toBe(text);
    },
  );

  it('changes only its own four fields, whatever the file holds, and nothing the second time', () => {
    const fields = fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom('status', 'agent_id', 'started_at', 'completed_at')),
      fc.oneof(fc.jsonValue(), fc.constantFrom('pending', 'completed', null)),
    );
    const file = fc.record({
      rest: fields,
      tasks: fc.array(fc.record({ before: fields, after: fields }), { maxLength: 6 }),
      indent: fc.constantFrom<string | number>(0, 2, 4, '\t'),
      states: fc.array(fc.constantFrom(...STATES), { minLength: 6, maxLength: 6 }),
    });
    fc.assert(
      fc.property(file, ({ rest, tasks, indent, states }) => {
        const whole = {
          ...rest,
          tasks: tasks.map(({ before, after }, n) => ({ ...before, id: `T${n}`, ...own(after) })),
        };
        const text = JSON.stringify(whole, null, indent);
        const given = states.map((state, n) => STATES_AS_VIEWS[state](`T${n}`));

        const written = writeStatus(text, given);

        expect(written.split('\n').length > 1).toBe(text.split('\n').length > 1);
        const parsed = JSON.parse(written);
        expect({ ...parsed, tasks: parsed.tasks.map(stripped) }).toEqual({
          ...JSON.parse(text),
          tasks: JSON.parse(text).tasks.map(stripped),
        });
        for (const [n, task] of parsed.tasks.entries()) {
          expect(task.status ?? 'pending').toBe(expectedStatus(given[n] ?? viewOf(a)));
        }
        expect(writeStatus(written, given)).toBe(written);
      }),
    );
  });
});

const STATES = ['completed', 'running', 'held', 'ready', 'needs-human'] as const;

const STATES_AS_VIEWS = {
  completed: (id: string) => completed(taskOf({ id }), { from: 0, to: 60, slot: 'A3', issue: 4 }),
  running: (id: string) => running(taskOf({ id }), { from: 60, slot: 'A1', issue: 5 }),
  held: (id: string) => viewOf(taskOf({ id }), { state: 'held' }),
  ready: (id: string) => viewOf(taskOf({ id })),
  'needs-human': (id: string) => viewOf(taskOf({ id }), { state: 'needs-human', startedAt: at(0) }),
};

const OWN = new Set(['status', 'agent_id', 'started_at', 'completed_at']);

function stripped(task: object): object {
  return Object.fromEntries(Object.entries(task).filter(([name]) => !OWN.has(name)));
}

function own(fields: Readonly<Record<string, unknown>>): object {
  const { id, ...rest } = fields;
  return rest;
}
