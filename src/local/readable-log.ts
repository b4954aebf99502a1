interface LogLine {
  readonly level: string;
  readonly time: string;
  readonly msg?: string;
  readonly context?: string;
  readonly [field: string]: unknown;
}

/**
 * A line of a child's output for the terminal: JSON logs as `12:30:05 uplift  warn  Inbox: text key=value`, all else as it
 * is, behind the child's name.
 *
 * @param isQuiet leaves out what is only told, and nothing that is wrong
 * @returns undefined for a line that is not worth a person's time
 */
export function toReadable(child: string, line: string, isQuiet = false): string | undefined {
  const log = parse(line);
  const name = child.padEnd(10);
  if (!log) return line.trim() === '' ? undefined : `${' '.repeat(9)}${name} ${line}`;
  const { level, time, msg = '', context, ...fields } = log;
  if (isQuiet && level === 'info') return undefined;
  const more = Object.entries(fields).map(([key, value]) => `${key}=${toText(value)}`);
  const sentence = [context ? `${context}: ${msg}` : msg, ...more].join(' ');
  return `${time.slice(11, 19)} ${name} ${level.padEnd(5)} ${sentence}`;
}

function parse(line: string): LogLine | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const log = JSON.parse(line) as Partial<LogLine>;
    return typeof log.level === 'string' && typeof log.time === 'string' ? (log as LogLine) : undefined;
  } catch {
    return undefined;
  }
}

function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  const { stack } = (value ?? {}) as { stack?: unknown };
  return typeof stack === 'string' ? `\n${stack}` : JSON.stringify(value);
}
