import { useState } from 'preact/hooks';
import type { LiveState, OperatorActionName, SessionFacts } from '#apps/dashboard/protocol.ts';
import { type Say, useSay } from '#apps/dashboard/web/language/language.ts';
import { duration, plainBps, signedAmount } from './format.ts';

interface OperatorProps {
  readonly facts: SessionFacts;
  readonly state: LiveState;
  readonly onAct: (action: OperatorActionName) => void;
}

/** The safe direction: one press each. STOP ends the session's quoting, so it asks once more. */
export function OperatorButtons(
  props: OperatorProps & { readonly onAsk: (action: 'STOP' | 'RESUME') => void },
) {
  const say = useSay();
  const { state, onAct, onAsk } = props;
  const { operator } = state;
  const isPulled = operator.bidsPulled || operator.asksPulled;
  return (
    <div class="operator">
      <div class="split">
        <button
          type="button"
          class="act pull"
          title={say('operator.pullHint')}
          onClick={() => onAct('PULL_ALL')}
        >
          {say('operator.pull')} <kbd>p</kbd>
        </button>
        <button
          type="button"
          class="act part"
          title={say('operator.pullBidsHint')}
          onClick={() => onAct('PULL_BIDS')}
        >
          {say('operator.pullBids')}
        </button>
        <button
          type="button"
          class="act part"
          title={say('operator.pullAsksHint')}
          onClick={() => onAct('PULL_ASKS')}
        >
          {say('operator.pullAsks')}
        </button>
      </div>
      <button
        type="button"
        class="act"
        title={say('operator.hedgeOnlyHint')}
        onClick={() => onAct('HEDGE_ONLY')}
      >
        {say('operator.hedgeOnly')}
      </button>
      {isPulled && !operator.isStopped && (
        <button
          type="button"
          class="act"
          title={say('operator.resumeHint')}
          onClick={() => onAsk('RESUME')}
        >
          {say('operator.resume')}…
        </button>
      )}
      <button
        type="button"
        class="act stop"
        title={say('operator.stopHint')}
        disabled={operator.isStopped}
        onClick={() => onAsk('STOP')}
      >
        {say('operator.stop')}…
      </button>
    </div>
  );
}

/** What is in force and how far the venue has confirmed it. */
export function OperatorStrip({ state }: { readonly state: LiveState }) {
  const say = useSay();
  const { operator } = state;
  if (!operator.bidsPulled && !operator.asksPulled && !operator.isStopped) return null;
  return (
    <div class="strip pulled" role="status">
      <strong>{inForce(say, operator)}</strong> <span>{pullText(say, operator)}</span>
    </div>
  );
}

function inForce(say: Say, operator: LiveState['operator']): string {
  if (operator.isStopped) return say('operator.stopped');
  if (operator.bidsPulled && operator.asksPulled) return say('operator.pulledBoth');
  return operator.bidsPulled ? say('operator.pulledBids') : say('operator.pulledAsks');
}

function pullText(say: Say, { pull }: LiveState['operator']): string {
  if (pull === null) return '';
  if (pull.wanted === 0) return say('operator.nothingOpen');
  const key = pull.isComplete ? 'operator.verified' : 'operator.verifying';
  return say(key, pull.verified, pull.wanted, duration(pull.elapsedMillis));
}

/** The second, deliberate step of what cannot be taken back or adds risk, with its price. */
export function ConfirmStrip(
  props: OperatorProps & {
    readonly action: 'STOP' | 'RESUME';
    readonly onClose: () => void;
  },
) {
  const say = useSay();
  const [isSent, setSent] = useState(false);
  const { action, facts, state, onAct, onClose } = props;
  const preview =
    action === 'STOP' ? stopPreview(say, facts, state) : resumePreview(say, state.operator);
  return (
    <div class="strip confirm" role="alert">
      <span>{preview}</span>
      <button
        type="button"
        class={action === 'STOP' ? 'act stop' : 'act'}
        disabled={isSent}
        onClick={() => {
          setSent(true);
          onAct(action);
          onClose();
        }}
      >
        {say(action === 'STOP' ? 'operator.confirmStop' : 'operator.confirmResume')}
      </button>
      <button type="button" class="act quiet" onClick={onClose}>
        {say('operator.keep')}
      </button>
    </div>
  );
}

function stopPreview(say: Say, facts: SessionFacts, state: LiveState): string {
  const { flattenCostBps, flattenCost } = state.operator;
  const delta = signedAmount(state.position.deltaQuote, facts.quoteAsset);
  if (flattenCostBps === null || flattenCost === null) {
    return say('operator.previewStopPlain', delta);
  }
  const cost = signedAmount(flattenCost, facts.quoteAsset).replace('+', '');
  return say('operator.previewStop', delta, plainBps(flattenCostBps), cost);
}

function resumePreview(say: Say, operator: LiveState['operator']): string {
  return operator.resumeCostBps === null
    ? say('operator.previewResumePlain')
    : say('operator.previewResume', plainBps(operator.resumeCostBps));
}
