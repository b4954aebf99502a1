import { Config } from '../../src/config/index.js';
import { createApplication } from '../../src/create-application.js';
import { reportPort } from './server.js';

const config = Config.fromEnvironment(process.env);
const app = await createApplication(config);
await app.listen(config.http.port, config.http.host);
reportPort(await app.getUrl());
