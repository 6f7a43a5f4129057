export * from './contract.ts';
export * from './client.ts';
export * from './errors.ts';
export * from './events.ts';
export * from './range.ts';
export * from './settings.ts';
export * from './version.ts';
