import 'reflect-metadata';
import { All, Controller, Req, Res } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { setUpApplication } from '../../src/app.setup.js';
import { createAdapter } from '../../src/common/http/index.js';
import { createLogger, NestLogger } from '../../src/common/observability/index.js';
import { ShutdownModule } from '../../src/common/shutdown/index.js';
import { Config, ConfigModule } from '../../src/config/index.js';
import { PageAssets } from '../../src/upsell/pages/page-assets.js';
import { PagesController } from '../../src/upsell/pages/pages.controller.js';
import type { Problem, ThankYou, View } from '../../src/upsell/pages/assets/view.types.js';
import { testEnvironment } from '../support/environment.js';

export interface Asked {
  /** `view`, `thank-you`, or what is posted: `impression`, `payment`, `decline` and so on. */
  readonly what: string;
  readonly offer: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- what a page sends is looked at field by field
  readonly body: any;
  readonly key: string | undefined;
  readonly authorization: string | undefined;
}

/** `lost`: the connection breaks before the answer is whole. */
export type Reaction = { readonly status: number; readonly body?: unknown } | 'lost';
export type React = (asked: Asked) => Reaction | Promise<Reaction>;

/**
 * Plays the API of the upsell for the page, state by state: some of them (an answer that is lost, a payment whose end is
 * unknown) are hard to bring about from outside. The pages, their headers and their files are the real ones.
 */
export class ScriptedApi {
  readonly asked: Asked[] = [];
  readonly reactions = new Map<string, React>();
  /** The state now. */
  view: View | undefined;
  url = '';
  private app: NestFastifyApplication | undefined;

  async start(): Promise<this> {
    const config = Config.fromEnvironment(testEnvironment('postgres://127.0.0.1:9/nothing'));
    const logger = createLogger(config.logLevel);
    const react = (asked: Asked) => this.react(asked);

    @Controller()
    class Scripted {
      @All('upsell-native/:offer')
      view(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
        return answer(request, reply, 'view', react);
      }

      @All('upsell-native/:offer/:what')
      act(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
        return answer(request, reply, (request.params as { what: string }).what, react);
      }

      @All('thank-you/:offer')
      thankYou(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
        return answer(request, reply, 'thank-you', react);
      }

      /** A page of the merchant's, of the bank's or of the provider's. */
      @All('elsewhere')
      elsewhere(@Res() reply: FastifyReply) {
        void reply.type('text/html').send('<!doctype html><title>Elsewhere</title><link rel="icon" href="data:," />');
      }
    }

    const testing = await Test.createTestingModule({
      imports: [ConfigModule.of(config), ShutdownModule],
      controllers: [PagesController, Scripted],
      providers: [PageAssets],
    }).compile();
    this.app = testing.createNestApplication<NestFastifyApplication>(createAdapter(logger, config), {
      bodyParser: false,
      logger: new NestLogger(logger),
    });
    await setUpApplication(this.app);
    await this.app.listen(0, '127.0.0.1');
    this.url = await this.app.getUrl();
    return this;
  }

  /** Forgets what was asked and how to react. Every page shows `view`, until an answer has another state in it. */
  play(view: View): void {
    this.asked.length = 0;
    this.reactions.clear();
    this.view = view;
    this.on('view', () => ({ status: 200, body: this.view }));
    this.on('impression', () => ({ status: 204 }));
  }

  on(what: string, react: React): void {
    this.reactions.set(what, react);
  }

  thank(order: ThankYou): void {
    this.on('thank-you', () => ({ status: 200, body: order }));
  }

  of(what: string): readonly Asked[] {
    return this.asked.filter((asked) => asked.what === what);
  }

  async close(): Promise<void> {
    await this.app?.close();
  }

  private async react(asked: Asked): Promise<Reaction> {
    this.asked.push(asked);
    const reaction = await this.reactions.get(asked.what)?.(asked);
    if (reaction === undefined) return { status: 404, body: problem(404, 'not_found', '?') };
    const body = (reaction === 'lost' ? {} : (reaction.body ?? {})) as { session?: object; current?: View };
    if (body.session) this.view = body as View;
    else if (body.current) this.view = body.current;
    return reaction;
  }
}

/** Something that a scripted answer waits for. */
export function createGate(): { readonly isOpen: Promise<void>; open(): void } {
  const gate = { open: () => {} };
  const isOpen = new Promise<void>((resolve) => (gate.open = resolve));
  return { isOpen, open: () => gate.open() };
}

export const problem = (status: number, code: string, message: string, more: Partial<Problem> = {}): Problem => ({
  status,
  code,
  message,
  ...more,
});

async function answer(request: FastifyRequest, reply: FastifyReply, what: string, react: React): Promise<void> {
  const reaction = await react({
    what,
    offer: (request.params as { offer: string }).offer,
    body: request.body,
    key: request.headers['idempotency-key'] as string | undefined,
    authorization: request.headers.authorization,
  });
  if (reaction === 'lost') {
    // Half an answer: without any a browser may send the request a second time by itself.
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'application/json', 'content-length': 1_000 });
    reply.raw.write('{', () => reply.raw.destroy());
    return;
  }
  void reply.status(reaction.status);
  if (reaction.body === undefined) void reply.send();
  else void reply.type('application/json; charset=utf-8').send(JSON.stringify(reaction.body));
}
