import { BadRequestException } from '@nestjs/common';

/** A control request that makes no sense; answered with 400 and the message. */
export class ControlError extends BadRequestException {}
