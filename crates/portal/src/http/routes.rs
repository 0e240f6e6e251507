//! The router as it grows: it remembers which operations it has, so that a test can compare it with the list.

use crate::app::App;
use api::{Endpoint, Method};
use axum::{Router, handler::Handler, routing::MethodFilter, routing::MethodRouter, routing::on};

/// Operations with their handlers. Each noun's `routes()` makes one.
#[derive(Default)]
pub struct Routes {
    router: Router<App>,
    operations: Vec<&'static str>,
}

impl Routes {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// One operation of the API, at its own place: `.operation::<CancelMeal, _>(cancel::handle)`.
    #[must_use]
    pub fn operation<E: Endpoint, T: 'static>(mut self, handler: impl Handler<T, App>) -> Self {
        let filter = match E::METHOD {
            Method::Get => MethodFilter::GET,
            Method::Post => MethodFilter::POST,
            Method::Put => MethodFilter::PUT,
            Method::Delete => MethodFilter::DELETE,
        };
        self.router = self.router.route(E::PATH, on(filter, handler));
        self.operations.push(E::OPERATION);
        self
    }

    /// What is not an operation of the API: a station for pagoPA, a redirect.
    #[must_use]
    pub fn beyond(mut self, path: &'static str, methods: MethodRouter<App>) -> Self {
        self.router = self.router.route(path, methods);
        self
    }

    /// These and those.
    #[must_use]
    pub fn merge(mut self, others: Self) -> Self {
        self.router = self.router.merge(others.router);
        self.operations.extend(others.operations);
        self
    }

    /// The operations' names.
    pub fn operations(&self) -> &[&'static str] {
        &self.operations
    }

    /// The router without its layers.
    pub fn into_router(self) -> Router<App> {
        self.router
    }
}
