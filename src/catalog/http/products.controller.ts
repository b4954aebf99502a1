import { Body, Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../common/http/index.js';
import { AdminRoute } from '../../identity/index.js';
import { ProductsService } from '../products.service.js';
import { toProduct, toProductDetails } from './offer.response.js';
import { ProductDto, ProductPathDto, UpsertProductDto } from './products.dto.js';

@ApiTags('admin: catalogue')
@AdminRoute()
@Controller('api/v1/admin/products')
export class ProductsController {
  constructor(private readonly products: ProductsService) {}

  @Get()
  @ApiOperation({ summary: 'Every product, by code' })
  @ApiOkResponse({ type: [ProductDto] })
  async list(): Promise<ProductDto[]> {
    return (await this.products.list()).map(toProduct);
  }

  @Put(':code')
  @ApiOperation({ summary: 'Make a product exist, or bring it up to date' })
  @ApiOkResponse({ type: ProductDto })
  @ApiProblems('validation_failed')
  async upsert(@Param() path: ProductPathDto, @Body() body: UpsertProductDto): Promise<ProductDto> {
    return toProduct(await this.products.upsert(toProductDetails(path.code, body)));
  }

  @Delete(':code')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a product that no offer has ever sold' })
  @ApiNoContentResponse()
  @ApiProblems('product_not_found', 'in_use', 'validation_failed')
  delete(@Param() path: ProductPathDto): Promise<void> {
    return this.products.delete(path.code);
  }
}
