// Shared by all scenarios: the server to call, the duration, and the metrics.
import exec from 'k6/execution';
import { Counter, Rate, Trend } from 'k6/metrics';

// Both count messages: one value for each answered message, not for each connection or call.
export const latency = new Trend('latency', true);
export const messages = new Counter('messages');
export const failed = new Rate('failed');

const server = __ENV.ONEPORT_SERVER || 'localhost:8080';
const tls = server.startsWith('https://');
const authority = server.replace(/^https?:\/\//, '').replace(/\/$/, '');

/** The server's origins for HTTP and WebSocket, without and with TLS. */
export const origin = `${tls ? 'https' : 'http'}://${authority}`;
export const socketOrigin = `${tls ? 'wss' : 'ws'}://${authority}`;

const token = __ENV.ONEPORT_TOKEN || '';
const users = Number(__ENV.ONEPORT_USERS || 16);
const seconds = Number(__ENV.ONEPORT_SECONDS || 10);
const pace = Number(__ENV.ONEPORT_PACE || 0);
// Calls a second of an open model: they begin on time, however late the answers are.
const rate = Number(__ENV.ONEPORT_RATE || 0);
const steps = (__ENV.ONEPORT_STEPS || '').split(',').filter(Boolean).map(Number);
const limits = JSON.parse(open('../thresholds.json'));

// A step ends before the next one begins.
const GAP = 0.5;

/** Connects a client; once per client. */
export function connect(client) {
  client.connect(authority.includes(':') ? authority : `${authority}:${tls ? 443 : 80}`, { plaintext: !tls });
}

export const authorization = token ? { authorization: `Bearer ${token}` } : {};

/** Milliseconds since the test began, with fractions, unlike Date. */
export const now = () => exec.instance.currentTestRunDuration;

/** Whether the scenario should still send. */
export const going = () => Date.now() < exec.scenario.startTime + seconds * 1000;

/** Milliseconds until a user at a fixed pace sends again; 0 without a pace. */
export const rest = (began) => Math.max(0, pace - (now() - began));

export function answered(began, good) {
  latency.add(now() - began);
  messages.add(1);
  failed.add(!good);
}

const scenario = (vus, more) => ({
  executor: 'constant-vus',
  vus,
  duration: `${seconds}s`,
  gracefulStop: '2s',
  ...more,
});

const arrivals = (more) => ({
  executor: 'constant-arrival-rate',
  rate,
  duration: `${seconds}s`,
  preAllocatedVUs: users,
  maxVUs: 20 * users,
  gracefulStop: '2s',
  ...more,
});

/** The options of a test: one scenario for each function, or steps with more and more users. */
export function options(name, functions = ['default'], more = {}) {
  const scenarios = {};
  const thresholds = {
    failed: ['rate==0'],
    latency: [`p(95)<${limits[name].p95}`, `p(99)<${limits[name].p99}`],
  };
  functions.forEach((each) => {
    scenarios[each] = rate ? arrivals({ exec: each }) : scenario(Math.ceil(users / functions.length), { exec: each });
  });
  if (steps.length > 0) {
    delete scenarios.default;
    delete thresholds.latency;
    steps.forEach((vus, i) => {
      scenarios[`users${vus}`] = scenario(vus, { startTime: `${i * (seconds + GAP)}s` });
      // k6 reports sub-metrics only if they have a threshold.
      thresholds[`latency{scenario:users${vus}}`] = ['max>=0'];
      thresholds[`messages{scenario:users${vus}}`] = ['count>=0'];
    });
  }
  return { scenarios, thresholds, summaryTrendStats: ['p(50)', 'p(95)', 'p(99)', 'p(99.9)', 'max'], ...more };
}
