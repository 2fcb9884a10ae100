#pragma once

#include <string>

namespace glasspost::scenario {

/// The JSON Schema (draft 2020-12) of scenario files, for editors; made from the table of keys. Equal to
/// docs/scenario.schema.json.
[[nodiscard]] std::string scenario_schema();
/// Every key with its default and an example, as Markdown: the reference part of docs/scenario-format.md.
[[nodiscard]] std::string scenario_reference();

}  // namespace glasspost::scenario
