//! The published OpenAPI documents, and which of their operations the stand-in has.

use jsonschema::{Draft, Validator};
use sandbox::pagopa::Exchange;
use serde_json::{Map, Value, json};
use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::{Arc, Mutex, OnceLock},
};

/// One published operation that the stand-in offers.
#[derive(Debug, PartialEq, Eq)]
pub struct Operation {
    /// For the table.
    pub name: &'static str,
    /// File below `pagopa-api/openapi`.
    document: &'static str,
    /// Where the service lies.
    base: &'static str,
    method: &'static str,
    /// In the document's spelling.
    template: &'static str,
    /// Statuses that must have been seen and held against the document.
    pub answers: &'static [u16],
    /// Statuses that the document does not have and the deployed service gives, with the schema of their body.
    beyond: &'static [(u16, &'static str)],
    /// Whether one of our clients calls it.
    pub ours: bool,
    /// Whether the answer is a receipt, for which there is an XML schema.
    pub answers_xml: bool,
}

const fn operation(
    name: &'static str,
    (document, base): (&'static str, &'static str),
    method: &'static str,
    template: &'static str,
    answers: &'static [u16],
) -> Operation {
    Operation {
        name,
        document,
        base,
        method,
        template,
        answers,
        beyond: &[],
        ours: false,
        answers_xml: false,
    }
}

impl Operation {
    const fn ours(mut self) -> Self {
        self.ours = true;
        self
    }
}

const GPD: (&str, &str) = ("gpd.json", "/gpd/debt-positions-service/v1");
const RECEIPTS: (&str, &str) = ("gpd_payments.json", "/gpd/payments-receipts-service/v1");
const EVENTS: (&str, &str) = ("biz_events.json", "/bizevents/service/v1");
const FDR: (&str, &str) = ("fdr_organization.json", "/fdr-org/service/v1");
const POSITIONS: &str = "/organizations/{organizationfiscalcode}/debtpositions";
const POSITION: &str = "/organizations/{organizationfiscalcode}/debtpositions/{iupd}";
const FLOW: &str = "/organizations/{organizationId}/fdrs/{fdr}/revisions/{revision}/psps/{pspId}";

/// All of them, with the answers that must have occurred.
pub const OPERATIONS: &[Operation] = &[
    operation(
        "GPD create",
        GPD,
        "POST",
        POSITIONS,
        &[201, 400, 401, 403, 409, 500],
    )
    .ours(),
    operation("GPD list", GPD, "GET", POSITIONS, &[200, 400, 401, 403, 429, 500]),
    operation("GPD read", GPD, "GET", POSITION, &[200, 401, 403, 404, 500]).ours(),
    operation(
        "GPD update",
        GPD,
        "PUT",
        POSITION,
        &[200, 400, 401, 403, 404, 409, 500],
    )
    .ours(),
    operation(
        "GPD delete",
        GPD,
        "DELETE",
        POSITION,
        &[200, 401, 403, 404, 409, 500],
    ),
    operation(
        "GPD publish",
        GPD,
        "POST",
        "/organizations/{organizationfiscalcode}/debtpositions/{iupd}/publish",
        &[200, 401, 403, 404, 409, 500],
    )
    .ours(),
    operation(
        "GPD invalidate",
        GPD,
        "POST",
        "/organizations/{organizationfiscalcode}/debtpositions/{iupd}/invalidate",
        &[200, 401, 403, 404, 409, 500],
    )
    .ours(),
    Operation {
        beyond: &[(422, "ProblemJson"), (502, "ProblemJson")],
        ..operation(
            "Checkout carts",
            ("checkout_v2.json", "/checkout/ec/v2"),
            "POST",
            "/carts",
            &[302, 400, 422, 500],
        )
        .ours()
    },
    operation(
        "GPD receipts",
        RECEIPTS,
        "GET",
        "/payments/{organizationfiscalcode}/receipts",
        &[200, 401, 403, 500],
    ),
    Operation {
        answers_xml: true,
        ..operation(
            "GPD receipt",
            RECEIPTS,
            "GET",
            "/payments/{organizationfiscalcode}/receipts/{iuv}",
            &[200, 401, 403, 404, 422, 500],
        )
        .ours()
    },
    operation(
        "biz-events receipt",
        EVENTS,
        "GET",
        "/organizations/{organizationfiscalcode}/receipts/{iur}",
        &[200, 401, 404, 422, 429, 500],
    )
    .ours(),
    operation(
        "biz-events receipt by IUV",
        EVENTS,
        "GET",
        "/organizations/{organizationfiscalcode}/receipts/{iur}/paymentoptions/{iuv}",
        &[200, 404],
    ),
    operation(
        "FdR flows",
        FDR,
        "GET",
        "/organizations/{organizationId}/fdrs",
        &[200, 400, 500],
    )
    .ours(),
    operation("FdR flow", FDR, "GET", FLOW, &[200, 404, 500]).ours(),
    operation(
        "FdR payments",
        FDR,
        "GET",
        "/organizations/{organizationId}/fdrs/{fdr}/revisions/{revision}/psps/{pspId}/payments",
        &[200, 400, 404, 500],
    )
    .ours(),
];

