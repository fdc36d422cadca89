/**
 * Goal: a person with a browser sees what trades, understands why, acts, and is never shown old
 * numbers as new ones.
 * Method: the real program in its own process, a real Chromium that clicks through the page.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { TradingProgram } from './trading-program.ts';

const BROWSERS = [
  process.env['CHROMIUM_PATH'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
const executablePath = BROWSERS.find((path) => path !== '' && existsSync(path));
const skip =
  executablePath === undefined ? 'no Chromium found: install it or set CHROMIUM_PATH' : false;
const WAIT = { timeout: 30_000 };
/** Faster than real time, so that fills and hedges come soon. */
const FLAGS = ['--seed', '7', '--profile', 'naive-touch', '--speed', '4'];

let program: TradingProgram;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const complaints: string[] = [];
const foreignRequests: string[] = [];
/** Set while the server is gone on purpose: then the browser may complain that it cannot connect. */
let isServerGone = false;

async function openPage(width: number, height: number): Promise<Page> {
  const opened = await context.newPage();
  await opened.setViewportSize({ width, height });
  opened.on('console', (message) => {
    const isComplaint = message.type() === 'error' || message.type() === 'warning';
    if (isComplaint && !isServerGone) {
      complaints.push(`${message.text()} ${message.location().url}`);
    }
  });
  opened.on('pageerror', (error) => complaints.push(String(error)));
  opened.on('request', (sent) => {
    const { hostname, protocol } = new URL(sent.url());
    if (protocol !== 'data:' && hostname !== '127.0.0.1') foreignRequests.push(sent.url());
  });
  await opened.goto(program.operatorUrl);
  await opened.waitForSelector('.desk', WAIT);
  return opened;
}

if (skip === false) {
  before(async () => {
    program = await TradingProgram.start(0, FLAGS);
    browser = await chromium.launch({
      executablePath: executablePath ?? '',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-dev-shm-usage',
        '--disable-background-networking',
        '--disable-component-update',
        '--no-first-run',
      ],
    });
    context = await browser.newContext({ locale: 'en-GB', colorScheme: 'dark' });
    page = await openPage(1_440, 900);
  });
  after(async () => {
    await browser.close();
    await program.stop();
  });
}

test('the page paints, and says at once what it is', { skip }, async (t) => {
  await page.waitForSelector('.badge.synthetic');
  assert.equal(await page.textContent('.badge'), 'PAPER · SYNTHETIC');
  assert.equal(await page.textContent('.symbol'), 'DOGEUSDT');
  assert.match((await page.textContent('.watermark')) ?? '', /synthetic: not evidence/);
  assert.match((await page.textContent('.net-notes')) ?? '', /insufficient data/);
  const paint = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1,
  );
  assert.ok(paint >= 0);
  t.diagnostic(`first paint after ${Math.round(paint)} ms`);
});

test('health never stands without its reasons', { skip }, async () => {
  assert.notEqual(((await page.textContent('.health .why')) ?? '').trim(), '');
});

test('quotes appear in the ladder with queue, age and edge', { skip }, async () => {
  await page.waitForSelector('.rung-own.own', WAIT);
  const own = page.locator('.rung-own.own').first();
  assert.match((await own.locator('.tag').textContent()) ?? '', /^[AB][012]$/);
  assert.match((await own.locator('.own-edge').textContent()) ?? '', /bp$/);
  assert.match((await own.getAttribute('title')) ?? '', /ahead/);
  const prices = await page.locator('.rung-price').allTextContents();
  assert.ok(prices.length > 8);
  assert.deepEqual([...prices].sort().reverse(), prices, 'prices fall from row to row');
});

test('each side says what it quotes or why it does not', { skip }, async () => {
  for (const side of ['bid', 'ask']) {
    const text = (await page.textContent(`.side-line[data-side="${side}"]`)) ?? '';
    assert.ok(text.length > 8, text);
  }
});

test('the charts draw, follow the present and zoom', { skip }, async () => {
  await page.waitForSelector('.chart-canvas canvas', WAIT);
  await page.waitForSelector('.readings b', WAIT);
  assert.equal(await page.getAttribute('.follow-live', 'aria-pressed'), 'true');
  await page.click('.chart-views button:has-text("5m")');
  const place = await page.locator('.chart-canvas').boundingBox();
  assert.ok(place !== null);
  await page.mouse.move(place.x + place.width * 0.95, place.y + place.height * 0.3);
  await page.waitForSelector('.readings');
});

test('the attribution shows every part and the limits what is used', { skip }, async () => {
  const parts = await page.locator('.pnl tbody th').allTextContents();
  assert.deepEqual(parts, [
    'spread capture',
    'inventory',
    'hedge execution',
    'fees',
    'funding',
    'residual',
  ]);
  await page.waitForSelector('.limit', WAIT);
  assert.ok((await page.locator('.limit').count()) > 5);
  await page.waitForSelector('.stage.whole', WAIT);
});

test('the tape filters by kind and by text, with the key too', { skip }, async () => {
  await page.waitForSelector('.tape .line .kind.fill', WAIT);
  await page.click('.kinds .kind.fill');
  const kinds = new Set(await page.locator('.tape-lines .kind').allTextContents());
  assert.deepEqual([...kinds], ['fill']);
  await page.click('.kinds button:first-child');
  await page.keyboard.press('/');
  await page.keyboard.type('no such line');
  await page.waitForSelector('.tape-lines .empty');
  await page.keyboard.press('Escape');
  assert.equal(await page.inputValue('#tape-filter'), 'no such line');
  await page.fill('#tape-filter', '');
});

