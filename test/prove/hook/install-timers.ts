import http from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';
import { promisify } from 'node:util';
import type { VirtualTimers } from './virtual-time.js';

interface PauseOptions {
  readonly signal?: AbortSignal;
  readonly ref?: boolean;
}

/** Every way in which a program of ours, or a library of its, waits for a time. */
export function installTimers(virtual: VirtualTimers): void {
  const pause = <Value>(milliseconds?: number, value?: Value, { signal, ref }: PauseOptions = {}): Promise<Value> =>
    new Promise((resolve, reject) => {
      const stop = () => {
        virtual.clearTimeout(timer);
        reject(new DOMException('The operation was aborted', 'AbortError'));
      };
      const timer = virtual.setTimeout(() => {
        signal?.removeEventListener('abort', stop);
        resolve(value as Value);
      }, milliseconds);
      if (ref === false) timer.unref();
      if (signal?.aborted) stop();
      else signal?.addEventListener('abort', stop, { once: true });
    });
  const setTimeout = Object.assign(virtual.setTimeout, { [promisify.custom]: pause, __promisify__: pause });
  Object.assign(globalThis, { setTimeout, clearTimeout: virtual.clearTimeout });
  Object.assign(timers, { setTimeout, clearTimeout: virtual.clearTimeout });
  Object.assign(timersPromises, { setTimeout: pause });
  AbortSignal.timeout = (milliseconds) => {
    const controller = new AbortController();
    const reason = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
    virtual.setTimeout(() => controller.abort(reason), milliseconds).unref();
    return controller.signal;
  };
  installRequestTimeouts(virtual);
  syncBuiltinESMExports();
}

/** A client's patience with an answer: Node keeps it in a timer that nobody can see. */
function installRequestTimeouts(virtual: VirtualTimers): void {
  const { setTimeout: original } = http.ClientRequest.prototype;
  http.ClientRequest.prototype.setTimeout = function (milliseconds, callback) {
    const timer = virtual.setTimeout(() => this.emit('timeout'), milliseconds).unref();
    this.once('close', () => virtual.clearTimeout(timer));
    return original.call(this, milliseconds, callback);
  };
}
