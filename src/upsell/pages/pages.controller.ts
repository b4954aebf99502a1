import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApplicationError } from '../../common/errors/index.js';
import { ASSETS_PATH, PageAssets, type PageAsset } from './page-assets.js';

/** What is named by its version never changes; a page names the version of its script, so it is asked for anew. */
const FOR_EVER = 'public, max-age=31536000, immutable';
const ASK_AGAIN = 'no-cache';

/** The pages a customer meets. They hold nothing: their script shows what the API answers. */
@ApiExcludeController()
@Controller()
export class PagesController {
  constructor(private readonly assets: PageAssets) {}

  @Get('upsell-native')
  upsell(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    send(request, reply, this.assets.find('upsell.html'), ASK_AGAIN);
  }

  @Get('thank-you')
  thankYou(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    send(request, reply, this.assets.find('thank-you.html'), ASK_AGAIN);
  }

  /** A page of another version (a release is under way) gets this version's file, and nobody keeps it under that name. */
  @Get([`${ASSETS_PATH}/:version/:file`, `${ASSETS_PATH}/:version/:folder/:file`])
  asset(
    @Param() { version, folder, file }: AssetParameters,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    const asset = this.assets.find(folder === undefined ? file : `${folder}/${file}`);
    send(request, reply, asset, version === this.assets.version ? FOR_EVER : ASK_AGAIN);
  }
}

/** An interface, so that it is looked up as it is: no file of another name is there. */
interface AssetParameters {
  readonly version: string;
  readonly folder?: string;
  readonly file: string;
}

function send(request: FastifyRequest, reply: FastifyReply, asset: PageAsset | undefined, caching: string): void {
  if (!asset) throw new ApplicationError('not_found');
  const isCompressed = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  void reply.headers({
    'content-type': asset.type,
    'cache-control': caching,
    vary: 'accept-encoding',
    ...(isCompressed ? { 'content-encoding': 'gzip' } : {}),
  });
  void reply.send(isCompressed ? asset.compressed : asset.bytes);
}
