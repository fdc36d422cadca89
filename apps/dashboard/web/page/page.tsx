/** The page: top bar, what is in force, ladder and charts, the panels, the tape. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { OperatorActionName } from '#apps/dashboard/protocol.ts';
import { ChartPanel } from '#apps/dashboard/web/chart/chart-panel.tsx';
import {
  initialLanguage,
  LanguageContext,
  type LanguageName,
  sayIn,
  storeLanguage,
  useSay,
} from '#apps/dashboard/web/language/language.ts';
import type { Live, LiveView } from '#apps/dashboard/web/live/live.ts';
import { sendOperator } from '#apps/dashboard/web/live/operator.ts';
import { Chain } from './chain.tsx';
import { duration, wallClock } from './format.ts';
import { Help } from './help.tsx';
import { Ladder } from './ladder.tsx';
import { LatencyPanel } from './latency-panel.tsx';
import { LimitsPanel } from './limits-panel.tsx';
import { ConfirmStrip, OperatorButtons, OperatorStrip } from './operator-panel.tsx';
import { PnlPanel } from './pnl-panel.tsx';
import { PositionPanel } from './position-panel.tsx';
import { QualityPanel } from './quality-panel.tsx';
import { Tape } from './tape.tsx';
import { initialTheme, type ThemeName, toggleTheme } from './theme.ts';
import { TopBar } from './top-bar.tsx';

interface PageProps {
  readonly live: Live;
  readonly token: string | null;
}

export function Page({ live, token }: PageProps) {
  const [language, setLanguage] = useState<LanguageName>(initialLanguage);
  const say = useMemo(() => sayIn(language), [language]);
  useEffect(() => storeLanguage(language), [language]);
  return (
    <LanguageContext.Provider value={say}>
      <Desk live={live} token={token} language={language} onLanguage={setLanguage} />
    </LanguageContext.Provider>
  );
}

function useLive(live: Live): LiveView {
  const [view, setView] = useState(live.view);
  useEffect(() => live.subscribe(() => setView(live.view)), [live]);
  return view;
}

interface DeskProps extends PageProps {
  readonly language: LanguageName;
  readonly onLanguage: (language: LanguageName) => void;
}

function Desk({ live, token, language, onLanguage }: DeskProps) {
  const say = useSay();
  const view = useLive(live);
  const [theme, setTheme] = useState<ThemeName>(initialTheme);
  const [asking, setAsking] = useState<'STOP' | 'RESUME' | null>(null);
  const [order, setOrder] = useState<number | null>(null);
  const [isHelp, setHelp] = useState(false);
  const [message, setMessage] = useState<string | null>(null);
  const act = async (action: OperatorActionName): Promise<void> => {
    if (token === null) return setMessage(say('operator.viewOnly'));
    const refusal = await sendOperator(action, token);
    setMessage(refusal === null ? null : say('operator.refused', refusal));
  };
  useKeys({
    p: () => void act('PULL_ALL'),
    '/': () => document.getElementById('tape-filter')?.focus(),
    '?': () => setHelp((was) => !was),
    Escape: () => {
      setHelp(false);
      setOrder(null);
      setAsking(null);
      setMessage(null);
    },
  });
  const { facts, state, tape } = view;
  if (facts === null || state === null) return <Notices view={view} />;
  const common = { facts, state };
  return (
    <div class={view.staleSinceMillis === null ? 'desk' : 'desk stale'}>
      <TopBar
        {...common}
        language={language}
        onLanguage={onLanguage}
        onTheme={() => setTheme(toggleTheme(theme))}
        onHelp={() => setHelp(!isHelp)}
      >
        <OperatorButtons {...common} onAct={act} onAsk={setAsking} />
      </TopBar>
      <div class="notices">
        <Notices view={view} />
        <OperatorStrip state={state} />
        {asking !== null && (
          <ConfirmStrip {...common} action={asking} onAct={act} onClose={() => setAsking(null)} />
        )}
        {message !== null && (
          <div class="strip message" role="alert">
            <span>{message}</span>
            <button
              type="button"
              class="tool"
              aria-label={say('chain.close')}
              onClick={() => setMessage(null)}
            >
              ✕
            </button>
          </div>
        )}
      </div>
      <main>
        <Ladder {...common} onOrder={setOrder} />
        <ChartPanel live={live} facts={facts} theme={theme} />
        <div class="panels">
          <PnlPanel {...common} />
          <PositionPanel {...common} />
          <QualityPanel state={state} />
          <LatencyPanel {...common} />
          <LimitsPanel {...common} />
        </div>
        <Tape facts={facts} tape={tape} selected={order} onOrder={setOrder} />
      </main>
      {order !== null && (
        <Chain
          orderId={order}
          facts={facts}
          token={token}
          onOrder={setOrder}
          onClose={() => setOrder(null)}
        />
      )}
      {isHelp && <Help onClose={() => setHelp(false)} />}
    </div>
  );
}

/** Whatever makes the numbers below not the present. */
function Notices({ view }: { readonly view: LiveView }) {
  const say = useSay();
  const ago = (since: number): string => duration(Date.now() - since);
  if (view.staleSinceMillis !== null && view.facts !== null) {
    const since = view.staleSinceMillis;
    return (
      <div class="strip stale-since" role="alert">
        {say('stale.since', `${wallClock(since)} UTC`, ago(since))}
      </div>
    );
  }
  if (view.facts === null) return <p class="connecting">{say('stale.connecting')}</p>;
  if (view.standstillSinceMillis !== null) {
    const since = view.standstillSinceMillis;
    return (
      <div class="strip stale-since" role="alert">
        {say('stale.standstill', `${wallClock(since)} UTC`, ago(since))}
      </div>
    );
  }
  if (view.state?.phase === 'ENDED') return <div class="strip ended">{say('stale.ended')}</div>;
  return null;
}

/** Single keys, unless somebody types into a field or holds a modifier. */
function useKeys(actions: Readonly<Record<string, () => void>>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isTyping = event.target instanceof HTMLInputElement;
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      if (isTyping && event.key !== 'Escape') return;
      const action = actions[event.key];
      if (action === undefined) return;
      event.preventDefault();
      if (isTyping) event.target.blur();
      action();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });
}
