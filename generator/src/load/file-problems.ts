/** Reports something wrong with a file or folder as a whole; `file` as in `SourceLocation`. */
export type ReportFile = (file: string, rule: string, message: string) => void;

/** What an error of the file system is about, for instance `EACCES`. */
export function failureCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
