/** Values that appear in examples and documentation, and so protect nothing. */
const WELL_KNOWN = /change.?me|example|secret-?secret|password|local-only|^(.)\1+$/i;

interface SecretRule {
  readonly minimumLength: number;
  /** What it must look like, and the same in words. */
  readonly form?: { readonly pattern: RegExp; readonly text: string };
}

export class ConfigurationError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration has ${problems.length} problem(s):\n${problems.map((line) => `  - ${line}`).join('\n')}`);
    this.name = 'ConfigurationError';
  }
}

/** Reads variables and collects every problem, so that an operator sees all of them in one message. Values are never printed. */
export class EnvironmentReader {
  readonly production: boolean;
  private readonly problems: string[] = [];

  constructor(private readonly environment: NodeJS.ProcessEnv) {
    this.production = environment.NODE_ENV === 'production';
  }

  problem(name: string, text: string): void {
    this.problems.push(`${name} ${text}`);
  }

  throwIfAnyProblem(): void {
    if (this.problems.length > 0) throw new ConfigurationError(this.problems);
  }

  optionalText(name: string): string | undefined {
    return this.environment[name]?.trim() || undefined;
  }

  isAnySet(...names: readonly string[]): boolean {
    return names.some((name) => this.optionalText(name) !== undefined);
  }

  text(name: string, fallback: string): string {
    return this.optionalText(name) ?? fallback;
  }

  list(name: string): string[] {
    return (this.optionalText(name) ?? '')
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  }

  oneOf<Value extends string>(name: string, values: readonly Value[], fallback: Value): Value {
    const value = this.optionalText(name);
    if (value === undefined) return fallback;
    if ((values as readonly string[]).includes(value)) return value as Value;
    this.problem(name, `must be one of ${values.join(', ')}`);
    return fallback;
  }

  boolean(name: string, fallback: boolean): boolean {
    return this.oneOf(name, ['true', 'false'], fallback ? 'true' : 'false') === 'true';
  }

  integer(name: string, rule: { fallback: number; minimum: number; maximum: number }): number {
    const value = this.optionalText(name);
    if (value === undefined) return rule.fallback;
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= rule.minimum && number <= rule.maximum) return number;
    this.problem(name, `must be a whole number from ${rule.minimum} to ${rule.maximum}`);
    return rule.fallback;
  }

  optionalUrl(name: string): string | undefined {
    const value = this.optionalText(name);
    if (value === undefined) return undefined;
    if (!/^https?:$/.test(safeUrl(value)?.protocol ?? '')) this.problem(name, 'must be an http(s) URL');
    return value.replace(/\/+$/, '');
  }

  /** An http(s) URL of a host and nothing in it. */
  optionalBaseUrl(name: string): string | undefined {
    const value = this.optionalUrl(name);
    if (value !== undefined && (safeUrl(value)?.pathname ?? '/') !== '/') this.problem(name, 'must not have a path');
    return value;
  }

  /** Where something secret goes: in production by https alone. A host of this machine is no exception where `remote`. */
  checkEncrypted(name: string, value: string | undefined, { remote }: { remote: boolean }): void {
    const url = value === undefined ? undefined : safeUrl(value);
    if (!this.production || url?.protocol !== 'http:' || (!remote && isLoopback(url.hostname))) return;
    this.problem(name, 'must be https in production');
  }

  url(name: string, fallback: string | undefined): string {
    const value = this.optionalUrl(name) ?? fallback;
    if (value === undefined) this.problem(name, 'is missing');
    return value ?? '';
  }

  developmentOnlyUrl(name: string): string | undefined {
    const value = this.optionalUrl(name);
    if (value !== undefined && this.production) this.problem(name, 'is for demonstrations and refused in production');
    return value;
  }

  databaseUrl(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined) this.problem(name, 'is missing');
    else if (!/^postgres(ql)?:$/.test(safeUrl(value)?.protocol ?? '')) this.problem(name, 'must be a postgres:// URL');
    return value ?? '';
  }

  /** Comma-separated origins (`https://shop.example`), at least one. */
  origins(name: string): string[] {
    const values = this.list(name);
    if (values.length === 0) this.problem(name, 'is missing: name at least one origin, such as https://shop.example');
    return this.checkOrigins(name, values);
  }

  /** As `origins`, and none is fine too. */
  optionalOrigins(name: string): string[] {
    return this.checkOrigins(name, this.list(name));
  }

  private checkOrigins(name: string, values: string[]): string[] {
    for (const value of values) {
      // A star would be taken as it is, and match nobody.
      const isOrigin = /^https?:/.test(value) && safeUrl(value)?.origin === value && !value.includes('*');
      if (!isOrigin) this.problem(name, `has ${value}, which is not an origin such as https://shop.example`);
    }
    return values;
  }

  secret(name: string, rule: SecretRule): string {
    return this.secrets(name, rule, 1)[0] ?? '';
  }

  /** Comma-separated secrets, at least one; in production each must also be hard to guess. */
  secrets(name: string, rule: SecretRule, maximum = 10): string[] {
    const values = this.list(name);
    if (values.length === 0) this.problem(name, 'is missing');
    if (values.length > maximum) this.problem(name, `has ${values.length} values, at most ${maximum} allowed`);
    const { form } = rule;
    if (form && values.some((value) => !form.pattern.test(value))) this.problem(name, form.text);
    if (this.production && values.some((value) => isWeak(value, rule))) {
      this.problem(name, `is too weak: at least ${rule.minimumLength} characters, random, no example value`);
    }
    return values;
  }
}

function isWeak(value: string, rule: SecretRule): boolean {
  return value.length < rule.minimumLength || WELL_KNOWN.test(value) || new Set(value).size < 8;
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '127.0.0.1' || host === '[::1]';

function safeUrl(value: string): URL | undefined {
  return URL.canParse(value) ? new URL(value) : undefined;
}
