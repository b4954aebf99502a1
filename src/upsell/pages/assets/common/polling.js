const EVERY = 3_000;
const AT_MOST = 30_000;
/** As long as somebody is likely to be in the middle of paying, the page asks often. */
const OFTEN_FOR = 90_000;
const SLOWER = 1.5;

/**
 * Asks again and again while the page is seen: every 3 seconds at first, then more and more rarely. Coming back to the page
 * asks at once.
 *
 * @param {() => Promise<void>} ask
 * @param {{ often?: number }} [options] `often`: milliseconds between the first questions
 * @returns {() => void} stops it
 */
export function poll(ask, { often = EVERY } = {}) {
  let pause = often;
  let isStopped = false;
  let isAsking = false;
  const startedAt = performance.now();
  let timer = setTimeout(turn, pause);

  async function turn() {
    clearTimeout(timer);
    if (isStopped || isAsking) return;
    if (!document.hidden) {
      isAsking = true;
      await ask();
      isAsking = false;
    }
    if (performance.now() - startedAt > OFTEN_FOR) pause = Math.min(pause * SLOWER, AT_MOST);
    if (!isStopped) timer = setTimeout(turn, pause);
  }

  const comeBack = () => {
    if (!document.hidden) void turn();
  };
  document.addEventListener('visibilitychange', comeBack);
  addEventListener('online', comeBack);
  return () => {
    isStopped = true;
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', comeBack);
    removeEventListener('online', comeBack);
  };
}
