/**
 * Goal: the server shows a session to those who may look, lets act only who may act, and never waits
 * for a reader.
 * Method: a real server on a free port with a sample source; requests over real sockets.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import WebSocket from 'ws';
import type { Frame, OperatorRequest, Snapshot } from '#apps/dashboard/protocol.ts';
import { type Dashboard, DashboardError, startDashboard } from './dashboard.ts';
import type { PageFile, PageFiles } from './page-build.ts';
import { SAMPLE_STATE, SampleSource, sampleEntry } from './sample-source.test-support.ts';

const TOKEN = 'a-token-long-enough';

/** A page that is ready when the test says so. */
class SamplePage implements PageFiles {
  failure: string | null = null;
  isReady = false;

  file(path: string): PageFile | null {
    if (!this.isReady) return null;
    const text =
      path === 'index.html' ? '<p>the page</p>' : path === 'assets/a.js' ? 'let a;' : null;
    if (text === null) return null;
    const contentType = path.endsWith('.js') ? 'text/javascript' : 'text/html';
    return { bytes: Buffer.from(text), contentType, isImmutable: path.startsWith('assets/') };
  }

  async prepare(): Promise<void> {}
}

let source: SampleSource;
let page: SamplePage;
let dashboard: Dashboard;

before(async () => {
  source = new SampleSource();
  page = new SamplePage();
  dashboard = await startDashboard({ source, host: '127.0.0.1', port: 0, token: TOKEN, page });
});

after(() => dashboard.close());

