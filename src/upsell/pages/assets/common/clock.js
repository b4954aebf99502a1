import { announce, h } from './dom.js';
import { remaining } from './format.js';

/** The server's time: the device's clock may be set to anything. */
let base = { time: 0, at: 0 };

/** @param {string} serverTime */
export function syncClock(serverTime) {
  base = { time: Date.parse(serverTime), at: performance.now() };
}

const now = () => base.time + performance.now() - base.at;

/**
 * Runs once when the server's clock has reached a moment.
 *
 * @param {string} moment
 * @param {() => void} action
 * @returns {() => void} forgets it
 */
export function at(moment, action) {
  const timer = setTimeout(action, Math.min(Math.max(Date.parse(moment) - now(), 0) + AFTER_END, LONGEST_TIMER));
  return () => clearTimeout(timer);
}

/** A moment later the server is sure that it is over. */
const AFTER_END = 700;
/** Browsers count 2^31 milliseconds at most. */
const LONGEST_TIMER = 86_400_000;
const LAST_MINUTE = 60_000;

/**
 * What is left until a moment, counted down. It is read out when asked for, and once when a minute is left.
 *
 * @param {{ label: string, until: string, warning: string, ended: () => void }} options
 * @returns {{ element: HTMLElement, stop: () => void }}
 */
export function countdown({ label, until, warning, ended }) {
  const value = h('strong', {});
  const element = h('p', { class: 'countdown', role: 'timer', 'aria-live': 'off' }, `${label} `, value);
  let isWarned = Date.parse(until) - now() < LAST_MINUTE;
  const tick = () => {
    const left = Date.parse(until) - now();
    value.textContent = remaining(left);
    if (left < LAST_MINUTE && !isWarned) announce(warning);
    isWarned ||= left < LAST_MINUTE;
  };
  tick();
  const timer = setInterval(tick, 250);
  const forget = at(until, ended);
  return {
    element,
    stop() {
      clearInterval(timer);
      forget();
    },
  };
}