/// What the gateway in front of all services may say although no document has it.
const GATEWAY: [u16; 6] = [401, 403, 429, 502, 503, 504];

/// The documents that were read, with their validators.
#[derive(Debug)]
pub struct Documents {
    read: BTreeMap<&'static str, Value>,
    validators: Mutex<BTreeMap<(&'static str, String), Arc<Validator>>>,
}

impl Documents {
    pub fn of(folder: &Path) -> &'static Self {
        static DOCUMENTS: OnceLock<Documents> = OnceLock::new();
        DOCUMENTS.get_or_init(|| {
            let read = |name: &str| {
                let text = fs::read(folder.join("pagopa-api/openapi").join(name)).unwrap();
                let mut document = serde_json::from_slice(&text).unwrap();
                drop_void_patterns(&mut document);
                document
            };
            Self {
                read: OPERATIONS
                    .iter()
                    .map(|operation| (operation.document, read(operation.document)))
                    .collect(),
                validators: Mutex::default(),
            }
        })
    }

    /// Whether a value is what a schema says, and has no field that the document does not know.
    pub fn must(&self, document: &'static str, schema: &Value, value: &Value) -> Result<(), String> {
        let components = &self.read[document]["components"];
        let validator = Arc::clone(
            self.validators
                .lock()
                .unwrap()
                .entry((document, schema.to_string()))
                .or_insert_with(|| {
                    // OpenAPI 3.0 is nearest to draft 4.
                    let whole = json!({"allOf": [schema], "components": components});
                    let validator = jsonschema::options()
                        .with_draft(Draft::Draft4)
                        .should_validate_formats(true)
                        .build(&whole);
                    Arc::new(validator.unwrap())
                }),
        );
        let mut wrong: Vec<String> = validator
            .iter_errors(value)
            .map(|e| format!("{}: {e}", e.instance_path()))
            .collect();
        unknown(components, schema, value, "", &mut wrong);
        if wrong.is_empty() {
            Ok(())
        } else {
            Err(format!("{wrong:?} in {value}"))
        }
    }

    /// A schema of a document by its name.
    pub fn schema(name: &str) -> Value {
        json!({"$ref": format!("#/components/schemas/{name}")})
    }

    /// Holds one call against its operation; answers the operation and which of its messages were valid.
    pub fn check(&self, exchange: &Exchange) -> Result<(&'static Operation, Vec<String>), String> {
        let (operation, published) = self.find(exchange)?;
        // What was refused for its form was meant to be wrong.
        let mut held = Vec::new();
        if exchange.status != 400 {
            self.check_request(operation, published, exchange)?;
            held.push("request".to_owned());
        }
        self.check_answer(operation, published, exchange)?;
        held.push(exchange.status.to_string());
        Ok((operation, held))
    }

