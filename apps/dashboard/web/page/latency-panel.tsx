import type { LatencyRow, LiveState, SessionFacts } from '#apps/dashboard/protocol.ts';
import { sayCode, useSay } from '#apps/dashboard/web/language/language.ts';
import { duration, nanos } from './format.ts';
import { Panel } from './panels.tsx';

/** The scale runs from 100 ns to 10 ms. */
const DECADE_FIRST = 2;
const DECADES = 5;

/** Where the time of one event goes: p50 as a bar, p99 as a tick, the loop's budget as a line. */
export function LatencyPanel({ facts, state }: { facts: SessionFacts; state: LiveState }) {
  const say = useSay();
  const budgetNanos = facts.loopBudgetMicros * 1_000;
  const note = say('latency.budget', duration(facts.loopBudgetMicros / 1_000));
  return (
    <Panel name="latency" title={say('latency.title')} note={note}>
      {state.latency.length === 0 && <p class="empty">{say('latency.empty')}</p>}
      <div class="stages">
        <div class="stage head" aria-hidden="true">
          <span />
          <span />
          <span>p50</span>
          <span>p99</span>
        </div>
        {state.latency.map((row) => (
          <Stage key={row.stage} row={row} budgetNanos={budgetNanos} />
        ))}
      </div>
      <p class="stage-legend">{say('latency.legend')}</p>
    </Panel>
  );
}

function Stage({ row, budgetNanos }: { row: LatencyRow; budgetNanos: number }) {
  const say = useSay();
  const isOver = row.p99Nanos > budgetNanos;
  const name = sayCode(say, 'stage', row.stage);
  const text = `p50 ${nanos(row.p50Nanos)}, p99 ${nanos(row.p99Nanos)}, max ${nanos(row.maxNanos)} (${row.count})`;
  return (
    <div class={`stage${row.stage === 'loop' ? ' whole' : ''}`} title={`${name}: ${text}`}>
      <span>{name}</span>
      <span class="stage-bar" role="img" aria-label={text}>
        <i class="p50" style={{ width: `${place(row.p50Nanos)}%` }} />
        <i class={isOver ? 'p99 over' : 'p99'} style={{ left: `${place(row.p99Nanos)}%` }} />
        <i class="budget" style={{ left: `${place(budgetNanos)}%` }} />
      </span>
      <span>{nanos(row.p50Nanos)}</span>
      <span class={isOver ? 'over' : ''}>{nanos(row.p99Nanos)}</span>
    </div>
  );
}

function place(value: number): number {
  const decades = Math.log10(Math.max(1, value)) - DECADE_FIRST;
  return Math.max(0, Math.min(100, (decades / DECADES) * 100));
}
