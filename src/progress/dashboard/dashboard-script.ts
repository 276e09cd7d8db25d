/**
 * What the dashboard does: writes the data of the page as text, and again whenever the server sends newer data. Nothing of it
 * is ever read as markup. It is text, since a function would not have the same bytes from source and from a bundle.
 */
export const DASHBOARD_SCRIPT = `
'use strict';
(() => {
  const at = (selector) => document.querySelector(selector);
  const make = (name, given = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(given)) {
      if (key === 'class') element.className = value;
      else element[key] = value;
    }
    element.append(...children.filter((child) => child !== undefined && child !== ''));
    return element;
  };
  const link = (text, href) => (/^https?:/.test(href ?? '') ? make('a', { href, rel: 'noreferrer' }, text) : text);
  const day = (text) => (text ?? '').slice(0, 16).replace('T', ' ');
  const hours = (minutes) => (minutes < 120 ? Math.round(minutes) + ' min' : Math.round(minutes / 6) / 10 + ' h');
  const money = (usd) => '$' + usd.toFixed(2);
  const many = (count, what) => count + ' ' + what + (count === 1 ? '' : 's');

  let data = JSON.parse(at('#data').textContent);
  const boxes = at('.stage').dataset.linked === 'yes' ? [...document.querySelectorAll('.stage .task[data-n]')] : [];
  const rows = data.tasks.map((task, n) => {
    const title = make('span', { class: 'title', dir: 'auto' });
    const state = make('span', { class: 'state' });
    const about = make('div', { class: 'about' });
    const details = make('details', {}, make('summary', {}, make('b', {}, task.id), title, state), about);
    details.id = 'task-' + n;
    details.addEventListener('toggle', () => tell(n));
    return { details, title, state, about, told: '' };
  });
  at('#list').append(...rows.map(({ details }) => details));

  const tell = (n) => {
    const { details, about } = rows[n];
    const task = data.tasks[n];
    if (!details.open) return about.replaceChildren();
    const part = (text, ...more) => make('p', {}, text, ...more);
    const attempts = (task.attempts ?? []).map((one) => {
      const facts = [one.outcome, day(one.ended) + ' UTC', ...(one.minutes === undefined ? [] : [one.minutes + ' min']), ...(one.usd === undefined ? [] : [money(one.usd)])];
      return make('li', {}, one.name + ': ' + facts.join(', ') + ' ', one.run === undefined ? '' : link('log', one.run));
    });
    about.replaceChildren(
      ...[
        task.reason === '' ? undefined : part(task.reason),
        part('Wave ' + task.wave + ', ' + task.estimate + ' estimated' + (task.critical ? ', on the critical path' : '') + (task.slot ? ', slot ' + task.slot : '')),
        task.needs.length === 0 ? undefined : part('Waits for ' + task.needs.join(', ')),
        task.started === undefined ? undefined : part('Started ' + day(task.started) + ' UTC' + (task.completed ? ', completed ' + day(task.completed) + ' UTC' : '')),
        task.usd === undefined ? undefined : part('Cost so far ' + money(task.usd)),
        task.checks === undefined ? undefined : part('Checks: ' + task.checks.map(([name, status]) => name + ' ' + status).join(', ')),
        attempts.length === 0 ? undefined : make('ul', {}, ...attempts),
        part('', ...[['issue', task.url], ['run', task.run], ['pull request', task.pull]].filter(([, href]) => href).flatMap(([text, href]) => [link(text, href), ' '])),
      ].filter((each) => each !== undefined),
    );
  };

  const figure = (value, text, share) => {
    const bar = share === undefined ? undefined : make('div', { class: 'meter' }, make('i'));
    if (bar) bar.firstChild.style.width = 100 * share + '%';
    return make('div', { class: 'figure' }, make('b', {}, value), text, bar);
  };
  const limit = ({ spent, text, shares }) => {
    const one = figure(spent, text, shares[0]);
    const bar = one.querySelector('.meter');
    bar.append(make('i', { class: 'held' }));
    bar.lastChild.style.width = 100 * (shares[1] - shares[0]) + '%';
    return one;
  };
  const summary = () => {
    const { tasks, over, work, finish, cost, budget = [] } = data;
    const share = tasks.length === 0 ? 0 : over / tasks.length;
    const count = (shade) => tasks.filter((task) => task.shade === shade).length;
    const asks = tasks.filter(({ asks }) => asks).length;
    at('#summary').replaceChildren(
      figure(Math.floor(100 * share) + ' %', over + ' of ' + many(tasks.length, 'task') + ', ' + hours(work[0]) + ' of ' + hours(work[1]) + ' estimated', share),
      figure(String(count('running')), 'running, ' + (count('ready') + count('retrying')) + ' next, ' + asks + ' for people'),
      ...(finish === '' ? [] : [figure(finish.replace(/^[^:]*: /, ''), finish.includes(':') ? finish.split(':', 1)[0] : '')]),
      ...(cost ? [figure(money(cost.usd), 'spent, as agents reported' + (cost.unknown > 0 ? '; of ' + many(cost.unknown, 'run') + ' nobody knows' : ''))] : []),
      ...budget.map(limit),
    );
  };
  const needs = () => {
    const asking = data.tasks.filter(({ asks }) => asks);
    at('#needs').hidden = asking.length === 0;
    at('#needs ul').replaceChildren(
      ...asking.map((task) => make('li', {}, link(task.id, task.pull ?? task.url), ' ' + task.title + ': ' + task.reason)),
    );
  };
  const waves = () => {
    at('#waves').replaceChildren(
      ...data.waves.map(({ name, url, tasks, over, running }) => {
        const meter = make('div', { class: 'meter' }, make('i'));
        meter.firstChild.style.width = (tasks === 0 ? 0 : (100 * over) / tasks) + '%';
        return make('li', {}, link(name, url), ' ' + over + ' of ' + tasks + (running > 0 ? ', ' + running + ' running' : ''), meter);
      }),
    );
  };
  const timeline = () => {
    const { bars, tasks } = data;
    at('#timeline').hidden = bars.length === 0;
    if (bars.length === 0 || !at('#timeline').open) return at('#timeline ol').replaceChildren();
    const times = bars.flatMap(({ start, end }) => [Date.parse(start), Date.parse(end)]);
    const [first, last] = [Math.min(...times), Math.max(...times)];
    const iso = (time) => day(new Date(time).toISOString());
    at('#timeline .span').textContent = iso(first) + ' to ' + iso(last) + ' UTC; what is dashed is expected';
    at('#timeline ol').replaceChildren(
      ...bars.map(({ n, start, end, actual }) => {
        const bar = make('i', { class: 'is-' + tasks[n].shade + (actual ? '' : ' expected') });
        bar.style.left = (100 * (Date.parse(start) - first)) / (last - first || 1) + '%';
        bar.style.width = (100 * (Date.parse(end) - Date.parse(start))) / (last - first || 1) + '%';
        return make('li', { title: tasks[n].id + ' ' + tasks[n].title + ', ' + day(start) + ' to ' + day(end) }, make('span', {}, tasks[n].id), make('div', { class: 'track' }, bar));
      }),
    );
  };
  at('#timeline').addEventListener('toggle', timeline);

  const labels = boxes.map((box) => box.querySelector('title').textContent.replaceAll('\\n', '. '));
  const render = () => {
    const { plan, notice, tasks } = data;
    if (/^https?:/.test(plan.url)) at('#plan').href = plan.url;
    at('#notice').hidden = notice === undefined;
    at('#notice').textContent = notice === undefined ? '' : 'Nothing new starts: ' + notice;
    summary();
    needs();
    waves();
    timeline();
    const words = new Map(tasks.map(({ shade, word }) => [shade, word]));
    at('#keys').replaceChildren(...[...words].map(([shade, word]) => make('span', { class: 'is-' + shade }, word)));
    for (const [n, task] of tasks.entries()) {
      const row = rows[n];
      const told = JSON.stringify(task);
      if (row.told === told) continue;
      row.told = told;
      row.title.textContent = task.title;
      row.state.className = 'state is-' + task.shade;
      row.state.textContent = task.word;
      const box = boxes[n];
      if (box) {
        for (const name of [...box.classList]) if (name.startsWith('is-')) box.classList.remove(name);
        box.classList.add('is-' + task.shade);
        box.setAttribute('aria-label', labels[n] + '. ' + task.word);
      }
      tell(n);
    }
  };

  // One stop of the tab key in the picture; arrows go from task to task.
  let current = 0;
  const go = (n) => {
    boxes[current]?.setAttribute('tabindex', '-1');
    current = Math.min(boxes.length - 1, Math.max(0, n));
    boxes[current].setAttribute('tabindex', '0');
    boxes[current].focus();
    boxes[current].scrollIntoView({ block: 'nearest', inline: 'nearest' });
  };
  const open = (n) => {
    rows[n].details.hidden = false;
    rows[n].details.open = true;
    rows[n].details.scrollIntoView({ block: 'start' });
    rows[n].details.querySelector('summary').focus();
  };
  at('.stage svg').setAttribute('role', 'group');
  for (const [n, box] of boxes.entries()) {
    box.setAttribute('role', 'button');
    box.setAttribute('tabindex', n === 0 ? '0' : '-1');
    box.addEventListener('click', () => open(n));
    box.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const end = { Home: 0, End: boxes.length - 1 }[event.key];
      if (event.key === 'Enter' || event.key === ' ') open(n);
      else if (step !== undefined) go(n + step);
      else if (end !== undefined) go(end);
      else return;
      event.preventDefault();
    });
  }

  at('#search').addEventListener('input', (event) => {
    const wanted = event.target.value.trim().toLowerCase();
    let found = 0;
    for (const [n, { details }] of rows.entries()) {
      const { id, title, word } = data.tasks[n];
      details.hidden = !(id + ' ' + title + ' ' + word).toLowerCase().includes(wanted);
      if (!details.hidden) found++;
    }
    at('output').textContent = wanted === '' ? '' : found + ' of ' + rows.length;
  });

  render();
  document.body.dataset.ready = 'yes';
  const say = (text) => {
    at('#link').textContent = text;
  };
  if (document.body.dataset.live === 'no') return say('A copy, as it was written');
  const source = new EventSource(location.pathname.replace(/[/]$/, '') + '/events');
  source.addEventListener('open', () => say('Live'));
  source.addEventListener('error', () =>
    say(source.readyState === EventSource.CLOSED ? 'No longer live: load the page again' : 'Connecting again …'),
  );
  source.addEventListener('message', (event) => {
    const next = JSON.parse(event.data);
    if (next.shape !== data.shape || next.tasks.length !== data.tasks.length) return location.reload();
    data = next;
    render();
  });
})();
`;
