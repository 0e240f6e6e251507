//! What a machine can see of a screen.

use crate::{pages::Window, world::named};
use anyhow::Context;
use serde_json::Value;

/// Elements that lie beside the page, so that one would have to scroll sideways. What scrolls or is cut in a box of its own
/// is no part of it.
const BESIDE: &str = r"
    const page = document.documentElement;
    if (page.scrollWidth <= page.clientWidth + 1) return [];
    const wide = [...document.body.querySelectorAll('*')].filter((one) => {
        const at = one.getBoundingClientRect();
        return at.width > 0 && at.right > page.clientWidth + 1;
    });
    // Words that do not break stand out of a box that itself is narrow enough.
    const out = [...document.body.querySelectorAll('*')].filter((one) => one.clientWidth > 0
        && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX === 'visible'
        && one.getBoundingClientRect().left + one.scrollWidth > page.clientWidth + 1);
    if (!wide.length) wide.push(...out.filter((one) => !out.some((other) => one !== other && one.contains(other))));
    const names = wide.filter((one) => !wide.some((other) => one !== other && one.contains(other)))
        .slice(0, 4).map((one) => one.outerHTML.replace(/\s+/g, ' ').slice(0, 120));
    return names.length ? names : ['the page is ' + page.scrollWidth + ' px wide'];
";

/// What can be pressed and is smaller than 48 px, the label that belongs to it counted in. Links within a sentence are as
/// high as its letters: WCAG's exception, too.
const SMALL: &str = r"
    const top = document.querySelector('dialog[open]') || document.body;
    const all = [...top.querySelectorAll('a[href], button, input, select, textarea, summary, [role=button]')];
    const box = (one) => {
        const parts = [one, ...(one.labels || [])].map((part) => part.getBoundingClientRect()).filter((at) => at.width > 0);
        const [left, up] = [Math.min(...parts.map((at) => at.left)), Math.min(...parts.map((at) => at.top))];
        const [right, down] = [Math.max(...parts.map((at) => at.right)), Math.max(...parts.map((at) => at.bottom))];
        return [right - left, down - up];
    };
    return all.filter((one) => {
        if (!one.checkVisibility({ visibilityProperty: true }) || one.disabled) return false;
        if (one.matches('.visually-hidden-focusable:not(:focus)')) return false;
        if (one.matches('a') && getComputedStyle(one).display === 'inline') return false;
        const [width, height] = box(one);
        return width > 0 && (width < 47.5 || height < 47.5);
    }).slice(0, 6).map((one) => {
        const [width, height] = box(one).map(Math.round);
        return `${width} x ${height} px: ${one.outerHTML.replace(/\s+/g, ' ').slice(0, 120)}`;
    });
";

/// What lies beside the page.
pub(super) async fn beside(window: &Window, at: &str) -> anyhow::Result<Vec<String>> {
    told(&window.script(BESIDE).await?, &format!("{at}: beside the page: "))
}

/// What is too small to be pressed.
pub(super) async fn targets(window: &Window, at: &str) -> anyhow::Result<Vec<String>> {
    told(&window.script(SMALL).await?, &format!("{at}: too small: "))
}

/// What axe-core says.
pub(super) async fn rules(window: &Window, at: &str) -> anyhow::Result<Vec<String>> {
    if window.script("return typeof window.axe").await? != "object" {
        let path = named("STORY_AXE")?;
        let axe = std::fs::read_to_string(&path)
            .with_context(|| format!("{} is not there: run `cargo xtask ui`", path.display()))?;
        window.script(&axe).await?;
    }
    let found = window
        .wait_for(
            "const result = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }); \
             if (!result.passes.length) return ['no rule was tried']; \
             return result.violations.flatMap((rule) => rule.nodes.slice(0, 3).map((node) => \
             `${rule.id}: ${node.target.join(' ')}: ${(node.any[0] || node.all[0] || node.none[0] || { message: rule.help }).message}`));",
        )
        .await?;
    told(&found, &format!("{at}: "))
}

fn told(found: &Value, before: &str) -> anyhow::Result<Vec<String>> {
    let found = found.as_array().with_context(|| format!("{found}"))?;
    Ok(found
        .iter()
        .map(|one| format!("{before}{}", one.as_str().unwrap_or_default()))
        .collect())
}
