export default () => globalThis.testPostgresKeeper?.stop();
