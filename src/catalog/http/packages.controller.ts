import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../common/http/index.js';
import { AdminRoute } from '../../identity/index.js';
import { CatalogAdministrationService, type PlanCommand } from '../catalog-administration.service.js';
import type { PackageDetails } from '../persistence/package.repository.js';
import { DEFAULT_SWITCH_MODES } from '../domain/plan.js';
import { toAdminPackage, toAdminPlan } from './catalog.response.js';
import {
  AdminPackageDto,
  AdminPlanDto,
  PackagePathDto,
  PackageWithPlansDto,
  PlanPathDto,
  UpsertPackageDto,
  UpsertPlanDto,
} from './packages.dto.js';

@ApiTags('admin: catalogue')
@AdminRoute()
@Controller('api/v1/admin/packages')
export class PackagesController {
  constructor(private readonly catalog: CatalogAdministrationService) {}

  @Get()
  @ApiOperation({ summary: 'The whole catalogue, with plans not offered and prices sold no more' })
  @ApiOkResponse({ type: [PackageWithPlansDto] })
  async list(): Promise<PackageWithPlansDto[]> {
    const packages = await this.catalog.list();
    return packages.map((item) => ({ ...toAdminPackage(item.package), plans: item.plans.map(toAdminPlan) }));
  }

  @Put(':code')
  @ApiOperation({ summary: 'Make a package exist, or bring it up to date' })
  @ApiOkResponse({ type: AdminPackageDto })
  @ApiProblems('validation_failed')
  async upsertPackage(@Param() path: PackagePathDto, @Body() body: UpsertPackageDto): Promise<AdminPackageDto> {
    return toAdminPackage(await this.catalog.upsertPackage(toDetails(path, body)));
  }

  @Put(':code/plans/:planCode')
  @ApiOperation({ summary: 'Make a plan exist as told, sold at exactly these prices' })
  @ApiOkResponse({ type: AdminPlanDto })
  @ApiProblems('package_not_found', 'plan_code_taken', 'price_taken', 'price_immutable', 'validation_failed')
  async upsertPlan(@Param() path: PlanPathDto, @Body() body: UpsertPlanDto): Promise<AdminPlanDto> {
    return toAdminPlan(await this.catalog.upsertPlan(toCommand(path, body)));
  }
}

const toDetails = (path: PackagePathDto, body: UpsertPackageDto): PackageDetails => ({
  code: path.code,
  name: body.name,
  description: body.description ?? null,
  downgradePolicy: body.downgrade_policy ?? 'block',
  prorationModes: body.proration_modes ?? DEFAULT_SWITCH_MODES,
});

const toCommand = (path: PlanPathDto, body: UpsertPlanDto): PlanCommand => ({
  packageCode: path.code,
  code: path.planCode,
  name: body.name,
  description: body.description ?? null,
  features: body.features ?? [],
  limits: body.limits ?? {},
  rank: body.rank ?? 0,
  isOffered: body.is_offered ?? true,
  prices: body.prices.map((price) => ({
    provider: price.provider,
    providerPriceId: price.provider_price_id,
    providerProductId: price.provider_product_id ?? null,
    currency: price.currency,
    unitAmount: price.unit_amount,
    billingInterval: price.billing_interval,
    intervalCount: price.interval_count ?? 1,
  })),
});
