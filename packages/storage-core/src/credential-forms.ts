import { StorageError } from './errors.ts';

/** The fields of one way to give credentials. */
export interface CredentialForm {
  /** All of them together make the form; a field that is `false` or undefined is not given. */
  readonly fields: readonly string[];
  /** Fields that may stand beside them. */
  readonly optional?: readonly string[];
}

/**
 * Which of several ways to give credentials a user chose: exactly one, so that no rule of precedence has to be known.
 *
 * @param options As the user gave them; what is in no form is not looked at.
 * @param forms By name.
 * @throws {@link StorageError} `invalid_options`, naming the fields that are missing or exclude each other, and no value.
 */
export function chooseCredentialForm<Name extends string>(
  options: object,
  forms: Readonly<Record<Name, CredentialForm>>,
): Name {
  const entries = Object.entries<CredentialForm>(forms) as [Name, CredentialForm][];
  const given = new Set(
    entries
      .flatMap(([, form]) => fieldsOf(form))
      .filter((field) => isGiven((options as Record<string, unknown>)[field])),
  );
  if (given.size === 0) throw invalid(`credentials are missing: give ${waysOf(entries)}`);
  const complete = entries.find(([, form]) => holdsAll(form, given));
  if (complete) return complete[0];
  const started = entries.filter(([, form]) => form.fields.some((field) => given.has(field)));
  if (started.length > 1) throw invalid(`${listed(namesOfForms(started, given), 'and')} exclude each other: give one`);
  const [form] = started.map(([, one]) => one);
  if (form) throw invalid(faultOfForm(form, given));
  throw invalid(`${listed([...given], 'and')} alone make no credentials: give ${waysOf(entries)}`);
}

function holdsAll(form: CredentialForm, given: ReadonlySet<string>): boolean {
  return form.fields.every((field) => given.has(field)) && [...given].every((field) => fieldsOf(form).includes(field));
}

function faultOfForm(form: CredentialForm, given: ReadonlySet<string>): string {
  const missing = form.fields.filter((field) => !given.has(field));
  const foreign = [...given].filter((field) => !fieldsOf(form).includes(field));
  const there = form.fields.filter((field) => given.has(field));
  if (foreign.length > 0) return `${listed(foreign, 'and')} cannot stand beside ${listed(there, 'and')}`;
  return `${listed(missing, 'and')} is missing: ${listed(form.fields, 'and')} go together`;
}

function namesOfForms(forms: readonly (readonly [string, CredentialForm])[], given: ReadonlySet<string>): string[] {
  return forms.map(([, form]) => form.fields.find((field) => given.has(field)) as string);
}

function waysOf(forms: readonly (readonly [string, CredentialForm])[]): string {
  return listed(
    forms.map(([, form]) => form.fields.join(' with ')),
    'or',
  );
}

function fieldsOf({ fields, optional = [] }: CredentialForm): readonly string[] {
  return [...fields, ...optional];
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== false;
}

function listed(names: readonly string[], word: string): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} ${word} ${names.at(-1)}`;
}

function invalid(message: string): StorageError {
  return new StorageError({ kind: 'invalid_options', message });
}
