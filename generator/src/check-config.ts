import { isRecord } from "./is-record.js";
import { appendPointer } from "./json-pointer.js";
import { suggestion } from "./nearest-name.js";
import { type Config, TARGETS } from "./options.js";

// generator/schema/config.schema.json says the same to editors; a test holds both together.

/** Told of each thing that is wrong, at its JSON Pointer. */
export type Report = (pointer: string, rule: string, message: string) => void;

/** Whether the content of a config file is right; if not, everything wrong with it was reported. */
export function isConfig(value: unknown, report: Report): value is Config {
  let right = true;
  checkMembers(value, "", CONFIG, (...finding) => {
    right = false;
    report(...finding);
  });
  return right;
}

type Check = (value: unknown, pointer: string, report: Report) => void;
type Checks = ReadonlyMap<string, Check>;

const checkText: Check = (value, pointer, report) => {
  if (typeof value !== "string") report(pointer, "config-type", `expected text, got ${kindOf(value)}`);
  else if (value === "") report(pointer, "config-value", "expected text, got none");
};

const checkBoolean: Check = (value, pointer, report) => {
  if (typeof value !== "boolean")
    report(pointer, "config-type", `expected true or false, got ${kindOf(value)}`);
};

const checkTarget: Check = (value, pointer, report) => {
  if (TARGETS.some((target) => target === value)) return;
  const got = typeof value === "string" ? JSON.stringify(value) : kindOf(value);
  report(
    pointer,
    "config-value",
    `expected ${TARGETS.map((target) => `"${target}"`).join(" or ")}, got ${got}`,
  );
};

const checkFolders: Check = (value, pointer, report) => {
  if (!Array.isArray(value))
    report(pointer, "config-type", `expected a list of folders, got ${kindOf(value)}`);
  else for (const [index, folder] of value.entries()) checkText(folder, `${pointer}/${index}`, report);
};

const checkPackageName: Check = (value, pointer, report) => {
  if (typeof value !== "string" || value === "") checkText(value, pointer, report);
  else if (value.length > 214 || !PACKAGE_NAME.test(value)) {
    const expected = 'expected a package name in lower case, such as "contracts" or "@team/contracts"';
    report(pointer, "config-value", `${expected}, got ${JSON.stringify(value)}`);
  }
};

const PACKAGE_NAME = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;

const checkPackage: Check = (value, pointer, report) => {
  if (typeof value === "string") checkPackageName(value, pointer, report);
  else if (isRecord(value) && value.name === undefined) {
    report(pointer, "config-value", 'expected the member "name", got none');
  } else checkMembers(value, pointer, PACKAGE, report);
};

const PACKAGE: Checks = new Map([
  ["name", checkPackageName],
  ["version", checkText],
  ["private", checkBoolean],
]);

const CONFIG: Checks = new Map([
  ["schemas", checkText],
  ["out", checkText],
  ["target", checkTarget],
  ["roots", checkFolders],
  ["package", checkPackage],
  ["$schema", checkText],
]);

function checkMembers(value: unknown, pointer: string, checks: Checks, report: Report): void {
  if (!isRecord(value)) {
    report(pointer, "config-type", `expected an object, got ${kindOf(value)}`);
    return;
  }
  for (const [name, member] of Object.entries(value)) {
    const check = checks.get(name);
    const place = appendPointer(pointer, name);
    if (check !== undefined) check(member, place, report);
    else {
      const message = `unknown member ${JSON.stringify(name)}${suggestion(name, checks.keys())}`;
      report(place, "config-unknown-member", message);
    }
  }
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
