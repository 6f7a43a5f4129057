import { fromMarkdown } from 'mdast-util-from-markdown';
import { visit } from 'unist-util-visit';

/** One block of TypeScript in a README. */
export interface Snippet {
  /** The line of its first line of code, counted from 1. */
  readonly line: number;
  readonly code: string;
}

const LANGUAGES = ['ts', 'typescript', 'mts'];

/** Every block of a Markdown text that is marked as TypeScript, wherever it stands. */
export function extractSnippets(markdown: string): readonly Snippet[] {
  const snippets: Snippet[] = [];
  visit(fromMarkdown(markdown), 'code', ({ lang, value, position }) => {
    if (lang && position && LANGUAGES.includes(lang.toLowerCase())) {
      snippets.push({ line: position.start.line + 1, code: value });
    }
  });
  return snippets;
}
