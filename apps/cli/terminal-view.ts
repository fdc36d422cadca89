import type {
  InstrumentFacts,
  LiveState,
  OwnOrderRow,
  SessionFacts,
  SideName,
  TapeEntry,
} from '#apps/dashboard/protocol.ts';
import type { DashboardSource } from '#apps/dashboard/server/dashboard-source.ts';

/** The part of a writable stream the view needs. */
export interface TerminalStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const REDRAW_MILLIS = 500;
/** Without a terminal: one line so often. */
const LINE_MILLIS = 5_000;
const COLUMNS_DEFAULT = 80;
const LADDER_ROWS = 4;
const TAPE_LINES = 6;

const ESCAPE = '\u001b[';
const HIDE_CURSOR = `${ESCAPE}?25l`;
const SHOW_CURSOR = `${ESCAPE}?25h`;
const CLEAR_LINE = `${ESCAPE}K`;
const CLEAR_BELOW = `${ESCAPE}J`;
const STYLES = { plain: '', bold: '1', muted: '2', bid: '34', ask: '33', good: '32', bad: '31' };
type Style = keyof typeof STYLES;

/** A piece of a line in one style. */
type Piece = string | readonly [Style, string];

/**
 * The session in a terminal: redrawn in place on a TTY, one line every few seconds elsewhere. Draws
 * with ANSI sequences only; what it shows comes from the same source as the page.
 */
export class TerminalView {
  private readonly source: DashboardSource;
  private readonly stream: TerminalStream;
  private timer: NodeJS.Timeout | null = null;
  private drawnLines = 0;

  constructor(source: DashboardSource, stream: TerminalStream) {
    this.source = source;
    this.stream = stream;
  }

  /** Draws now and from now on, until `stop`. */
  start(): void {
    if (this.timer !== null) return;
    const isTerminal = this.stream.isTTY === true;
    if (isTerminal) this.stream.write(HIDE_CURSOR);
    this.draw();
    this.timer = setInterval(() => this.draw(), isTerminal ? REDRAW_MILLIS : LINE_MILLIS);
    this.timer.unref();
  }

  /** Draws a last time and gives the cursor back. What was drawn stays above. */
  stop(): void {
    if (this.timer === null) return;
    clearInterval(this.timer);
    this.timer = null;
    this.draw();
    if (this.stream.isTTY === true) this.stream.write(SHOW_CURSOR);
  }

  /** One picture of the present. */
  draw(): void {
    const facts = this.source.facts();
    const state = this.source.state();
    if (this.stream.isTTY !== true) {
      this.stream.write(`${plainLine(facts, state)}\n`);
      return;
    }
    const { tape } = this.source.history();
    const columns = this.stream.columns ?? COLUMNS_DEFAULT;
    const lines = picture(facts, state, tape.slice(-TAPE_LINES));
    const up = this.drawnLines === 0 ? '' : `${ESCAPE}${this.drawnLines}A\r`;
    const text = lines.map((line) => `${styled(line, columns - 1)}${CLEAR_LINE}\n`).join('');
    this.stream.write(`${up}${text}${CLEAR_BELOW}`);
    this.drawnLines = lines.length;
  }
}

function picture(
  facts: SessionFacts,
  state: LiveState,
  tape: readonly TapeEntry[],
): readonly (readonly Piece[])[] {
  return [
    headLine(facts, state),
    healthLine(state),
    moneyLine(facts, state),
    positionLine(facts, state),
    sideLine('ask', facts, state),
    ...ladderLines(facts, state),
    sideLine('bid', facts, state),
    ...operatorLines(state),
    ...tape.map((entry) => tapeLine(entry, facts)),
  ];
}

function headLine(facts: SessionFacts, state: LiveState): readonly Piece[] {
  return [
    ['bold', facts.symbol],
    ` ${facts.world} ${facts.feed} seed ${facts.seed} ${facts.profile} ${facts.feeTier}  `,
    `${time(state.atMicros)} UTC`,
    ['muted', facts.isEvidence ? '' : '  synthetic: not evidence'],
  ];
}

