export default async () => {
  const c = globalThis.__PG;
  if (!c) return;
  c.ref();
  const done = new Promise((r) => c.once('exit', r));
  c.stdin.end();
  await done;
};
