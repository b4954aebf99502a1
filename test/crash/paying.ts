import type { MatrixCustomer } from '../e2e/matrix-customer.js';

/** On the bank's page (3-D Secure): yes, it is them. A page that is closed by now does nothing. */
export async function confirmAtBank(url: string): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams({ outcome: 'authenticate' }),
    redirect: 'manual',
  });
  if (answer.status >= 500) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
}

/** On whichever page they were led to: the bank's, or the provider's checkout. One that is closed by now is not paid. */
export const payWhereLed = (customer: MatrixCustomer, url: string): Promise<void> =>
  url.includes('/3ds/') ? confirmAtBank(url) : customer.pay(url).catch(() => undefined);
