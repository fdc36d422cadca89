import type { LiveState, MarkoutRow } from '#apps/dashboard/protocol.ts';
import { useSay } from '#apps/dashboard/web/language/language.ts';
import { bps, duration, fixed, percent, plainBps } from './format.ts';
import { Fact, Panel } from './panels.tsx';

/** Fewer fills than this say nothing about a mean markout. */
const MARKOUT_FILLS_LEAST = 30;

/** Whether our quotes are good: who trades with us, and what happens to the price afterwards. */
export function QualityPanel({ state }: { readonly state: LiveState }) {
  const say = useSay();
  const { quality, quotes } = state;
  const isToxic = quotes.toxicity === 'HIGH' || quotes.toxicity === 'EXTREME';
  return (
    <Panel name="quality" title={say('quality.title')}>
      <dl>
        <Fact
          name={say('quality.toxicity')}
          value={say(`toxicity.${quotes.toxicity}`)}
          note={fixed(quotes.toxicitySignal, 2)}
          tone={isToxic ? 'warn' : undefined}
        />
        {quality.markouts.map((row) => (
          <Markout key={row.seconds} row={row} />
        ))}
        <Fact name={say('quality.makerRatio')} value={percent(quality.makerRatio)} />
        <Fact name={say('quality.uptime')} value={percent(quality.twoSidedRatio)} />
        <Fact name={say('quality.spread')} value={plainBps(quality.averageSpreadBps, 2)} />
        <Fact
          name={say('quality.distance')}
          value={`${fixed(quality.averageTopDistanceTicks, 1)} ticks`}
        />
        <Fact
          name={say('quality.messages')}
          value={quality.messagesPerFill === null ? '–' : fixed(quality.messagesPerFill, 1)}
        />
        <Fact
          name={say('quality.volatility')}
          value={`${fixed(quotes.volatilityTicks, 2)} ticks/√s`}
        />
        <Fact name={say('quality.score')} value={`${fixed(quality.score, 0)} / 100`} />
      </dl>
    </Panel>
  );
}

function Markout({ row }: { readonly row: MarkoutRow }) {
  const say = useSay();
  const isEnough = row.count >= MARKOUT_FILLS_LEAST;
  const count = say('quality.markoutCount', row.count);
  const value = row.bps ?? 0;
  return (
    <Fact
      name={say('quality.markout', duration(row.seconds * 1_000).replace('.0', ''))}
      value={isEnough ? bps(row.bps, 2) : say('quality.insufficient')}
      note={count}
      tone={isEnough ? (value < 0 ? 'bad' : 'good') : undefined}
    />
  );
}