function act(body: OperatorRequest | string, headers: Record<string, string> = {}) {
  return fetch(`${dashboard.url}/api/operator`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

const OPERATOR = { authorization: `Bearer ${TOKEN}` };

async function errorCode(response: Response): Promise<string> {
  const answer = (await response.json()) as { error: { code: string; remedy: string } };
  assert.notEqual(answer.error.remedy, '');
  return answer.error.code;
}

/** Status of a GET with any Host and Origin, which fetch would not send. */
function statusFor(headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(dashboard.url);
    const call = request({ host: '127.0.0.1', port, path: '/health', headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    call.on('error', reject);
    call.end();
  });
}

async function readMessages(count: number): Promise<(Snapshot | Frame)[]> {
  const socket = new WebSocket(`${dashboard.url.replace('http', 'ws')}/live`);
  const messages: (Snapshot | Frame)[] = [];
  socket.on('message', (data) => messages.push(JSON.parse(String(data))));
  await once(socket, 'open');
  while (messages.length < count) await once(socket, 'message');
  socket.close();
  await once(socket, 'close');
  return messages;
}

test('a reader gets the snapshot first, then frames with the whole small state', async () => {
  const [first, second] = await readMessages(2);
  assert.equal(first?.type, 'snapshot');
  assert.deepEqual((first as Snapshot).tape, [sampleEntry(1)]);
  assert.equal(second?.type, 'frame');
  assert.deepEqual(second?.state, JSON.parse(JSON.stringify(SAMPLE_STATE)));
});

test('what the snapshot held is not sent again in the first frame', async () => {
  const [, frame] = await readMessages(2);
  assert.deepEqual((frame as Frame).tape, []);
});

test('what is new on the tape comes with a frame, once', async () => {
  const reading = readMessages(4);
  await new Promise((resolve) => setTimeout(resolve, 50));
  source.entries = [...source.entries, sampleEntry(source.entries.length + 1)];
  const messages = await reading;
  const frames = messages.slice(1) as Frame[];
  const ids = frames.flatMap((frame) => frame.tape.map((entry) => entry.id));
  assert.deepEqual(ids, [source.entries.at(-1)?.id]);
});

test('health is 200 with its reasons while the session is well', async () => {
  const response = await fetch(`${dashboard.url}/health`);
  assert.equal(response.status, 200);
  const body = (await response.json()) as { status: string; reasons: unknown[] };
  assert.equal(body.status, 'healthy');
  assert.equal(body.reasons.length, 1);
});

test('health is 503 when the session is critical', async () => {
  const health = { ...SAMPLE_STATE.health, status: 'CRITICAL', killReason: 'DRAWDOWN' } as const;
  source.current = { ...SAMPLE_STATE, health };
  const response = await fetch(`${dashboard.url}/health`);
  source.current = SAMPLE_STATE;
  assert.equal(response.status, 503);
  assert.equal(((await response.json()) as { killReason: string }).killReason, 'DRAWDOWN');
});

test('metrics are the text of the source', async () => {
  const response = await fetch(`${dashboard.url}/metrics`);
  assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  assert.equal(await response.text(), 'sample_total 1\n');
});

for (const [headers, why] of [
  [{}, 'without a token'],
  [{ authorization: 'Bearer wrong-token-entirely' }, 'with a wrong token'],
  [{ authorization: TOKEN }, 'with the token but not as Bearer'],
] as const) {
  test(`nobody acts ${why}`, async () => {
    const before = source.actions.length;
    const response = await act({ action: 'PULL_ALL' }, headers);
    assert.equal(response.status, 401);
    assert.equal(await errorCode(response), 'TOKEN_WANTED');
    assert.equal(source.actions.length, before);
  });
}

for (const action of ['PULL_ALL', 'PULL_BIDS', 'PULL_ASKS', 'HEDGE_ONLY', 'STOP'] as const) {
  test(`${action} takes one step`, async () => {
    const response = await act({ action }, OPERATOR);
    assert.equal(response.status, 200);
    assert.equal(source.actions.at(-1), action);
  });
}

test('RESUME takes a second, deliberate step', async () => {
  const before = source.actions.length;
  const refused = await act({ action: 'RESUME' }, OPERATOR);
  assert.equal(refused.status, 409);
  assert.equal(await errorCode(refused), 'CONFIRM_WANTED');
  assert.equal(source.actions.length, before);
  const accepted = await act({ action: 'RESUME', confirm: true }, OPERATOR);
  assert.equal(accepted.status, 200);
  assert.equal(source.actions.at(-1), 'RESUME');
});

for (const [body, status, why] of [
  ['{"action":"SHUTDOWN"}', 400, 'an action the API does not offer'],
  ['{"action":"PULL_ALL","more":1}', 400, 'a key it does not know'],
  ['{"action":', 400, 'broken JSON'],
  [`{"action":"${'x'.repeat(5_000)}"}`, 413, 'a body longer than any order'],
] as const) {
  test(`the API refuses ${why}`, async () => {
    const before = source.actions.length;
    const response = await act(body, OPERATOR);
    assert.equal(response.status, status);
    assert.notEqual(await errorCode(response), '');
    assert.equal(source.actions.length, before);
  });
}

test('the API takes JSON only, so that no form of another site can post', async () => {
  const response = await act('action=PULL_ALL', {
    ...OPERATOR,
    'content-type': 'application/x-www-form-urlencoded',
  });
  assert.equal(response.status, 415);
});

test('the server answers only under its own name and to its own page', async () => {
  const { host } = new URL(dashboard.url);
  assert.equal(await statusFor({ host }), 200);
  assert.equal(await statusFor({ host: host.replace('127.0.0.1', 'localhost') }), 200);
  assert.equal(await statusFor({ host, origin: dashboard.url }), 200);
  assert.equal(await statusFor({ host: 'rebound.example:80' }), 403);
  assert.equal(await statusFor({ host, origin: 'https://rebound.example' }), 403);
});

test('the WebSocket refuses a page of another origin', async () => {
  const url = `${dashboard.url.replace('http', 'ws')}/live`;
  const socket = new WebSocket(url, { origin: 'https://rebound.example' });
  const [error] = await once(socket, 'error');
  assert.match(String(error), /403/);
});

test('until the page is built a small one stands in and asks again by itself', async () => {
  page.isReady = false;
  const waiting = await fetch(dashboard.url);
  assert.equal(waiting.headers.get('x-page'), 'building');
  assert.match(await waiting.text(), /<script src="waiting\.js">/);
  const script = await fetch(`${dashboard.url}/waiting.js`);
  assert.match(await script.text(), /location\.reload/);
  page.failure = 'vite <broke>';
  const failed = await fetch(dashboard.url);
  assert.match(await failed.text(), /vite &lt;broke>/);
  page.failure = null;
  page.isReady = true;
  assert.equal(await (await fetch(dashboard.url)).text(), '<p>the page</p>');
});

test('hashed assets are cached for ever, the page itself never', async () => {
  page.isReady = true;
  const asset = await fetch(`${dashboard.url}/assets/a.js`);
  assert.match(asset.headers.get('cache-control') ?? '', /immutable/);
  const index = await fetch(dashboard.url);
  assert.equal(index.headers.get('cache-control'), 'no-cache');
  assert.match(index.headers.get('content-security-policy') ?? '', /default-src 'none'/);
});

test('what is not there is a 404 that says where to look', async () => {
  for (const path of ['/nothing', '/../package.json', '/%2e%2e/%2e%2e/package.json']) {
    const response = await fetch(`${dashboard.url}${path}`);
    assert.equal(response.status, 404);
    assert.equal(await errorCode(response), 'NOT_FOUND');
  }
});

test('an order that is not remembered is a 404', async () => {
  const response = await fetch(`${dashboard.url}/api/chain/12`);
  assert.equal(response.status, 404);
  assert.equal(await errorCode(response), 'ORDER_FORGOTTEN');
});

test('a taken port is an error that names the port and the remedy', async () => {
  const port = Number(new URL(dashboard.url).port);
  await assert.rejects(
    startDashboard({ source, host: '127.0.0.1', port, token: TOKEN, page }),
    (error: unknown) => {
      assert.ok(error instanceof DashboardError);
      assert.equal(error.code, 'EADDRINUSE');
      assert.match(error.message, new RegExp(`port ${port}`));
      assert.match(error.remedy, /--port/);
      return true;
    },
  );
});

test('a token too short to be a secret is refused', async () => {
  await assert.rejects(
    startDashboard({ source, host: '127.0.0.1', port: 0, token: 'short', page }),
    RangeError,
  );
});
