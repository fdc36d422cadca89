import { useMemo, useState } from 'preact/hooks';
import type { SessionFacts, TapeEntry, TapeKind } from '#apps/dashboard/protocol.ts';
import { type Say, sayCode, useSay } from '#apps/dashboard/web/language/language.ts';
import { clock, fixed, orderName, price, quantity } from './format.ts';

const KINDS: readonly TapeKind[] = ['order', 'fill', 'hedge', 'reject', 'risk', 'system'];
/** Lines drawn at once: more than fit on any screen. */
const LINES_MAX = 200;

interface TapeProps {
  readonly facts: SessionFacts;
  readonly tape: readonly TapeEntry[];
  readonly selected: number | null;
  readonly onOrder: (orderId: number) => void;
}

/** What just happened, newest first; filter by kind and text; click an order for its story. */
export function Tape({ facts, tape, selected, onOrder }: TapeProps) {
  const say = useSay();
  const [kind, setKind] = useState<TapeKind | null>(null);
  const [text, setText] = useState('');
  const lines = useMemo(
    () => matching(tape, kind, text.trim().toLowerCase(), say, facts),
    [tape, kind, text, say, facts],
  );
  return (
    <section class="panel tape" aria-label={say('tape.title')}>
      <div class="tape-head">
        <h2>{say('tape.title')}</h2>
        <div class="kinds">
          <button type="button" aria-pressed={kind === null} onClick={() => setKind(null)}>
            {say('tape.all')}
          </button>
          {KINDS.map((name) => (
            <button
              key={name}
              type="button"
              class={`kind ${name}`}
              aria-pressed={kind === name}
              onClick={() => setKind(kind === name ? null : name)}
            >
              {say(`kind.${name}`)}
            </button>
          ))}
        </div>
        <input
          id="tape-filter"
          type="search"
          value={text}
          placeholder={say('tape.filter')}
          aria-label={say('tape.filterHint')}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </div>
      <div class="tape-lines">
        {lines.length === 0 && (
          <p class="empty">{say(tape.length === 0 ? 'tape.empty' : 'tape.noMatch')}</p>
        )}
        {lines.map((entry) => (
          <Line
            key={entry.id}
            entry={entry}
            facts={facts}
            isSelected={entry.orderId !== 0 && entry.orderId === selected}
            onOrder={onOrder}
          />
        ))}
      </div>
    </section>
  );
}

function matching(
  tape: readonly TapeEntry[],
  kind: TapeKind | null,
  text: string,
  say: Say,
  facts: SessionFacts,
): readonly TapeEntry[] {
  const found: TapeEntry[] = [];
  for (let index = tape.length - 1; index >= 0 && found.length < LINES_MAX; index--) {
    const entry = tape[index] as TapeEntry;
    if (kind !== null && entry.kind !== kind) continue;
    if (text !== '' && !lineText(entry, say, facts).toLowerCase().includes(text)) continue;
    found.push(entry);
  }
  return found;
}

function lineText(entry: TapeEntry, say: Say, facts: SessionFacts): string {
  const parts = [
    clock(entry.atMicros),
    say(`kind.${entry.kind}`),
    sayCode(say, 'event', entry.event),
    entry.layer,
    sideText(entry, say),
    entry.priceTicks === 0 ? '' : price(entry.priceTicks, factsOf(entry, facts)),
    sayCode(say, 'reason', entry.reason),
    entry.orderId === 0 ? '' : orderName(entry.orderId),
  ];
  return parts.join(' ');
}

interface LineProps {
  readonly entry: TapeEntry;
  readonly facts: SessionFacts;
  readonly isSelected: boolean;
  readonly onOrder: (orderId: number) => void;
}

export function Line({ entry, facts, isSelected, onOrder }: LineProps) {
  const say = useSay();
  const own = factsOf(entry, facts);
  const cells = (
    <>
      <time>{clock(entry.atMicros)}</time>
      <span class={`kind ${entry.kind}`}>{say(`kind.${entry.kind}`)}</span>
      <span class={`side ${entry.side ?? ''}`}>{sideText(entry, say)}</span>
      <span class="number">{entry.priceTicks === 0 ? '' : price(entry.priceTicks, own)}</span>
      <span class="number">{entry.lots === 0 ? '' : quantity(entry.lots, own)}</span>
      <span class="event">
        {sayCode(say, 'event', entry.event)}
        {entry.reason !== '' && <em> {sayCode(say, 'reason', entry.reason)}</em>}
      </span>
      <span class="details">{detailsOf(entry, say)}</span>
    </>
  );
  const tone = entry.severity === 2 ? ' wake' : entry.severity === 1 ? ' warning' : '';
  if (entry.orderId === 0) return <div class={`line${tone}`}>{cells}</div>;
  return (
    <button
      type="button"
      class={`line${tone}${isSelected ? ' selected' : ''}`}
      onClick={() => onOrder(entry.orderId)}
    >
      {cells}
    </button>
  );
}

function factsOf(entry: TapeEntry, facts: SessionFacts): SessionFacts['quoted'] {
  return entry.instrument === 1 && facts.hedge !== null ? facts.hedge : facts.quoted;
}

function sideText(entry: TapeEntry, say: Say): string {
  if (entry.side === null || entry.orderId === 0) return '';
  const sign = entry.side === 'bid' ? '▲' : '▼';
  const layer = entry.layer === 'HEDGE' || entry.layer === 'NONE' ? '' : ` ${entry.layer}`;
  return `${sign} ${say(entry.side === 'bid' ? 'ladder.bid' : 'ladder.ask')}${layer}`;
}

function detailsOf(entry: TapeEntry, say: Say): string {
  if (entry.orderId !== 0 && entry.measured === 0) return orderName(entry.orderId);
  if (entry.measured === 0 && entry.limit === 0) return '';
  return say('tape.measured', plainNumber(entry.measured), plainNumber(entry.limit));
}

function plainNumber(value: number): string {
  return Number.isInteger(value) ? fixed(value, 0) : fixed(value, 4);
}
