import { pageHead } from '../../pictures/page-head.ts';
import { xml } from '../../pictures/text.ts';
import type { DashboardData } from './dashboard-data.ts';
import { DASHBOARD_SCRIPT } from './dashboard-script.ts';
import { dashboardStyle } from './dashboard-style.ts';

export interface DashboardPageInput {
  readonly data: DashboardData;
  /** As `drawGraph` drew it; `linked` where its boxes are tasks. */
  readonly svg: string;
  readonly linked: boolean;
  /** It follows what happens, from where it came; otherwise it is a copy. */
  readonly live: boolean;
  /** Base64 of the SHA-256 of a text in UTF-8. */
  readonly sha256: (text: string) => string;
}

export interface DashboardPage {
  readonly html: string;
  /** What it may do: for the header of the answer as well, which knows more than an element can say. */
  readonly policy: string;
}

/**
 * The dashboard as one page: picture, and the data from which its script writes everything else as text. Its policy allows
 * this very style and script and nothing else, whatever a plan says.
 */
export function dashboardPage({ data, svg, linked, live, sha256 }: DashboardPageInput): DashboardPage {
  const name = xml(data.plan.name);
  const { head, policy } = pageHead({
    title: `${name}: dashboard`,
    style: dashboardStyle(),
    svg,
    script: DASHBOARD_SCRIPT,
    ...(live ? { also: ["connect-src 'self'"] } : {}),
    sha256,
  });
  const html = `${[
    '<!doctype html>',
    '<html lang="en">',
    ...head,
    `<body data-live="${live ? 'yes' : 'no'}">`,
    '<a class="skip" href="#tasks">To the tasks</a>',
    `<header><h1><a id="plan">${name}</a></h1><p id="link" role="status"></p></header>`,
    '<main>',
    '<noscript><p class="notice">This page is written by its script, which this browser does not run.</p></noscript>',
    '<p id="notice" class="notice" hidden></p>',
    '<section aria-label="Summary" id="summary"></section>',
    '<section aria-labelledby="needs-heading" id="needs" hidden><h2 id="needs-heading">Needs you</h2><ul></ul></section>',
    '<section aria-labelledby="picture-heading"><h2 id="picture-heading">Plan</h2>',
    '<p class="keys" id="keys"></p>',
    `<div class="stage" role="region" tabindex="0" aria-label="Picture of the plan" data-linked="${linked ? 'yes' : 'no'}">`,
    `${svg}</div></section>`,
    '<section aria-labelledby="waves-heading"><h2 id="waves-heading">Waves</h2><ul id="waves"></ul></section>',
    '<details id="timeline"><summary><h2>Timeline</h2></summary><p class="span"></p><ol></ol></details>',
    '<section aria-labelledby="tasks" class="tasks"><h2 id="tasks" tabindex="-1">Tasks</h2>',
    '<p class="find"><label for="search">Find a task</label> <input id="search" type="search"> <output for="search"></output></p>',
    '<div id="list"></div></section>',
    '</main>',
    `<script type="application/json" id="data">${embedded(data)}</script>`,
    `<script>${DASHBOARD_SCRIPT}</script>`,
    '</body>',
    '</html>',
  ].join('\n')}\n`;
  return { html, policy: `${policy}; frame-ancestors 'none'` };
}

/** JSON that ends no element and begins no comment, whatever is in it. */
function embedded(data: DashboardData): string {
  return JSON.stringify(data).replace(
    /[<>&\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
