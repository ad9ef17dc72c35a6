/** Whether a server was refused because of its certificate: that does not mend itself. */
export function isCertificateError(error: unknown): boolean {
  const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && /CERT|VERIFY_LEAF/.test(code);
}
