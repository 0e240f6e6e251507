//! The `OpenAPI` 3.1 document, made from the typed endpoints. `docs/openapi.json` is its committed copy.

use crate::{confirmation, contacts, feeds, invitations, logins, recoveries, sessions};
use api::{Access, ErrorBody, Method, Operation, operations};
use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

/// The document, pretty printed, the same on every machine.
pub fn document() -> String {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let error = generator.subschema_for::<ErrorBody>().to_value();
    let mut paths = Map::new();
    for operation in operations() {
        let described = describe(&mut generator, &operation, &error);
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method.as_str().to_lowercase()] = described;
    }
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Refettorio",
            "version": "1",
            "summary": "The portal of a school canteen",
            "license": { "name": "EUPL-1.2", "identifier": "EUPL-1.2" },
        },
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "securitySchemes": {
                "app": { "type": "http", "scheme": "bearer" },
                "browser": { "type": "apiKey", "in": "cookie", "name": "__Host-refettorio" },
            },
        },
    });
    serde_json::to_string_pretty(&document).unwrap_or_default()
}

fn describe(generator: &mut SchemaGenerator, operation: &Operation, error: &Value) -> Value {
    let mut parameters: Vec<Value> = operation
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect();
    parameters.extend(query(generator, operation));
    if operation.method != Method::Get
        && !sessions::WITHOUT_KEY.contains(&operation.id)
        && !feeds::WITHOUT_KEY.contains(&operation.id)
        && !logins::WITHOUT_KEY.contains(&operation.id)
        && !confirmation::WITHOUT_KEY.contains(&operation.id)
        && !invitations::WITHOUT_KEY.contains(&operation.id)
        && !contacts::WITHOUT_KEY.contains(&operation.id)
        && !recoveries::WITHOUT_KEY.contains(&operation.id)
    {
        parameters.push(json!({
            "name": api::IDEMPOTENCY_KEY, "in": "header", "required": true,
            "description": "A UUID that the client chooses; the same with each retry of the same act.",
            "schema": { "type": "string", "format": "uuid" },
        }));
    }
    let mut described = json!({
        "operationId": operation.id,
        "summary": operation.summary,
        "parameters": parameters,
        "responses": {
            "200": answer("Done", &(operation.response)(generator).to_value()),
            "default": answer("Not done; the code says why", error),
        },
    });
    let request = (operation.request)(generator).to_value();
    if !is_nothing(&request) {
        described["requestBody"] =
            json!({ "required": true, "content": { "application/json": { "schema": request } } });
    }
    described["security"] = match operation.access {
        Access::Public => json!([]),
        Access::AnySession | Access::Session => json!([{ "app": [] }, { "browser": [] }]),
    };
    described
}

/// The fields of the query, each a parameter.
fn query(generator: &mut SchemaGenerator, operation: &Operation) -> Vec<Value> {
    let schema = (operation.query)(generator).to_value();
    let name = schema
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|path| path.rsplit('/').next());
    let schema = name
        .and_then(|name| generator.definitions().get(name))
        .cloned()
        .unwrap_or(schema);
    let fields = schema
        .get("properties")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let parameter = |(name, schema): (String, Value)| json!({ "name": name, "in": "query", "required": false, "schema": schema });
    fields.into_iter().map(parameter).collect()
}

fn is_nothing(schema: &Value) -> bool {
    schema.get("type") == Some(&json!("null"))
}

fn answer(description: &str, schema: &Value) -> Value {
    if is_nothing(schema) {
        return json!({ "description": description });
    }
    json!({ "description": description, "content": { "application/json": { "schema": schema } } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_committed_document_is_this_one() {
        let committed = include_str!("../../../docs/openapi.json");
        // Not assert_eq: nobody reads six thousand lines.
        assert!(
            committed.trim_end() == document(),
            "it differs; run: cargo run -p refettorio-portal -- openapi > docs/openapi.json"
        );
    }

    #[test]
    fn the_router_has_every_operation_of_the_list_and_no_other() {
        let listed: BTreeSet<_> = operations().iter().map(|operation| operation.id).collect();
        let routes = crate::router::routes();
        let mounted: BTreeSet<_> = routes.operations().iter().copied().collect();
        assert_eq!(mounted, listed);
        assert_eq!(
            routes.operations().len(),
            listed.len(),
            "an operation is mounted twice"
        );
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document: Value = serde_json::from_str(&document()).unwrap();
        let text = document.to_string();
        for part in text.split("\"#").skip(1) {
            let pointer = part.split('"').next().unwrap();
            assert!(document.pointer(pointer).is_some(), "{pointer}");
        }
    }
}
