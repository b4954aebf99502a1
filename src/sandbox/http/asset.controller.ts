import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Controller, Get, Header } from '@nestjs/common';

const STYLE = readFileSync(join(import.meta.dirname, 'assets', 'sandbox.css'), 'utf8');

@Controller('sandbox/assets')
export class AssetController {
  @Get('sandbox.css')
  @Header('content-type', 'text/css; charset=utf-8')
  @Header('cache-control', 'max-age=300')
  style(): string {
    return STYLE;
  }
}
