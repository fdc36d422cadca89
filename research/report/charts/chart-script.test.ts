/**
 * Goal: the page's script draws, hovers, zooms and switches the language; its source is whole.
 * Method: the typed functions on a document of a few lines; the source text of the page evaluated on
 * its own, where nothing from this module is in reach.
 */
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { createContext, runInContext } from 'node:vm';
import { pageScript, startPage } from './chart-script.ts';
import type { LineChart } from './line-chart.ts';

type Handler = (event: Record<string, unknown>) => void;

/** As much of an element as the script touches. */
class FakeElement {
  readonly attributes = new Map<string, string>();
  readonly listeners = new Map<string, Handler>();
  readonly children = new Map<string, FakeElement>();
  readonly shown = new Set<string>();
  readonly style: Record<string, string> = {};
  readonly clientWidth = 600;
  innerHTML = '';
  textContent = '';
  hidden = false;
  lang = 'en';
  readonly classList = {
    toggle: (name: string, on: boolean): void => {
      if (on) this.shown.add(name);
      else this.shown.delete(name);
    },
  };

  querySelector(selector: string): FakeElement | null {
    return this.children.get(selector) ?? null;
  }

  setAttribute(name: string, value: string): void {
    this.attributes.set(name, value);
  }

  addEventListener(name: string, handler: Handler): void {
    this.listeners.set(name, handler);
  }

  getBoundingClientRect(): { left: number } {
    return { left: 0 };
  }

  fire(name: string, clientX = 0): void {
    this.listeners.get(name)?.({ clientX, preventDefault: () => undefined });
  }
}

const CHART: LineChart = {
  id: 'chart-one',
  xs: [0, 10, 20, 30, 40],
  startMillis: 0,
  unit: 'USDT',
  decimals: 2,
  series: [
    {
      name: { en: 'net', zh: '净额' },
      colour: '#000',
      values: [1, 2, null, 4, 5],
      isStep: false,
      dash: '',
      width: 1,
    },
  ],
  marks: [],
  levels: [],
  band: null,
  height: 200,
};

function page() {
  const holder = new FakeElement();
  for (const part of ['svg', '.cross', '.tip', '.chosen'])
    holder.children.set(part, new FakeElement());
  const reset = new FakeElement();
  const language = new FakeElement();
  const root = new FakeElement();
  const byId = new Map([
    ['chart-one', holder],
    ['reset-zoom', reset],
    ['switch-language', language],
  ]);
  const document = { documentElement: root, getElementById: (id: string) => byId.get(id) ?? null };
  const window = new FakeElement();
  return { holder, reset, language, root, byId, document, window };
}

const real = {
  document: Reflect.get(globalThis, 'document'),
  window: Reflect.get(globalThis, 'window'),
};
afterEach(() => {
  Reflect.set(globalThis, 'document', real.document);
  Reflect.set(globalThis, 'window', real.window);
});

function started() {
  const made = page();
  Reflect.set(globalThis, 'document', made.document);
  Reflect.set(globalThis, 'window', made.window);
  // The second chart has no place on this page: it is stepped over.
  startPage([CHART, { ...CHART, id: 'chart-missing' }]);
  return made;
}

function part(holder: FakeElement, selector: string): FakeElement {
  const found = holder.children.get(selector);
  assert.ok(found !== undefined);
  return found;
}

test('charts are drawn at the width of their place, and again when the window changes', () => {
  const { holder, reset, window } = started();
  const svg = part(holder, 'svg');
  assert.equal(svg.attributes.get('viewBox'), '0 0 600 200');
  assert.match(svg.innerHTML, /<path/);
  assert.equal(reset.hidden, true);
  svg.innerHTML = '';
  window.fire('resize');
  assert.match(svg.innerHTML, /<path/);
});

test('hovering shows the values of that moment, a gap as a dash, in the language of the page', () => {
  const { holder, root } = started();
  // 78 to 586 pixels are 0 to 40 s: 336 is 20.3 s.
  holder.fire('mousemove', 336);
  const tip = part(holder, '.tip');
  assert.equal(tip.hidden, false);
  assert.match(tip.innerHTML, /00:00:20.*net <b>–/);
  holder.fire('mousemove', 470);
  assert.match(tip.innerHTML, /net <b>4\.00/);
  assert.equal(tip.style['left'], 'auto', 'on the right half the tip stands on the left');
  root.lang = 'zh';
  holder.fire('mousemove', 80);
  assert.match(tip.innerHTML, /净额 <b>1\.00/);
  assert.ok(part(holder, '.cross').shown.has('shown'));
  holder.fire('mouseleave');
  assert.equal(tip.hidden, true);
});

test('dragging zooms, a click does not, and both ways back work', () => {
  const { holder, reset, window } = started();
  window.fire('mouseup', 100);
  holder.fire('mousedown', 200);
  holder.fire('mousemove', 300);
  assert.equal(part(holder, '.chosen').attributes.get('width'), '100');
  window.fire('mouseup', 300);
  assert.equal(reset.hidden, false);
  holder.fire('dblclick');
  assert.equal(reset.hidden, true);
  holder.fire('mousedown', 200);
  window.fire('mouseup', 201);
  assert.equal(reset.hidden, true);
  holder.fire('mousedown', 400);
  window.fire('mouseup', 200);
  assert.equal(reset.hidden, false);
  reset.fire('click');
  assert.equal(reset.hidden, true);
});

test('the language is switched there and back', () => {
  const { language, root } = started();
  language.fire('click');
  assert.equal(root.lang, 'zh');
  language.fire('click');
  assert.equal(root.lang, 'en');
});

test("the page's own text needs nothing but a document", () => {
  const made = page();
  const data = new FakeElement();
  data.textContent = JSON.stringify([CHART]);
  made.byId.set('chart-data', data);
  const context = createContext({ document: made.document, window: made.window });
  runInContext(pageScript(), context);
  assert.match(part(made.holder, 'svg').innerHTML, /<path/);
  made.holder.fire('mousemove', 336);
  assert.match(part(made.holder, '.tip').innerHTML, /net/);
  made.holder.fire('mousedown', 200);
  made.window.fire('mouseup', 300);
  assert.equal(made.reset.hidden, false);
});
