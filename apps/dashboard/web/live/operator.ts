import type { ApiError, OperatorActionName, OrderChain } from '#apps/dashboard/protocol.ts';

const TOKEN_KEY = 'doge-mm.token';

/**
 * Takes the token out of the address (`#token=...`) and keeps it for this tab only: addresses are
 * shared and stored, tokens must not be.
 */
export function takeToken(): string | null {
  const match = /[#&]token=([^&]+)/.exec(location.hash);
  if (match !== null) {
    sessionStorage.setItem(TOKEN_KEY, decodeURIComponent(match[1] ?? ''));
    history.replaceState(null, '', location.pathname + location.search);
  }
  return sessionStorage.getItem(TOKEN_KEY);
}

/** Says one thing to the engine. Resolves to null when it was accepted, else to the refusal. */
export async function sendOperator(
  action: OperatorActionName,
  token: string,
): Promise<string | null> {
  const confirm = action === 'RESUME';
  try {
    const response = await fetch('api/operator', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(confirm ? { action, confirm } : { action }),
    });
    if (response.ok) return null;
    const { error } = (await response.json()) as ApiError;
    return `${error.message} (${error.remedy})`;
  } catch (failure) {
    return String(failure);
  }
}

/** The whole story of an order, or why it cannot be told. */
export async function fetchChain(
  orderId: number,
  token: string | null,
): Promise<OrderChain | string> {
  try {
    const headers: HeadersInit = token === null ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(`api/chain/${orderId}`, { headers });
    if (response.ok) return (await response.json()) as OrderChain;
    const { error } = (await response.json()) as ApiError;
    return error.message;
  } catch (failure) {
    return String(failure);
  }
}
