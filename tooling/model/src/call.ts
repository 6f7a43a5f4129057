import type { Storage } from '@icechunk/storage-core';
import type { Operation } from './operation.ts';
import { bytes } from './outcome.ts';
import { NamedVersion } from './version-log.ts';

/** A text that is sent as bytes. */
class Text {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A method of a storage with its arguments. */
interface Call {
  readonly method: keyof Storage;
  readonly args: readonly unknown[];
}

/** Sends an operation. What is sent and what {@link codeOf} prints come of one description, so that they cannot differ. */
export function send(storage: Storage, operation: Operation<NamedVersion>): unknown {
  const { method, args } = callOf(operation);
  const called = storage[method] as (...args: unknown[]) => unknown;
  return called.apply(storage, args.map(toValue));
}

/** The operation as an expression in TypeScript, over `storage` and `bytes`. */
export function codeOf(operation: Operation<NamedVersion>): string {
  const { method, args } = callOf(operation);
  return `storage.${method}(${args.map((one) => literal(one)).join(', ')})`;
}

/** A value in TypeScript. @param nameOf What an object is called, if it has a name. */
export function literal(value: unknown, nameOf: (value: object) => string | undefined = () => undefined): string {
  if (value instanceof NamedVersion) return value.name;
  if (value instanceof Text) return `bytes(${quoted(value.text)})`;
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `[${value.map((one) => literal(one, nameOf)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const fields = Object.entries(value).map(([name, field]) => `${name}: ${literal(field, nameOf)}`);
  return nameOf(value) ?? (fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`);
}

function callOf(operation: Operation<NamedVersion>): Call {
  switch (operation.verb) {
    case 'put':
    case 'create':
    case 'update':
      return { method: 'putObject', args: [operation.key, new Text(operation.text), ...optionsOf(operation)] };
    case 'get':
      return { method: 'getObject', args: [operation.key, ...(operation.range ? [{ range: operation.range }] : [])] };
    case 'getConditional':
      return { method: 'getObjectConditional', args: [operation.key, operation.version] };
    case 'copy': {
      const { from, to, version } = operation;
      return { method: 'copyObject', args: [from, to, ...(version ? [{ version }] : [])] };
    }
    case 'delete':
      return { method: 'deleteObjects', args: [operation.prefix, operation.items] };
    case 'list':
      return { method: 'listObjects', args: [operation.prefix] };
    case 'lastModified':
      return { method: 'getObjectLastModified', args: [operation.key] };
  }
}

function optionsOf(put: Extract<Operation<NamedVersion>, { text: string }>): object[] {
  const options = {
    ...(put.contentType !== undefined && { contentType: put.contentType }),
    ...(put.verb === 'create' && { condition: { kind: 'create' } }),
    ...(put.verb === 'update' && { condition: { kind: 'update', version: put.version } }),
  };
  return Object.keys(options).length === 0 ? [] : [options];
}

function toValue(value: unknown): unknown {
  if (value instanceof NamedVersion) return value.version;
  if (value instanceof Text) return bytes(value.text);
  if (Array.isArray(value)) return value.map(toValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, toValue(field)]));
}

function quoted(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
