import type { ApiFault, DeliveryFault, FaultControl, FaultList } from './fault.types.js';

interface Armed<Fault> {
  readonly fault: Fault;
  left: number;
  /** Still to go well. */
  skip: number;
}

const matches = (pattern: string, value: string): boolean =>
  new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  ).test(value);

const arm = <Fault extends { readonly times?: number; readonly skip?: number }>(fault: Fault): Armed<Fault> => ({
  fault,
  skip: fault.skip ?? 0,
  left: fault.times === undefined ? 1 : fault.times < 0 ? Infinity : fault.times,
});

const show = <Fault extends object>({ fault, left, skip }: Armed<Fault>): Fault => ({
  ...fault,
  times: left === Infinity ? -1 : left,
  ...(skip > 0 ? { skip } : {}),
});

/** Whether it is its turn to happen. */
function isTurn(armed: { skip: number }): boolean {
  if (armed.skip === 0) return true;
  armed.skip -= 1;
  return false;
}

/** The faults that are armed now. Every use counts one down, in the order in which they were armed. */
export class FaultBoard implements FaultControl {
  private deliveries: Armed<DeliveryFault>[] = [];
  private calls: Armed<ApiFault>[] = [];

  delivery(fault: DeliveryFault): void {
    this.deliveries.push(arm(fault));
  }

  api(fault: ApiFault): void {
    this.calls.push(arm(fault));
  }

  list(): FaultList {
    return { deliveries: this.deliveries.map(show), api: this.calls.map(show) };
  }

  clear(): void {
    this.deliveries = [];
    this.calls = [];
  }

  /** Every kind of delivery fault applies once to one event. */
  takeForEvent(type: string): DeliveryFault[] {
    const taken = this.deliveries
      .filter(
        ({ fault }) => fault.kind !== 'reorder' && (fault.types ?? ['*']).some((pattern) => matches(pattern, type)),
      )
      .filter(isTurn);
    for (const armed of taken) armed.left -= 1;
    this.deliveries = this.deliveries.filter(({ left }) => left > 0);
    return taken.map(({ fault }) => fault);
  }

  /** The seed to shuffle a batch with, if one is armed. A reorder fault counts batches, not events. */
  takeReorderSeed(): number | undefined {
    const armed = this.deliveries.find(({ fault }) => fault.kind === 'reorder');
    if (armed?.fault.kind !== 'reorder') return undefined;
    armed.left -= 1;
    this.deliveries = this.deliveries.filter(({ left }) => left > 0);
    return armed.fault.seed;
  }

  reordersWholeSteps(): boolean {
    return this.deliveries.some(({ fault }) => fault.kind === 'reorder' && fault.span === 'advance');
  }

  takeForCall(method: string, path: string): ApiFault | undefined {
    const armed = this.calls.find(
      ({ fault }) =>
        (fault.method ?? method).toUpperCase() === method.toUpperCase() && matches(fault.path ?? '*', path),
    );
    if (!armed || !isTurn(armed)) return undefined;
    armed.left -= 1;
    this.calls = this.calls.filter(({ left }) => left > 0);
    return armed.fault;
  }
}