function healthLine({ health, lease }: LiveState): readonly Piece[] {
  const why = health.reasons
    .filter((reason) => reason.isBad || health.status === 'HEALTHY')
    .map((reason) => [reason.code, ...reason.values.map(shortValue)].join(' '))
    .join(', ');
  const left = lease.isValid ? `lease ${(lease.leftMillis / 1_000).toFixed(1)} s` : 'NO LEASE';
  return [[health.status === 'HEALTHY' ? 'good' : 'bad', health.status], ` ${left}  ${why}`];
}

function moneyLine(facts: SessionFacts, { pnl }: LiveState): readonly Piece[] {
  const net = Number(pnl.total);
  const parts = [
    ['spread', pnl.spreadCapture],
    ['inventory', pnl.inventory],
    ['hedge', pnl.hedgeExecution],
    ['fees', pnl.fees],
    ['funding', pnl.funding],
    ['residual', pnl.residual],
  ].map(([name, value]) => `${name} ${Number(value).toFixed(2)}`);
  return [
    'net ',
    [net < 0 ? 'bad' : 'good', `${net.toFixed(2)} ${facts.quoteAsset}`],
    ` = ${parts.join(', ')};  ${pnl.quotingFills} + ${pnl.hedgeFills} fills`,
  ];
}

function positionLine(facts: SessionFacts, { position }: LiveState): readonly Piece[] {
  const isOutside = Math.abs(Number(position.deltaBase)) > Number(position.bandBase);
  const delta = `${Number(position.deltaQuote).toFixed(2)} ${facts.quoteAsset}`;
  return [
    `spot ${Number(position.spotBase).toFixed(2)}, perp ${Number(position.perpBase).toFixed(2)} ${facts.baseAsset}, net delta `,
    [isOutside ? 'bad' : 'plain', delta],
    ` (band ± ${Number(position.bandQuote).toFixed(0)}), inventory ${(position.inventoryRatio * 100).toFixed(0)} %`,
  ];
}

function sideLine(side: SideName, facts: SessionFacts, state: LiveState): readonly Piece[] {
  const quote = state.quotes[side];
  const name: Piece = [side, side === 'bid' ? 'BID' : 'ASK'];
  if (quote.layers === 0) {
    const numbers =
      quote.unit === 'none'
        ? ''
        : `: needed ${shortValue(quote.needed)}, available ${shortValue(quote.available)} ${quote.unit}`;
    return [name, ` not quoted, ${quote.reason}${numbers}`];
  }
  const distance = (quote.edge?.distanceBps ?? 0).toFixed(1);
  const best = price(quote.topTicks, facts.quoted);
  return [name, ` ${quote.layers} layers, best ${best}, ${distance} bp from fair`];
}

/** The best few levels of each side, with our orders beside them, and ours that rest farther out. */
function ladderLines(facts: SessionFacts, { ladder }: LiveState): readonly (readonly Piece[])[] {
  const lines: (readonly Piece[])[] = [];
  const asks = levelsOf(ladder.askTicks, ladder.askLots, ladder.own, 'ask');
  const bids = levelsOf(ladder.bidTicks, ladder.bidLots, ladder.own, 'bid');
  for (const level of [...asks.reverse(), ...bids]) {
    const own = level.own.map((order) => ownText(order, facts)).join(' ');
    lines.push([
      '  ',
      [level.side, price(level.ticks, facts.quoted)],
      ` ${(level.lots === 0 ? '' : quantity(level.lots, facts.quoted)).padStart(14)}  `,
      ['bold', own],
    ]);
  }
  return lines;
}

interface Level {
  readonly side: SideName;
  readonly ticks: number;
  readonly lots: number;
  readonly own: readonly OwnOrderRow[];
}

function levelsOf(
  ticks: readonly number[],
  lots: readonly number[],
  own: readonly OwnOrderRow[],
  side: SideName,
): Level[] {
  const shown = new Set(ticks.slice(0, LADDER_ROWS));
  for (const order of own) if (order.side === side) shown.add(order.priceTicks);
  return [...shown]
    .sort((left, right) => (side === 'bid' ? right - left : left - right))
    .map((at) => ({
      side,
      ticks: at,
      lots: lots[ticks.indexOf(at)] ?? 0,
      own: own.filter((order) => order.side === side && order.priceTicks === at),
    }));
}

