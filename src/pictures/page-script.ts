/**
 * What the page does: lights up what a task waits for and what waits for it, searches, zooms and pans. Everything is
 * read from the picture itself, and the page can be read without it. It is text, since a function would not have the
 * same bytes from source and from a bundle.
 */
export const PAGE_SCRIPT = `
'use strict';
(() => {
  const stage = document.querySelector('.stage');
  const svg = stage.querySelector('svg');
  const search = document.querySelector('input');
  const found = document.querySelector('output');
  const boxes = new Map();
  const needs = new Map();
  const feeds = new Map();
  const add = (map, key, value) => (map.has(key) ? map.get(key).push(value) : map.set(key, [value]));

  for (const box of svg.querySelectorAll('.task[data-n]')) {
    const n = Number(box.dataset.n);
    boxes.set(n, box);
    for (const need of box.dataset.needs.split(' ').filter(Boolean).map(Number)) {
      add(needs, n, need);
      add(feeds, need, n);
    }
    box.setAttribute('tabindex', '0');
    box.setAttribute('role', 'button');
    box.setAttribute('aria-pressed', 'false');
    box.setAttribute('aria-label', box.querySelector('title').textContent.replaceAll('\\n', '. '));
  }
  svg.setAttribute('role', 'group');
  const edges = [...svg.querySelectorAll('.edge[data-from]')].map((line) => ({
    line,
    from: Number(line.dataset.from),
    to: Number(line.dataset.to),
  }));

  const reach = (start, next) => {
    const reached = new Set([start]);
    for (const n of reached) for (const other of next.get(n) ?? []) reached.add(other);
    return reached;
  };

  let shown;
  let pinned;
  const show = (n) => {
    if (n === shown) return;
    shown = n;
    svg.classList.toggle('focus', n !== undefined);
    const before = n === undefined ? new Set() : reach(n, needs);
    const after = n === undefined ? new Set() : reach(n, feeds);
    for (const [other, box] of boxes) {
      box.classList.toggle('lit', before.has(other) || after.has(other));
      box.classList.toggle('self', other === n);
    }
    for (const { line, from, to } of edges) {
      line.classList.toggle('lit', (before.has(from) && before.has(to)) || (after.has(from) && after.has(to)));
    }
  };
  const pin = (n) => {
    if (pinned !== undefined) boxes.get(pinned).setAttribute('aria-pressed', 'false');
    pinned = n;
    if (n !== undefined) boxes.get(n).setAttribute('aria-pressed', 'true');
    show(n);
  };
  const numberOf = (target) => {
    const box = target instanceof Element ? target.closest('.task[data-n]') : null;
    return box && svg.contains(box) ? Number(box.dataset.n) : undefined;
  };
  const goTo = (n) => {
    const box = boxes.get(n);
    if (!box) return;
    const at = box.getBoundingClientRect();
    const frame = stage.getBoundingClientRect();
    stage.scrollBy(at.left + at.width / 2 - frame.left - frame.width / 2, at.top + at.height / 2 - frame.top - frame.height / 2);
    stage.scrollIntoView({ block: 'nearest' });
  };

  svg.addEventListener('pointerover', (event) => show(numberOf(event.target) ?? pinned));
  svg.addEventListener('pointerleave', () => show(pinned));
  svg.addEventListener('focusin', (event) => show(numberOf(event.target) ?? pinned));
  svg.addEventListener('focusout', () => show(pinned));
  svg.addEventListener('keydown', (event) => {
    const n = numberOf(event.target);
    if (n === undefined || (event.key !== 'Enter' && event.key !== ' ')) return;
    event.preventDefault();
    pin(n === pinned ? undefined : n);
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') pin(undefined);
  });
  for (const link of document.querySelectorAll('a[data-n]')) {
    link.addEventListener('click', (event) => {
      event.preventDefault();
      pin(Number(link.dataset.n));
      goTo(Number(link.dataset.n));
    });
  }

  const rows = [...document.querySelectorAll('tbody tr')].map((row) => ({ row, text: row.cells[0].textContent + ' ' + row.cells[1].textContent }));
  let hits = [];
  let hit = -1;
  const find = () => {
    const wanted = search.value.trim().toLowerCase();
    svg.classList.toggle('search', wanted !== '');
    hits = [];
    hit = -1;
    for (const [n, box] of boxes) {
      const [line] = box.querySelector('title').textContent.split('\\n');
      const matches = wanted !== '' && line.toLowerCase().includes(wanted);
      box.classList.toggle('hit', matches);
      if (matches) hits.push(n);
    }
    for (const { row, text } of rows) row.hidden = wanted !== '' && !text.toLowerCase().includes(wanted);
    found.textContent = wanted === '' ? '' : hits.length === 0 ? 'none found' : hits.length + ' of ' + boxes.size;
  };
  search.addEventListener('input', find);
  search.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      search.value = '';
      find();
    }
    if (event.key !== 'Enter' || hits.length === 0) return;
    hit = (hit + (event.shiftKey ? hits.length - 1 : 1)) % hits.length;
    goTo(hits[hit]);
  });

  const { width, height } = svg.viewBox.baseVal;
  let zoom = 1;
  const setZoom = (wanted, x = stage.clientWidth / 2, y = stage.clientHeight / 2) => {
    const next = Math.min(4, Math.max(0.05, wanted));
    const [left, top] = [(stage.scrollLeft + x) / zoom, (stage.scrollTop + y) / zoom];
    zoom = next;
    svg.setAttribute('width', String(width * zoom));
    svg.setAttribute('height', String(height * zoom));
    stage.scrollTo(left * zoom - x, top * zoom - y);
  };
  const fit = () => Math.min(1, stage.clientWidth / width);
  document.querySelector('#closer').addEventListener('click', () => setZoom(zoom * 1.25));
  document.querySelector('#farther').addEventListener('click', () => setZoom(zoom / 1.25));
  document.querySelector('#fit').addEventListener('click', () => setZoom(Math.min(fit(), stage.clientHeight / height)));
  document.querySelector('#whole').addEventListener('click', () => setZoom(1));
  stage.addEventListener(
    'wheel',
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const frame = stage.getBoundingClientRect();
      setZoom(zoom * Math.exp(-event.deltaY / 300), event.clientX - frame.left, event.clientY - frame.top);
    },
    { passive: false },
  );

  let grip;
  let moved = false;
  stage.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || event.pointerType !== 'mouse') return;
    grip = { x: event.clientX, y: event.clientY, left: stage.scrollLeft, top: stage.scrollTop };
    moved = false;
  });
  window.addEventListener('pointermove', (event) => {
    if (!grip) return;
    const [x, y] = [event.clientX - grip.x, event.clientY - grip.y];
    if (!moved && Math.hypot(x, y) < 5) return;
    moved = true;
    stage.classList.add('dragged');
    stage.scrollTo(grip.left - x, grip.top - y);
  });
  window.addEventListener('pointerup', () => {
    grip = undefined;
    stage.classList.remove('dragged');
  });
  svg.addEventListener('click', (event) => {
    if (moved) {
      moved = false;
      return;
    }
    const n = numberOf(event.target);
    pin(n === pinned ? undefined : n);
  });

  document.querySelector('.tools').hidden = false;
  // Legible first: whoever wants all of it in view says so.
  setZoom(1, 0, 0);
})();
`;
