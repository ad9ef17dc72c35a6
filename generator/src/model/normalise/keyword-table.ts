import { beside } from "./companions.js";
import { dependenciesRule, draft07DependenciesRule } from "./dependencies.js";
import { additionalItemsRule, draft07ItemsRule, itemsRule, prefixItemsRule } from "./items.js";
import { dependentRequiredRule, patternPropertiesRule, propertiesRule, requiredRule } from "./properties.js";
import type { KeywordTable } from "./reader.js";
import { dynamicRefRule, refRule } from "./references.js";
import { rawCodeRule, recursiveRefRule, vocabularyRule } from "./refused.js";
import { schemaListRule, schemaMapRule, schemaRule } from "./schema-maps.js";
import { patternRule } from "./strings.js";
import { typeRule } from "./types.js";
import {
  anyRule,
  booleanRule,
  countRule,
  multipleOfRule,
  numberRule,
  textRule,
  valuesRule,
} from "./values.js";

const mostAlternatives = 300;

/** Keywords that say nothing about values: read beside a `$ref` of draft-07 too. */
export const annotations: KeywordTable = new Map([
  ["title", textRule("title")],
  ["description", textRule("description")],
  ["deprecated", booleanRule("deprecated")],
  ["default", anyRule("default")],
  ["examples", valuesRule("examples")],
  ["readOnly", booleanRule("readOnly")],
  ["writeOnly", booleanRule("writeOnly")],
  ["tsType", rawCodeRule],
]);

const common: KeywordTable = new Map([
  ...annotations,
  ["$ref", refRule],
  ["type", typeRule],
  ["const", anyRule("const")],
  ["enum", valuesRule("enum")],
  ["x-extensible-enum", valuesRule("x-extensible-enum")],
  ["allOf", schemaListRule("allOf", mostAlternatives)],
  ["anyOf", schemaListRule("anyOf", mostAlternatives)],
  ["oneOf", schemaListRule("oneOf", mostAlternatives)],
  ["not", schemaRule("not")],
  ["if", schemaRule("if")],
  ["then", beside("if", schemaRule("then"))],
  ["else", beside("if", schemaRule("else"))],
  ["properties", propertiesRule],
  ["patternProperties", patternPropertiesRule],
  ["additionalProperties", schemaRule("additionalProperties")],
  ["propertyNames", schemaRule("propertyNames")],
  ["required", requiredRule],
  ["minProperties", countRule("minProperties")],
  ["maxProperties", countRule("maxProperties")],
  ["contains", schemaRule("contains")],
  ["minItems", countRule("minItems")],
  ["maxItems", countRule("maxItems")],
  ["uniqueItems", booleanRule("uniqueItems")],
  ["minimum", numberRule("minimum")],
  ["maximum", numberRule("maximum")],
  ["exclusiveMinimum", numberRule("exclusiveMinimum")],
  ["exclusiveMaximum", numberRule("exclusiveMaximum")],
  ["multipleOf", multipleOfRule],
  ["minLength", countRule("minLength")],
  ["maxLength", countRule("maxLength")],
  ["pattern", patternRule],
  ["format", textRule("format")],
  ["contentEncoding", textRule("contentEncoding")],
  ["contentMediaType", textRule("contentMediaType")],
]);

/** What each dialect knows; any other keyword has no meaning there and is left out. */
export const keywordTables: { readonly [dialect in "draft-07" | "2020-12"]: KeywordTable } = {
  "draft-07": new Map([
    ...common,
    ["items", draft07ItemsRule],
    ["additionalItems", additionalItemsRule],
    ["dependencies", draft07DependenciesRule],
  ]),
  "2020-12": new Map([
    ...common,
    ["$vocabulary", vocabularyRule],
    ["$dynamicRef", dynamicRefRule],
    ["$recursiveRef", recursiveRefRule],
    ["prefixItems", prefixItemsRule],
    ["items", itemsRule],
    ["minContains", beside("contains", countRule("minContains"))],
    ["maxContains", beside("contains", countRule("maxContains"))],
    ["dependencies", dependenciesRule],
    ["dependentRequired", dependentRequiredRule],
    ["dependentSchemas", schemaMapRule("dependentSchemas")],
    ["unevaluatedItems", schemaRule("unevaluatedItems")],
    ["unevaluatedProperties", schemaRule("unevaluatedProperties")],
  ]),
};
