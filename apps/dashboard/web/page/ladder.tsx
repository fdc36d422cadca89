import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type {
  LadderState,
  LiveState,
  OwnOrderRow,
  SessionFacts,
  SideName,
} from '#apps/dashboard/protocol.ts';
import { type Say, sayCode, useSay } from '#apps/dashboard/web/language/language.ts';
import { bps, duration, price, quantity, shortQuantity } from './format.ts';
import { type LadderRow, ladderRows, nearRows, type TickRow } from './ladder-rows.ts';
import { noQuoteText } from './reason-text.ts';

/** Height of one row, as the stylesheet has it. */
const ROW_PIXELS = 18;
const ROWS_LEAST = 10;
const ROWS_FIRST = 16;

interface LadderProps {
  readonly facts: SessionFacts;
  readonly state: LiveState;
  readonly onOrder: (orderId: number) => void;
}

/** The book by tick with our orders in it, and per side what we quote or why we do not. */
export function Ladder({ facts, state, onOrder }: LadderProps) {
  const say = useSay();
  const list = useRef<HTMLDivElement>(null);
  const [isFollowing, setFollowing] = useState(true);
  const { ladder } = state;
  const [rowsMax, setRowsMax] = useState(ROWS_FIRST);
  const all = ladderRows(ladder);
  const rows = isFollowing ? nearRows(all, rowsMax) : all;
  const most = mostLots(ladder);
  useLayoutEffect(() => {
    if (list.current === null) return;
    setRowsMax(Math.max(ROWS_LEAST, Math.floor(list.current.clientHeight / ROW_PIXELS)));
    if (isFollowing) centerOnMid(list.current);
  });
  return (
    <section class="panel ladder" aria-label={say('ladder.title')}>
      <SideLine side="ask" facts={facts} state={state} />
      <LadderHead facts={facts} state={state} />
      <div
        class="ladder-rows"
        ref={list}
        onWheel={() => setFollowing(false)}
        onTouchMove={() => setFollowing(false)}
      >
        {rows.length === 0 && <p class="empty">{say('ladder.empty')}</p>}
        {rows.map((row) => (
          <Row
            key={`${row.kind}${row.ticks}`}
            row={row}
            facts={facts}
            state={state}
            most={most}
            onOrder={onOrder}
          />
        ))}
      </div>
      {!isFollowing && (
        <button type="button" class="follow" onClick={() => setFollowing(true)}>
          {say('ladder.center')}
        </button>
      )}
      <SideLine side="bid" facts={facts} state={state} />
    </section>
  );
}

/** Names of the columns, and the two fair values whose lines run through the rows. */
function LadderHead({ facts, state }: { facts: SessionFacts; state: LiveState }) {
  const say = useSay();
  const { fairTicks, hedgeFairTicks } = state.quotes;
  return (
    <>
      <p class="ladder-fair">
        <span class="key fair">
          {say('ladder.fair')} <b>{price(fairTicks, facts.quoted, 1)}</b>
        </span>
        {facts.hedge !== null && (
          <span class="key perp">
            {say('ladder.perpFair')} <b>{price(hedgeFairTicks, facts.quoted, 1)}</b>
          </span>
        )}
        {!state.ladder.isLive && <span class="flag warn">{say('ladder.notLive')}</span>}
      </p>
      <div class="ladder-head" aria-hidden="true">
        <span>{say('ladder.price', facts.quoteAsset)}</span>
        <span>{say('ladder.size', facts.baseAsset)}</span>
        <span class="own-columns">
          <span>{say('ladder.ours')}</span>
          <span />
          <span>{say('ladder.queue')}</span>
          <span class="own-ahead">{say('ladder.ahead')}</span>
          <span class="own-age">{say('ladder.age')}</span>
          <span>{say('ladder.edge')}</span>
          <span class="own-fill">{say('ladder.toFill')}</span>
        </span>
      </div>
    </>
  );
}

function centerOnMid(list: HTMLElement): void {
  const ask = list.querySelector<HTMLElement>('[data-best="ask"]');
  const bid = list.querySelector<HTMLElement>('[data-best="bid"]');
  if (ask === null || bid === null) return;
  const middle = (ask.offsetTop + bid.offsetTop + bid.offsetHeight) / 2;
  list.scrollTop = middle - list.clientHeight / 2;
}

function mostLots(ladder: LadderState): number {
  return Math.max(1, ...ladder.bidLots, ...ladder.askLots);
}

/** "BID 3 layers, best 0.15991, 0.6 bp from fair", or why there are none. */
function SideLine(props: { side: SideName; facts: SessionFacts; state: LiveState }) {
  const { side, facts, state } = props;
  const say = useSay();
  const quote = state.quotes[side];
  const isQuoted = quote.layers > 0;
  const text = isQuoted
    ? say(
        'ladder.quoting',
        state.ladder.own.filter((order) => order.side === side).length,
        quote.layers,
        price(quote.topTicks, facts.quoted),
        bps(quote.edge?.distanceBps ?? null).replace('+', ''),
      )
    : noQuoteText(say, quote, facts);
  return (
    <div class={`side-line ${side} ${isQuoted ? 'quoted' : 'not-quoted'}`} data-side={side}>
      <strong>
        <span aria-hidden="true">{side === 'bid' ? '▲' : '▼'} </span>
        {say(side === 'bid' ? 'ladder.bid' : 'ladder.ask')}
      </strong>
      <span>{text}</span>
    </div>
  );
}

