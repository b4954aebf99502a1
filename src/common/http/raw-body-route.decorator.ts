import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExtension } from '@nestjs/swagger';
import type { RouteSettings } from './adapter.js';

/** Says so in the document. */
export const RAW_BODY = 'x-raw-body';

/** The handler gets the body's bytes as they came, of whatever type. */
export const RawBodyRoute = (settings: Omit<RouteSettings, 'rawBody'>): MethodDecorator =>
  applyDecorators(RouteConfig({ ...settings, rawBody: true }), ApiExtension(RAW_BODY, true));
