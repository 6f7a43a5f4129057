import { expect, it } from 'vitest';
import { placeOf } from '../src/container-place.ts';

it.each([
  ['https://weather.blob.core.windows.net/grids', 'grids', 'https://weather.blob.core.windows.net'],
  ['https://weather.blob.core.windows.net/grids/?sv=1&sig=secret', 'grids', 'https://weather.blob.core.windows.net'],
  ['http://127.0.0.1:10000/devstoreaccount1/grids', 'grids', 'http://127.0.0.1:10000/devstoreaccount1'],
  ['https://user:secret@blobs.example.org/x/grids#secret', 'grids', 'https://blobs.example.org/x'],
  ['https://weather.blob.core.windows.net/%24web', '$web', 'https://weather.blob.core.windows.net'],
  ['https://weather.blob.core.windows.net', '', 'https://weather.blob.core.windows.net'],
])('finds the container and the service in %s', (url, name, serviceUrl) => {
  expect(placeOf({ url })).toEqual({ name, serviceUrl });
});
