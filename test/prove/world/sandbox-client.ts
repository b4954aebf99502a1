import type { ApiFault, Delivery, DeliveryFault, FaultList, Movement } from '../../../src/sandbox/index.js';

/** The control routes of a sandbox that is a process of its own. */
export class SandboxClient {
  constructor(readonly url: string) {}

  /** Does what is due by the world's time, and waits for the first try of each event that it caused. */
  async catchUp(): Promise<void> {
    await this.send('POST', 'clock/advance', { seconds: 0 });
  }

  async arm(fault: ApiFault | DeliveryFault): Promise<void> {
    await this.send('POST', 'faults', fault);
  }

  /** @returns what was left of the faults that were armed */
  async disarm(): Promise<FaultList> {
    const left = (await this.send('GET', 'faults')) as FaultList;
    await this.send('DELETE', 'faults');
    return left;
  }

  async ledger(): Promise<readonly Movement[]> {
    return ((await this.send('GET', 'ledger')) as { data: Movement[] }).data;
  }

  async deliveries(state?: Delivery['state']): Promise<readonly Delivery[]> {
    const path = state ? `deliveries?state=${state}` : 'deliveries';
    return ((await this.send('GET', path)) as { data: Delivery[] }).data;
  }

  /** What banks do, outside of the provider's API. */
  async bank(path: string, body: object = {}): Promise<{ readonly [field: string]: unknown }> {
    return (await this.send('POST', path, body)) as { readonly [field: string]: unknown };
  }

  private async send(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.url}/sandbox/${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`the sandbox answered ${response.status} to ${path}: ${await response.text()}`);
    return response.json();
  }
}