test('a fill leads to its whole story', { skip }, async () => {
  await page.click('.kinds .kind.fill');
  await page.locator('.tape-lines button.line').last().click();
  await page.waitForSelector('.chain .edge', WAIT);
  const story = (await page.textContent('.chain')) ?? '';
  for (const part of ['Decision', 'Edge stack', 'Life', 'Fills and markouts', 'Hedge']) {
    assert.ok(story.includes(part), part);
  }
  assert.equal((await page.locator('.chain-fill .point').count()) % 5, 0);
  await page.keyboard.press('Escape');
  await page.waitForSelector('.chain', { state: 'detached' });
  await page.click('.kinds button:first-child');
});

test('Chinese and back, without a reload', { skip }, async () => {
  await page.click('.languages button[lang="zh"]');
  await page.waitForSelector('text=盈亏归因');
  assert.equal(await page.getAttribute('html', 'lang'), 'zh-CN');
  assert.equal(await page.textContent('.act.stop'), '停止…');
  await page.click('.languages button[lang="en"]');
  await page.waitForSelector('text=PnL attribution');
});

test('light and dark', { skip }, async () => {
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await ground();
  await page.click('.bar-tools > .tool:nth-child(2)');
  assert.notEqual(await ground(), dark);
  await page.click('.bar-tools > .tool:nth-child(2)');
  assert.equal(await ground(), dark);
});

test('help opens and closes with its key', { skip }, async () => {
  await page.keyboard.press('?');
  await page.waitForSelector('.help kbd');
  await page.keyboard.press('?');
  await page.waitForSelector('.help', { state: 'detached' });
});

test('every control has a name', { skip }, async () => {
  const nameless = await page.evaluate(() =>
    [...document.querySelectorAll('button, input')]
      .filter((control) => {
        const label = control.getAttribute('aria-label') ?? control.getAttribute('title') ?? '';
        return `${label}${control.textContent}`.trim() === '';
      })
      .map((control) => control.outerHTML),
  );
  assert.deepEqual(nameless, []);
});

test('the token does not stay in the address', { skip }, async () => {
  assert.ok(!page.url().includes('token'));
});

test('one key pulls, and the venue verifies each cancel', { skip }, async () => {
  await page.waitForSelector('.rung-own.own', WAIT);
  await page.keyboard.press('p');
  await page.waitForSelector('.strip.pulled', WAIT);
  await page.waitForFunction(
    () => {
      const text = document.querySelector('.strip.pulled')?.textContent ?? '';
      const match = /(\d+)\/(\d+) cancels verified, /.exec(text);
      return match !== null && match[1] === match[2];
    },
    undefined,
    WAIT,
  );
  await page.waitForFunction(
    () => document.querySelector('.rung-own.own') === null,
    undefined,
    WAIT,
  );
  const sides = await page.locator('.side-line').allTextContents();
  for (const side of sides) assert.match(side, /pulled by the operator/);
});

test('resuming takes a second step that names its price', { skip }, async () => {
  await page.click('.act:has-text("RESUME")');
  assert.match((await page.textContent('.strip.confirm')) ?? '', /costs about .*bp/);
  await page.click('.strip.confirm .act:has-text("Confirm RESUME")');
  await page.waitForSelector('.strip.pulled', { state: 'detached', ...WAIT });
  await page.waitForSelector('.rung-own.own', WAIT);
});

test('STOP asks once more, and may be left', { skip }, async () => {
  await page.click('.act.stop');
  assert.match((await page.textContent('.strip.confirm')) ?? '', /ends quoting for this session/);
  await page.click('.strip.confirm .act.quiet');
  await page.waitForSelector('.strip.confirm', { state: 'detached' });
});

test('who has no token may look but not act', { skip }, async () => {
  const other = await browser.newContext();
  const visitor = await other.newPage();
  await visitor.goto(program.operatorUrl.split('#')[0] ?? '');
  await visitor.waitForSelector('.desk', WAIT);
  await visitor.keyboard.press('p');
  await visitor.waitForSelector('.strip.message:has-text("View only")');
  assert.equal(await visitor.locator('.strip.pulled').count(), 0);
  await other.close();
});

test('360 pixels: nothing overflows, top bar and ladder come first', { skip }, async () => {
  const phone = await openPage(360, 800);
  await phone.waitForSelector('.rung-own.own', WAIT);
  const width = await phone.evaluate(() => document.documentElement.scrollWidth);
  assert.equal(width, 360);
  const tops = await phone.evaluate(() =>
    ['.bar', '.ladder', '.charts', '.panels', '.tape'].map(
      (part) => document.querySelector(part)?.getBoundingClientRect().top ?? -1,
    ),
  );
  assert.deepEqual(
    [...tops].sort((left, right) => left - right),
    tops,
  );
  assert.ok((tops[1] ?? 800) < 400, 'the ladder begins on the first screen');
  await phone.close();
});

test('when the server dies the page says since when, and comes back by itself', {
  skip,
}, async () => {
  const { port } = program;
  isServerGone = true;
  await program.kill();
  await page.waitForSelector('.stale-since', WAIT);
  assert.match((await page.textContent('.stale-since')) ?? '', /No data since \d\d:\d\d:\d\d UTC/);
  assert.equal(await page.locator('.desk.stale').count(), 1);
  program = await TradingProgram.start(port, FLAGS);
  await page.waitForSelector('.stale-since', { state: 'detached', ...WAIT });
  await page.waitForSelector('.rung-own.own', WAIT);
  isServerGone = false;
});

test('nothing was complained of, and nobody else was asked for anything', { skip }, async () => {
  assert.deepEqual(complaints, []);
  assert.deepEqual(foreignRequests, []);
});

test('SIGTERM ends the program in order', { skip }, async () => {
  assert.equal(await program.stop(), 0);
});
