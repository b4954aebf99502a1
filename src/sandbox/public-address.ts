import { Injectable } from '@nestjs/common';

/** Where the sandbox listens. Known only once it does; hosted pages need it for the addresses that they hand out. */
@Injectable()
export class PublicAddress {
  url = '';
}
