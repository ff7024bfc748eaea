import type { SignedDelivery } from '../core/provider-module.js';

/** Sends a webhook once and tells how it was taken; `status` 0 where nobody answered. */
export async function deliver(
  url: string,
  delivery: SignedDelivery,
): Promise<{ status: number; body: string; sent: SignedDelivery }> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: delivery.headers,
      body: delivery.body,
      redirect: 'manual',
    });
    return { status: response.status, body: await response.text(), sent: delivery };
  } catch {
    return { status: 0, body: '', sent: delivery };
  }
}
