/**
 * Goal: the terminal shows the session in place on a TTY and as lines elsewhere, and gives the
 * terminal back as it was.
 * Method: a stream that remembers, a sample source, a mocked clock.
 */
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { SAMPLE_STATE, SampleSource } from '#apps/dashboard/server/sample-source.test-support.ts';
import { TerminalView } from './terminal-view.ts';

const ESCAPE = '\u001b[';

class SampleStream {
  readonly isTTY: boolean;
  readonly columns: number;
  readonly written: string[] = [];

  constructor(isTTY: boolean, columns = 120) {
    this.isTTY = isTTY;
    this.columns = columns;
  }

  write(text: string): boolean {
    this.written.push(text);
    return true;
  }

  get text(): string {
    return this.written.join('');
  }
}

/** What a person sees: without the control sequences. */
function visible(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is removed.
  return text.replace(/\u001b\[[0-9?]*[a-zA-Z]/g, '');
}

function setUp(isTTY: boolean, columns?: number) {
  const source = new SampleSource();
  const stream = new SampleStream(isTTY, columns);
  return { source, stream, view: new TerminalView(source, stream) };
}

test('a terminal shows quotes, the reason of the other side, money and the tape', () => {
  const { stream, view } = setUp(true);
  view.draw();
  const shown = visible(stream.text);
  assert.match(shown, /ABCUSDT PAPER SYNTHETIC seed 7 floor VIP0/);
  assert.match(shown, /synthetic: not evidence/);
  assert.match(shown, /HEALTHY lease 0\.8 s {2}DOMAINS_UP 8/);
  assert.match(shown, /ASK not quoted, FEE_FLOOR: needed 14\.20, available 0\.30 bps/);
  assert.match(shown, /BID 2 layers, best 0\.15990, 13\.0 bp from fair/);
  assert.match(shown, /0\.15980 .* L0 50, 25 ahead, edge -2\.5 bp/);
  assert.match(shown, /net -0\.42 USDT = spread 0\.10/);
  assert.match(shown, /fill {3}FILLED bid 50 @ 0\.15980 MAKER/);
});

test('each redraw goes back over exactly the lines it drew', () => {
  const { source, stream, view } = setUp(true);
  view.draw();
  const lines = stream.text.split('\n').length - 1;
  stream.written.length = 0;
  source.entries = [];
  view.draw();
  assert.ok(stream.text.startsWith(`${ESCAPE}${lines}A`));
  assert.ok(stream.text.endsWith(`${ESCAPE}J`), 'what is left of a longer picture is cleared');
});

test('no line is wider than the terminal', () => {
  const { stream, view } = setUp(true, 60);
  view.draw();
  for (const line of visible(stream.text).split('\n')) assert.ok(line.length < 60, line);
});

test('a pull and a stop are said', () => {
  const { source, stream, view } = setUp(true);
  const pull = {
    action: 'PULL_ALL',
    wanted: 6,
    verified: 6,
    elapsedMillis: 400,
    isComplete: true,
  } as const;
  const operator = { ...SAMPLE_STATE.operator, bidsPulled: true, asksPulled: true, pull };
  source.current = { ...SAMPLE_STATE, operator };
  view.draw();
  assert.match(visible(stream.text), /PULLED both sides 6\/6 cancels verified, 0\.40 s/);
  source.current = { ...SAMPLE_STATE, operator: { ...operator, isStopped: true } };
  view.draw();
  assert.match(visible(stream.text), /STOPPED: no quotes until a new session/);
});

test('without a terminal there is one plain line every few seconds', (t) => {
  mock.timers.enable({ apis: ['setInterval'] });
  t.after(() => mock.timers.reset());
  const { stream, view } = setUp(false);
  view.start();
  mock.timers.tick(20_000);
  const lines = stream.text.trimEnd().split('\n');
  assert.equal(lines.length, 5);
  assert.ok(!stream.text.includes(ESCAPE));
  assert.match(lines[0] ?? '', /HEALTHY {2}bid 0\.15990 {2}ask FEE_FLOOR {2}net -0\.42 USDT/);
  view.stop();
});

test('the cursor is hidden while drawing and given back at the end', (t) => {
  mock.timers.enable({ apis: ['setInterval'] });
  t.after(() => mock.timers.reset());
  const { stream, view } = setUp(true);
  view.start();
  view.start();
  mock.timers.tick(1_000);
  view.stop();
  view.stop();
  assert.equal(stream.text.split(`${ESCAPE}?25l`).length - 1, 1);
  assert.ok(stream.text.endsWith(`${ESCAPE}?25h`));
  const count = stream.written.length;
  mock.timers.tick(5_000);
  assert.equal(stream.written.length, count, 'nothing is drawn after the end');
});
