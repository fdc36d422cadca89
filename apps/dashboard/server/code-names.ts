/** Numbers of the engine's codes as the stable names the page knows. */

import type { LayerName, OperatorActionName, QuotesState } from '#apps/dashboard/protocol.ts';
import { AlertCode } from '#contracts/commands.ts';
import { OperatorAction } from '#contracts/events.ts';
import { ReportStatus } from '#contracts/execution-report.ts';
import { Layer, OrderState, ReportReason } from '#contracts/order.ts';
import { ActionReason } from '#contracts/order-plan.ts';
import { NoQuoteReason, ToxicityLevel } from '#contracts/quote-set.ts';
import { HealthAdvice, KillReason } from '#contracts/system-health.ts';

function namesOf<Name extends string>(
  codes: Readonly<Record<Name, number>>,
): ReadonlyMap<number, Name> {
  const names = new Map<number, Name>();
  for (const name of Object.keys(codes) as Name[]) names.set(codes[name], name);
  return names;
}

const ALERTS = namesOf(AlertCode);
const STATUSES = namesOf(ReportStatus);
const REASONS = namesOf(ReportReason);
const STATES = namesOf(OrderState);
const LAYERS = namesOf(Layer);
const ACTIONS = namesOf(ActionReason);
const NO_QUOTES = namesOf(NoQuoteReason);
const TOXICITIES = namesOf(ToxicityLevel);
const KILLS = namesOf(KillReason);
const ADVICE = namesOf(HealthAdvice);
const OPERATOR = namesOf(OperatorAction);

/** Codes may be added by a newer engine than this page: then the number is shown. */
function nameIn(names: ReadonlyMap<number, string>, code: number): string {
  return names.get(code) ?? `CODE_${code}`;
}

export const alertName = (code: number): string => nameIn(ALERTS, code);
export const reportStatusName = (code: number): string => nameIn(STATUSES, code);
export const orderStateName = (code: number): string => nameIn(STATES, code);
export const actionReasonName = (code: number): string => nameIn(ACTIONS, code);
export const noQuoteReasonName = (code: number): string => nameIn(NO_QUOTES, code);
export const killReasonName = (code: number): string => nameIn(KILLS, code);
export const adviceName = (code: number): string => nameIn(ADVICE, code);
export const operatorActionName = (code: number): string => nameIn(OPERATOR, code);

/** Empty for NONE: nothing to say. */
export function reportReasonName(code: number): string {
  return code === ReportReason.NONE ? '' : nameIn(REASONS, code);
}

export function layerName(code: number): LayerName {
  return LAYERS.get(code) ?? 'NONE';
}

export function toxicityName(code: number): QuotesState['toxicity'] {
  return TOXICITIES.get(code) ?? 'EXTREME';
}

/** The engine's code of an action the API knows. */
export function operatorActionCode(name: OperatorActionName): OperatorAction {
  return OperatorAction[name];
}
