//! Every statement of every noun, prepared on both engines: what one engine alone would take is found here.

use crate::support::engines;
use refettorio_storage as storage;

#[tokio::test]
async fn both_engines_take_every_statement() {
    let nouns = [
        storage::attempts::all_statements(),
        storage::audit::all_statements(),
        storage::bodies::all_statements(),
        storage::calendar::all_statements(),
        storage::families::all_statements(),
        storage::contacts::all_statements(),
        storage::feeds::all_statements(),
        storage::flows::all_statements(),
        storage::idempotency::all_statements(),
        storage::invitations::all_statements(),
        storage::ledger::all_statements(),
        storage::logins::all_statements(),
        storage::meals::all_statements(),
        storage::notices::all_statements(),
        storage::notifications::all_statements(),
        storage::office::all_statements(),
        storage::outbox::all_statements(),
        storage::people::all_statements(),
        storage::preferences::all_statements(),
        storage::receipts::all_statements(),
        storage::recoveries::all_statements(),
        storage::registry::all_statements(),
        storage::searches::all_statements(),
        storage::sessions::all_statements(),
        storage::subscriptions::all_statements(),
        storage::telling::all_statements(),
        storage::throttle::all_statements(),
    ];
    let statements = nouns.concat();
    for engine in engines() {
        let refused = engine.store.refused_statements(&statements).await;
        let lines: Vec<_> = refused
            .iter()
            .map(|(name, error)| format!("{name}: {error}"))
            .collect();
        assert!(
            lines.is_empty(),
            "{:?} refuses {} of {}:\n{}",
            engine.target,
            lines.len(),
            statements.len(),
            lines.join("\n")
        );
    }
}