    /// Holds only what was asked against its operation.
    pub fn check_asked(&self, exchange: &Exchange) -> Result<&'static Operation, String> {
        let (operation, published) = self.find(exchange)?;
        self.check_request(operation, published, exchange)?;
        Ok(operation)
    }

    fn find(&self, exchange: &Exchange) -> Result<(&'static Operation, &Value), String> {
        let path = exchange.path.split('?').next().unwrap_or_default();
        let operation = OPERATIONS
            .iter()
            .find(|operation| operation.method == exchange.method && operation.is_at(path))
            .ok_or("no published operation is there")?;
        let whole = &self.read[operation.document];
        let published = &whole["paths"][operation.template][operation.method.to_lowercase()];
        assert!(published.is_object(), "{} is not published", operation.name);
        Ok((operation, published))
    }

    fn check_request(
        &self,
        operation: &Operation,
        published: &Value,
        exchange: &Exchange,
    ) -> Result<(), String> {
        let key = [&published["security"], &self.read[operation.document]["security"]]
            .into_iter()
            .find_map(Value::as_array)
            .is_some_and(|list| !list.is_empty());
        // Checkout is published with a key and deployed without (`subscription_required = false`).
        if key && !exchange.with_key && operation.document != "checkout_v2.json" {
            return Err("no subscription key".to_owned());
        }
        let query = exchange.path.split_once('?').map_or("", |(_, query)| query);
        let parameters = published["parameters"].as_array().cloned().unwrap_or_default();
        for (name, text) in url::form_urlencoded::parse(query.as_bytes()) {
            let known = parameters
                .iter()
                .find(|p| p["in"] == "query" && p["name"] == *name)
                .ok_or_else(|| format!("no parameter {name} in the query"))?;
            let number = text.parse::<i64>().map(Value::from);
            let value = match known["schema"]["type"].as_str() {
                Some("integer") => number.map_err(|e| format!("{name}: {e}"))?,
                Some("boolean") => Value::Bool(text == "true"),
                _ => Value::String(text.into_owned()),
            };
            self.must(operation.document, &known["schema"], &value)
                .map_err(|why| format!("{name}: {why}"))?;
        }
        let content = &published["requestBody"]["content"];
        if content.is_object() {
            let media = exchange.sent_type.as_deref().unwrap_or_default();
            let schema = &content[media]["schema"];
            if !schema.is_object() {
                return Err(format!("a request of type {media:?}"));
            }
            let value = serde_json::from_slice(&exchange.sent).map_err(|e| e.to_string())?;
            return self
                .must(operation.document, schema, &value)
                .map_err(|why| format!("request: {why}"));
        }
        if exchange.sent.is_empty() {
            Ok(())
        } else {
            Err("a body where none is".to_owned())
        }
    }

    fn check_answer(
        &self,
        operation: &Operation,
        published: &Value,
        exchange: &Exchange,
    ) -> Result<(), String> {
        let status = exchange.status;
        let media = exchange.answer_type.as_deref().unwrap_or_default();
        let answer = &published["responses"][status.to_string()];
        let schema = if answer.is_object() {
            if answer["headers"]["location"].is_object() && exchange.location.is_none() {
                return Err("no Location".to_owned());
            }
            match &answer["content"] {
                Value::Object(content) => {
                    let kind = content
                        .get(media)
                        .ok_or_else(|| format!("an answer of type {media:?}"))?;
                    kind["schema"].clone()
                }
                _ => Value::Null,
            }
        } else if let Some((_, schema)) = operation.beyond.iter().find(|(known, _)| *known == status) {
            Self::schema(schema)
        } else if GATEWAY.contains(&status) {
            let value: Value = serde_json::from_slice(&exchange.answer).map_err(|e| e.to_string())?;
            return if value["statusCode"] == status && value["message"].is_string() {
                Ok(())
            } else {
                Err(format!("not what the gateway says: {value}"))
            };
        } else {
            return Err("the document has no such answer".to_owned());
        };
        if schema.is_null() {
            return Ok(());
        }
        let value = if media == "application/json" {
            serde_json::from_slice(&exchange.answer).map_err(|e| e.to_string())?
        } else {
            Value::String(String::from_utf8_lossy(&exchange.answer).into_owned())
        };
        self.must(operation.document, &schema, &value)
            .map_err(|why| format!("answer: {why}"))
    }
}

impl Operation {
    fn is_at(&self, path: &str) -> bool {
        let Some(rest) = path.strip_prefix(self.base) else {
            return false;
        };
        let (wanted, found) = (self.template.split('/'), rest.split('/'));
        wanted.clone().count() == found.clone().count()
            && wanted
                .zip(found)
                .all(|(wanted, found)| wanted.starts_with('{') && !found.is_empty() || wanted == found)
    }
}

/// A pattern is about texts. The document of reporting flows puts one on amounts, which are numbers, so that it says nothing; and it is one
/// that no engine can build (a digit two thousand million times).
fn drop_void_patterns(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            if fields.get("type").is_some_and(|kind| kind == "number") {
                fields.remove("pattern");
            }
            fields.values_mut().for_each(drop_void_patterns);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_void_patterns),
        _ => {}
    }
}

/// Names every field that no schema has. Where a schema names no fields, any will do.
fn unknown(components: &Value, schema: &Value, value: &Value, at: &str, wrong: &mut Vec<String>) {
    let mut schema = schema;
    while let Some(name) = schema["$ref"]
        .as_str()
        .and_then(|r| r.strip_prefix("#/components/"))
    {
        schema = &components[name.split('/').next().unwrap()][name.split('/').nth(1).unwrap()];
    }
    let empty = Map::new();
    let known = schema["properties"].as_object().unwrap_or(&empty);
    match value {
        Value::Object(fields) if !known.is_empty() => {
            for (name, inner) in fields {
                match known.get(name) {
                    Some(schema) => unknown(components, schema, inner, &format!("{at}/{name}"), wrong),
                    None => wrong.push(format!("{at}/{name}: a field that the document does not know")),
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                unknown(components, &schema["items"], item, at, wrong);
            }
        }
        _ => {}
    }
}
