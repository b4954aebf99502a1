import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import {
  CardNumberInterceptor,
  createValidationPipe,
  declareEdgeProblems,
  drainOnShutdown,
  ProblemFilter,
  StorableTextPipe,
  useCallerLanguage,
  useCors,
  useOwnBodyParser,
  useSecurityHeaders,
} from './common/http/index.js';
import { useRateLimits } from './common/rate-limits/index.js';
import { Shutdown } from './common/shutdown/index.js';
import { Config } from './config/index.js';

/** Swagger UI styles itself inline; nothing else does. */
const DOCUMENTATION_PATH = '/docs';
const DOCUMENTATION_CONTENT_SECURITY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'";

/** Everything between the network and a controller: shared by main and the tests. */
export async function setUpApplication(app: NestFastifyApplication): Promise<void> {
  const config = app.get(Config);
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  drainOnShutdown(fastify, app.get(Shutdown));
  useOwnBodyParser(fastify);
  useCallerLanguage(fastify, config.defaultLanguage);
  await useSecurityHeaders(fastify, config.http.appUrl);
  await useCors(fastify, config.http.corsOrigins);
  await useRateLimits(fastify, config);
  app.useGlobalInterceptors(new CardNumberInterceptor());
  app.useGlobalPipes(new StorableTextPipe(), createValidationPipe());
  app.useGlobalFilters(new ProblemFilter(config));
  app.enableShutdownHooks([], { useProcessExit: true });
  if (config.http.openDocumentation) setUpDocumentation(app, fastify, config);
}

function setUpDocumentation(app: NestFastifyApplication, fastify: FastifyInstance, config: Config): void {
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const isPage = request.url === DOCUMENTATION_PATH || request.url.startsWith(`${DOCUMENTATION_PATH}/`);
    if (isPage) void reply.header('content-security-policy', DOCUMENTATION_CONTENT_SECURITY);
    done(null, payload);
  });
  const description = new DocumentBuilder()
    .setTitle('Uplift')
    .setDescription(
      'Upsells after a purchase, and subscription plan changes, over a merchant’s payment provider. Errors are RFC 9457 ' +
        'problem documents. Amounts are minor units of the currency; times are UTC.',
    )
    .setVersion('1')
    .addServer(config.http.appUrl)
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description:
          'Customer token, signed by the storefront: `sub` (the user’s external_id), `aud` (JWT_AUDIENCE, `uplift`), `exp`',
      },
      'customer',
    )
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: 'Token of one sale: in the fragment of the URLs that a claim gives, for a day',
      },
      'upsell',
    )
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-Api-Key', description: 'Key with scope `service`' }, 'service')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-Api-Key', description: 'Key with scope `admin`' }, 'admin')
    .build();
  const document = SwaggerModule.createDocument(app, description);
  declareEdgeProblems(document);
  SwaggerModule.setup('docs', app, document, {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: 'Uplift API',
    customCss: '.swagger-ui .topbar { display: none }',
    swaggerOptions: { persistAuthorization: true },
  });
}
