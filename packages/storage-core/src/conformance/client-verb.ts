/**
 * The calls of a client; `stream` is a listing in one stream, `page` one page of the others. Of a sequential upload,
 * `complete_upload` sends the last part, `upload_part` any other, and `ask_upload` asks how far it came.
 */
export type ClientVerb =
  | 'get'
  | 'head'
  | 'put'
  | 'copy'
  | 'page'
  | 'stream'
  | 'delete'
  | 'start_upload'
  | 'upload_part'
  | 'complete_upload'
  | 'ask_upload'
  | 'abort_upload'
  | 'refresh';
