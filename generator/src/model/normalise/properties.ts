import { isObject, type KeywordRule } from "./reader.js";
import { emptyMap, readSchemaMap } from "./schema-maps.js";
import { checkPattern, checkPatternTime } from "./strings.js";
import { readNames, wrong } from "./values.js";

const mostProperties = 2_000;

/** `properties`, in the order of the file. */
export const propertiesRule: KeywordRule = (value, reader) => {
  if (!isObject(value)) return wrong(reader, "properties", "an object of schemas", value);
  const count = Object.keys(value).length;
  if (count > mostProperties) {
    reader.report(
      "too-many-properties",
      `an object has ${count} properties, expected at most ${mostProperties}; group them into objects`,
      "properties",
    );
    return {};
  }
  return { properties: readSchemaMap(value, reader, "properties") };
};

/** `patternProperties`: schemas by regular expression, whose time the `maxLength` of `propertyNames` may bound. */
export const patternPropertiesRule: KeywordRule = (value, reader, { propertyNames }) => {
  if (!isObject(value)) return wrong(reader, "patternProperties", "an object of schemas", value);
  const maxLength = isObject(propertyNames) ? propertyNames.maxLength : undefined;
  for (const pattern of Object.keys(value)) {
    if (!checkPattern(pattern, reader, "patternProperties", pattern)) continue;
    checkPatternTime(pattern, maxLength, reader, "patternProperties", pattern);
  }
  return { patternProperties: readSchemaMap(value, reader, "patternProperties") };
};

/** `required`: each name once. */
export const requiredRule: KeywordRule = (value, reader) => ({
  required: readNames(value, reader, "required"),
});

/** `dependentRequired` of 2020-12. */
export const dependentRequiredRule: KeywordRule = (value, reader) => {
  if (!isObject(value)) return wrong(reader, "dependentRequired", "an object of name lists", value);
  const dependentRequired = emptyMap<readonly string[]>();
  for (const [name, names] of Object.entries(value)) {
    dependentRequired[name] = readNames(names, reader, "dependentRequired", name);
  }
  return { dependentRequired };
};