function ownText(order: OwnOrderRow, facts: SessionFacts): string {
  const ahead = order.aheadLots < 0 ? '?' : quantity(order.aheadLots, facts.quoted);
  const edge = order.edgeBps === null ? '' : ` edge ${order.edgeBps.toFixed(1)} bp`;
  return `${order.layer} ${quantity(order.leavesLots, facts.quoted)}, ${ahead} ahead,${edge}`;
}

function operatorLines({ operator }: LiveState): readonly (readonly Piece[])[] {
  if (operator.isStopped) return [[['bad', 'STOPPED: no quotes until a new session']]];
  if (!operator.bidsPulled && !operator.asksPulled) return [];
  const { pull } = operator;
  const proof =
    pull === null
      ? ''
      : ` ${pull.verified}/${pull.wanted} cancels verified, ${(pull.elapsedMillis / 1_000).toFixed(2)} s`;
  const sides =
    operator.bidsPulled && operator.asksPulled
      ? 'both sides'
      : operator.bidsPulled
        ? 'bids'
        : 'asks';
  return [[['bad', `PULLED ${sides}`], proof]];
}

function tapeLine(entry: TapeEntry, facts: SessionFacts): readonly Piece[] {
  const own = entry.instrument === 1 && facts.hedge !== null ? facts.hedge : facts.quoted;
  const what =
    entry.orderId === 0
      ? ''
      : ` ${entry.side ?? ''} ${quantity(entry.lots, own)} @ ${price(entry.priceTicks, own)}`;
  const style = entry.severity === 2 ? 'bad' : entry.kind === 'fill' ? 'bold' : 'muted';
  return [
    ['muted', `${time(entry.atMicros)} `],
    [style, `${entry.kind.padEnd(6)} ${entry.event}${what} ${entry.reason}`],
  ];
}

/** Everything in one line, for logs. */
function plainLine(facts: SessionFacts, state: LiveState): string {
  const { bid, ask } = state.quotes;
  const side = (name: string, quote: typeof bid): string =>
    quote.layers > 0 ? `${name} ${price(quote.topTicks, facts.quoted)}` : `${name} ${quote.reason}`;
  return [
    `${time(state.atMicros)} UTC`,
    facts.symbol,
    state.health.status,
    side('bid', bid),
    side('ask', ask),
    `net ${Number(state.pnl.total).toFixed(2)} ${facts.quoteAsset}`,
    `${state.pnl.quotingFills} + ${state.pnl.hedgeFills} fills`,
    `delta ${Number(state.position.deltaQuote).toFixed(2)} ${facts.quoteAsset}`,
  ].join('  ');
}

/** Applies styles and cuts to the width: a wrapped line would break the redraw. */
function styled(line: readonly Piece[], widthMax: number): string {
  let left = widthMax;
  let text = '';
  for (const piece of line) {
    const [style, words] = typeof piece === 'string' ? (['plain', piece] as const) : piece;
    const shown = words.slice(0, left);
    left -= shown.length;
    if (shown === '') continue;
    text += STYLES[style] === '' ? shown : `${ESCAPE}${STYLES[style]}m${shown}${ESCAPE}0m`;
  }
  return text;
}

function time(micros: number): string {
  return new Date(micros / 1_000).toISOString().slice(11, 23);
}

function price(ticks: number, facts: InstrumentFacts): string {
  const value = (ticks * facts.tickMantissa) / 10 ** facts.priceDecimals;
  return value.toFixed(facts.priceDecimals);
}

function quantity(lots: number, facts: InstrumentFacts): string {
  const value = (lots * facts.stepMantissa) / 10 ** facts.quantityDecimals;
  return value.toFixed(facts.quantityDecimals);
}

function shortValue(value: string | number): string {
  if (typeof value === 'string' || Number.isInteger(value)) return String(value);
  return value.toFixed(Math.abs(value) < 100 ? 2 : 0);
}
