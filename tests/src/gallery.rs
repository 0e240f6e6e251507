//! Every screen in every size, looked at by a machine and photographed for eyes.
//!
//! Each screen is reached once, and then seen at the widths of three phones and of a desktop, light and dark. Nothing may
//! lie beside the page, not at 320 px nor with text at 200%; what can be pressed is 48 px each way; axe-core, with the
//! rules of WCAG 2.1 A and AA, has nothing to say. The pictures are in the folder that `STORY_SCREENSHOTS` names.

mod checks;
mod screens;

use crate::{pages::Window, report::Report, world::World};
use anyhow::{Context, bail};
use serde_json::json;
use std::path::{Path, PathBuf};

/// 08:42 on a Monday with service.
const MORNING: &str = "2026-11-23T07:42:00Z";

/// Phones of three widths and a desktop, in CSS pixels.
const SIZES: [Size; 4] = [
    Size::phone(360, 780),
    Size::phone(390, 844),
    Size::phone(430, 932),
    Size {
        width: 1280,
        height: 900,
        phone: false,
    },
];
/// What a page zoomed to 400% on a desktop has left: WCAG 1.4.10.
const NARROWEST: Size = Size::phone(320, 640);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Size {
    width: u32,
    height: u32,
    phone: bool,
}

impl Size {
    const fn phone(width: u32, height: u32) -> Self {
        Self {
            width,
            height,
            phone: true,
        }
    }
}

/// Walks through all screens.
pub async fn walk(report: &mut Report) -> anyhow::Result<()> {
    let folder =
        PathBuf::from(std::env::var_os("STORY_SCREENSHOTS").context("STORY_SCREENSHOTS is not set")?);
    std::fs::create_dir_all(&folder)?;
    let mut world = report
        .step(
            "the gallery: portal, sandbox and sample body start",
            World::start(MORNING),
        )
        .await?;
    let window = Window::chromium(1280, 900, false).await?;
    let told = screens::all(
        &mut world,
        &Easel {
            window,
            folder: &folder,
        },
        report,
    )
    .await;
    told.with_context(|| format!("the portal's last words: {}", world.tail()))
}

/// The window in which screens are looked at, and where their pictures go.
struct Easel<'a> {
    window: Window,
    folder: &'a Path,
}

impl Easel<'_> {
    /// Looks at the screen that is shown now, in all sizes and looks, and leaves the window as it was.
    async fn look(&self, screen: &str) -> anyhow::Result<()> {
        let mut found = Vec::new();
        for size in SIZES {
            for dark in [false, true] {
                self.show(size, dark).await?;
                let look = if dark { "dark" } else { "light" };
                let at = format!("{} px, {look}", size.width);
                found.extend(checks::beside(&self.window, &at).await?);
                // The rules that axe looks at change with the colours and with the shape, not with each phone.
                if size.width == 390 || (size.width == 1280 && !dark) {
                    found.extend(checks::rules(&self.window, &at).await?);
                }
                if size.width == 360 && !dark {
                    found.extend(checks::targets(&self.window, &at).await?);
                }
                self.photograph(&format!("{screen}-{}-{look}", size.width))
                    .await?;
            }
        }
        self.show(NARROWEST, false).await?;
        found.extend(checks::beside(&self.window, "320 px").await?);
        self.show(Size::phone(390, 844), false).await?;
        self.text_size("200%").await?;
        found.extend(checks::beside(&self.window, "390 px, text at 200%").await?);
        self.photograph(&format!("{screen}-390-text200")).await?;
        self.text_size("").await?;
        self.window
            .devtools("Emulation.clearDeviceMetricsOverride", json!({}))
            .await?;
        if found.is_empty() {
            return Ok(());
        }
        found.dedup();
        bail!("{}", found.join("\n        "))
    }

    async fn show(&self, size: Size, dark: bool) -> anyhow::Result<()> {
        let metrics = json!({
            "width": size.width, "height": size.height, "mobile": size.phone,
            "deviceScaleFactor": if size.phone { 2 } else { 1 },
        });
        self.window
            .devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await?;
        let scheme = if dark { "dark" } else { "light" };
        let features = json!({ "features": [
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ] });
        self.window
            .devtools("Emulation.setEmulatedMedia", features)
            .await?;
        self.settle().await
    }

    async fn text_size(&self, size: &str) -> anyhow::Result<()> {
        self.window
            .script(&format!("document.documentElement.style.fontSize = '{size}'"))
            .await?;
        self.settle().await
    }

    /// Waits until what was changed is painted, with nothing on its way from one colour to another.
    async fn settle(&self) -> anyhow::Result<()> {
        self.window
            .wait_for(
                "const frame = () => new Promise((next) => requestAnimationFrame(next)); await frame(); await frame(); \
                 await Promise.all(document.getAnimations() \
                 .filter((one) => one.effect?.getTiming().iterations !== Infinity).map((one) => one.finished.catch(() => 0))); \
                 await document.fonts.ready; await frame(); return true;",
            )
            .await
            .map(drop)
    }

    async fn photograph(&self, name: &str) -> anyhow::Result<()> {
        let picture = self.window.picture().await?;
        std::fs::write(self.folder.join(format!("{name}.png")), picture).context("the picture")
    }
}
