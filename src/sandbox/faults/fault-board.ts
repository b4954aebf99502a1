import type { ApiFault, DeliveryFault, FaultControl, FaultList } from './fault.types.js';

interface Armed<Fault> {
  readonly fault: Fault;
  left: number;
}

const matches = (pattern: string, value: string): boolean =>
  new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  ).test(value);

const arm = <Fault extends { readonly times?: number }>(fault: Fault): Armed<Fault> => ({
  fault,
  left: fault.times === undefined ? 1 : fault.times < 0 ? Infinity : fault.times,
});

const show = <Fault extends object>({ fault, left }: Armed<Fault>): Fault => ({
  ...fault,
  times: left === Infinity ? -1 : left,
});

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
    const taken = this.deliveries.filter(
      ({ fault }) => fault.kind !== 'reorder' && (fault.types ?? ['*']).some((pattern) => matches(pattern, type)),
    );
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

  isReordering(): boolean {
    return this.deliveries.some(({ fault }) => fault.kind === 'reorder');
  }

  reordersWholeSteps(): boolean {
    return this.deliveries.some(({ fault }) => fault.kind === 'reorder' && fault.span === 'advance');
  }

  takeForCall(method: string, path: string): ApiFault | undefined {
    const armed = this.calls.find(
      ({ fault }) =>
        (fault.method ?? method).toUpperCase() === method.toUpperCase() && matches(fault.path ?? '*', path),
    );
    if (!armed) return undefined;
    armed.left -= 1;
    this.calls = this.calls.filter(({ left }) => left > 0);
    return armed.fault;
  }
}
