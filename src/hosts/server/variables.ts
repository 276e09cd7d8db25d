/** The variables that the server reads, and what is said of them in docs/reference. A test holds that it reads no other. */
export const SERVER_VARIABLES = {
  APP_ID: 'The number on the settings page of the GitHub App. Required; with no app named at all, `serve` makes one.',
  PRIVATE_KEY:
    'The private key of the app: the text of its PEM file, with line ends also as `\\n`, or all of it as base64. This or `PRIVATE_KEY_PATH` is required.',
  PRIVATE_KEY_PATH: 'The file that holds that key, in place of `PRIVATE_KEY`.',
  WEBHOOK_SECRET: 'The secret of the webhook of the app, 16 characters at least. Required.',
  HOST: 'The address that the server listens on. Absent: `localhost`; a container needs `0.0.0.0`.',
  PORT: 'The port that it listens on. Absent: 3000.',
  OWNERS:
    'Logins, as in `acme,other`, whose repositories are looked at; other owners are left alone. Absent: everybody who installed the app.',
  GHE_HOST: 'The host of a GitHub Enterprise Server, as Probot takes it. This or `GITHUB_API_URL`.',
  GHE_PROTOCOL: '`http` where that host has no certificate. Absent: `https`.',
  GITHUB_API_URL: 'The API of GitHub, where it is not github.com: `https://github.example.com/api/v3`.',
  STOP_SECONDS: 'How long passes under way may take when the server is to stop. Absent: 25.',
  REDIS_URL:
    'The Redis server that replicas share: `redis://:PASSWORD@HOST:6379`, or `rediss://` for TLS. Absent: this process is the only one.',
  DASHBOARD_PORT:
    'The port of this machine at which whoever is on it may look at dashboards, `http://127.0.0.1:PORT/dashboard`. Absent: nowhere.',
  DASHBOARD_URL:
    'The address of this server for people, `https://waves.example.com`: there, whoever may see a repository on GitHub may look at its dashboard. With `CLIENT_ID` and `CLIENT_SECRET`.',
  CLIENT_ID: 'The client id of the app, by which people sign in to dashboards.',
  CLIENT_SECRET: 'A client secret of the app, for the same.',
  NOTIFY_PRIVATE:
    '`true`: notices may go to addresses that only this server reaches, and without TLS. The addresses themselves are in variables that begin with `AGENT_WAVES_NOTIFY_`. Absent: `false`.',
  LOG_LEVEL: '`trace`, `debug`, `info`, `warn`, `error` or `fatal`. Absent: `info`.',
  LOG_FORMAT: '`pretty` or `json`. Absent: `json` where `NODE_ENV` is `production`.',
  NODE_ENV: '`production`: the log is JSON.',
  METRICS_PORT: 'The port at which Prometheus may scrape figures. Absent: nowhere.',
  METRICS_HOST: 'The address of that port. Absent: `localhost`.',
  AGENT_WAVES_TIME_SCALE: 'For tests: every wait of the protocol is divided by this number. Absent: 1.',
} as const;
