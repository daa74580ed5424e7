// Lists the operations of openapi.json with the fields of their bodies.
const place = document.getElementById("operations");

function element(tag, words, ...children) {
  const made = document.createElement(tag);
  made.append(words, ...children);
  return made;
}

const nameOf = (reference) => reference.split("/").at(-1);

function typeOf(schema) {
  if (schema.$ref) return nameOf(schema.$ref);
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return options.map(typeOf).join(" | ");
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if ("const" in schema) return JSON.stringify(schema.const);
  return schema.type === "array" ? `list of ${typeOf(schema.items ?? {})}` : (schema.type ?? "any");
}

function fields(schema) {
  const rows = Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const required = schema.required?.includes(name) ? " (required)" : "";
    const type = element("code", typeOf(field));
    return element("tr", element("td", element("code", name), required), element("td", type), element("td", field.description ?? ""));
  });
  return element("table", element("tbody", "", ...rows));
}

function folded(title, schema) {
  return element("details", element("summary", title), element("p", schema.description ?? ""), fields(schema));
}

const response = await fetch("openapi.json");
if (response.ok) {
  const { paths, components } = await response.json();
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      place.append(element("h2", element("code", `${method.toUpperCase()} ${path}`)), element("p", operation.description ?? ""));
      const body = operation.requestBody?.content["application/json"].schema.$ref;
      if (body) place.append(folded("Body", components.schemas[nameOf(body)]));
      for (const [type, { schema }] of Object.entries(operation.responses["200"]?.content ?? {})) {
        if (schema?.$ref) place.append(folded(`Answer, ${type}`, components.schemas[nameOf(schema.$ref)]));
      }
    }
  }
  place.append(element("h2", "Shapes"));
  for (const [name, schema] of Object.entries(components.schemas)) place.append(folded(name, schema));
} else {
  place.append(`The server answered ${response.status}.`);
}