interface RowProps {
  readonly row: LadderRow;
  readonly facts: SessionFacts;
  readonly state: LiveState;
  readonly most: number;
  readonly onOrder: (orderId: number) => void;
}

function Row({ row, facts, state, most, onOrder }: RowProps) {
  const say = useSay();
  if (row.kind === 'fold') {
    return (
      <div class={`rung fold ${row.zone}`}>
        <span>
          ⋯{' '}
          {row.lots === 0
            ? say('ladder.fold', row.count)
            : say(
                'ladder.foldLots',
                row.count,
                `${shortQuantity(row.lots, facts.quoted)} ${facts.baseAsset}`,
              )}
        </span>
        <FairLines ticks={row.ticks} count={row.count} state={state} />
      </div>
    );
  }
  const { ladder } = state;
  const best =
    row.ticks === ladder.askTicks[0] ? 'ask' : row.ticks === ladder.bidTicks[0] ? 'bid' : undefined;
  return (
    <div class={`rung ${row.zone}${row.own.length > 0 ? ' mine' : ''}`} data-best={best}>
      <span class="rung-price">
        {row.ticks === ladder.lastTradeTicks && (
          <i class={`last ${ladder.lastTradeSide}`} aria-hidden="true" />
        )}
        {price(row.ticks, facts.quoted)}
      </span>
      <span class="rung-size">
        <i class="fill" style={{ width: `${(row.lots / most) * 100}%` }} aria-hidden="true" />
        <b>{row.lots === 0 ? '' : quantity(row.lots, facts.quoted)}</b>
      </span>
      <OwnCell row={row} facts={facts} say={say} onOrder={onOrder} />
      <FairLines ticks={row.ticks} count={1} state={state} />
    </div>
  );
}

function OwnCell(props: {
  row: TickRow;
  facts: SessionFacts;
  say: Say;
  onOrder: (orderId: number) => void;
}) {
  const { row, facts, say, onOrder } = props;
  const order = row.own[0];
  if (order === undefined) return <span class="rung-own" />;
  const more = row.own.length > 1 ? ` +${row.own.length - 1}` : '';
  const ahead =
    order.aheadLots < 0
      ? say('ladder.unknownAhead')
      : `${shortQuantity(order.aheadLots, facts.quoted)}/${levelText(order, facts)}`;
  const isPending = order.state.startsWith('PENDING') || order.state === 'UNKNOWN';
  return (
    <button
      type="button"
      class={`rung-own own own-columns ${order.side}${isPending ? ' pending' : ''}`}
      title={orderText(order, facts, say)}
      onClick={() => onOrder(order.orderId)}
    >
      <span class="tag">{`${order.side === 'bid' ? 'B' : 'A'}${order.layer.replace('L', '')}`}</span>
      <span class="own-size">
        {quantity(order.leavesLots, facts.quoted)}
        {more}
      </span>
      <QueueBar order={order} />
      <span class="own-ahead">{ahead}</span>
      <span class="own-age">{duration(order.ageMillis)}</span>
      <span class="own-edge">{bps(order.edgeBps)}</span>
      <span class="own-fill">
        {order.fillSeconds === null ? '∞' : `~${duration(order.fillSeconds * 1_000)}`}
      </span>
    </button>
  );
}

/** The level may lie beyond the book we see. */
function levelText(order: OwnOrderRow, facts: SessionFacts): string {
  return order.levelLots === 0 ? '?' : shortQuantity(order.levelLots, facts.quoted);
}

/** Filled: the share of the level in front of us. The notch is our own order. */
function QueueBar({ order }: { readonly order: OwnOrderRow }) {
  if (order.aheadLots < 0 || order.levelLots === 0) return <span class="queue unknown" />;
  const level = Math.max(1, order.levelLots);
  const ahead = Math.min(1, order.aheadLots / level);
  const ours = Math.max(0.04, Math.min(1 - ahead, order.leavesLots / level));
  return (
    <span class="queue" aria-hidden="true">
      <i class="ahead" style={{ width: `${ahead * 100}%` }} />
      <i class="us" style={{ width: `${ours * 100}%` }} />
    </span>
  );
}

function orderText(order: OwnOrderRow, facts: SessionFacts, say: Say): string {
  return say(
    'ladder.order',
    say(order.side === 'bid' ? 'ladder.bid' : 'ladder.ask'),
    order.layer,
    sayCode(say, 'state', order.state),
    `${quantity(order.leavesLots, facts.quoted)} ${facts.baseAsset}`,
    order.aheadLots < 0 ? '?' : quantity(order.aheadLots, facts.quoted),
    levelText(order, facts),
    duration(order.ageMillis),
    bps(order.edgeBps),
    order.fillSeconds === null ? say('ladder.never') : duration(order.fillSeconds * 1_000),
  );
}

/** Fair value and perp-implied fair as lines at their exact height between the ticks. */
function FairLines(props: { ticks: number; count: number; state: LiveState }) {
  const { ticks, count, state } = props;
  const { fairTicks, hedgeFairTicks } = state.quotes;
  const top = ticks + 0.5;
  const bottom = ticks - count + 0.5;
  const at = (value: number): string | null =>
    value > 0 && value <= top && value > bottom ? `${((top - value) / count) * 100}%` : null;
  const fair = at(fairTicks);
  const perp = at(hedgeFairTicks);
  return (
    <>
      {fair !== null && <i class="level fair" style={{ top: fair }} />}
      {perp !== null && <i class="level perp" style={{ top: perp }} />}
    </>
  );
}
