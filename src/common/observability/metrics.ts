import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The process's Prometheus metrics. A module asks for its own by name once, in its constructor. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  counter<Label extends string>(name: string, help: string, labelNames: readonly Label[] = []): Counter<Label> {
    return new Counter({ name: `uplift_${name}`, help, labelNames, registers: [this.registry] });
  }

  histogram<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[] = [],
    buckets = SECONDS,
  ): Histogram<Label> {
    return new Histogram({ name: `uplift_${name}`, help, labelNames, buckets, registers: [this.registry] });
  }

  /** A gauge whose value is read when it is scraped. */
  gauge(name: string, help: string, read: () => Promise<number>): Gauge {
    return new Gauge({
      name: `uplift_${name}`,
      help,
      registers: [this.registry],
      async collect() {
        this.set(await read());
      },
    });
  }

  /** As `gauge`, with a value for each value of a label; those that are not read any more are gone. */
  labelledGauge(
    name: string,
    help: string,
    label: string,
    read: () => Promise<readonly (readonly [labelValue: string, value: number])[]>,
  ): Gauge {
    return new Gauge({
      name: `uplift_${name}`,
      help,
      labelNames: [label],
      registers: [this.registry],
      async collect() {
        const values = await read();
        this.reset();
        for (const [labelValue, value] of values) this.set({ [label]: labelValue }, value);
      },
    });
  }
}
