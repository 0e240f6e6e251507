//! The frame of the provider's pages.

use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = "
*{box-sizing:border-box}
body{font:1.05rem/1.5 'Titillium Web',system-ui,sans-serif;max-width:44rem;margin:0 auto;padding:1rem;color:#17324d;background:#fff}
h1{font-size:1.7rem;line-height:1.2;margin:1rem 0}h2{font-size:1.2rem;margin:1.5rem 0 .5rem}
.banner{background:#fff3cd;padding:.5rem 1rem;border-left:.4rem solid #995c00;margin:0}
.problem{background:#fdecef;padding:.5rem 1rem;border-left:.4rem solid #a3002b}
fieldset{border:1px solid #5b6f82;border-radius:.4rem;padding:.25rem 1rem .75rem;margin:0 0 1rem;min-width:0}
legend{font-weight:600;padding:0 .4rem}
.choice{display:flex;gap:.75rem;align-items:flex-start;padding:.6rem 0;min-height:2.75rem;cursor:pointer}
.choice+.choice{border-top:1px solid #d9e0e6}
.choice input{width:1.4rem;height:1.4rem;flex:none;margin:.15rem 0 0}
.choice span span{display:block}
.code{font-family:ui-monospace,monospace;overflow-wrap:anywhere}
.hint{font-size:.95rem;color:#455a6f}
.field label{display:block;font-weight:600}
select{font:inherit;width:100%;padding:.5rem;border:1px solid #455a6f;border-radius:.3rem;background:#fff;color:inherit;min-height:3rem}
.row{display:flex;flex-wrap:wrap;gap:.5rem;margin:1rem 0 0}
.button{font:inherit;font-weight:600;padding:.6rem 1.2rem;min-height:3rem;border-radius:.3rem;border:2px solid #06c;background:#06c;color:#fff;cursor:pointer}
.button.quiet{background:#fff;color:#0053a6}
.button:focus-visible,a:focus-visible,input:focus-visible,select:focus-visible{outline:3px solid #b35900;outline-offset:2px}
";

/// A page in the provider's frame, which says that it is none.
pub(super) fn page(title: &str, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="it" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " - Identità di prova" }
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) }
            }
            body {
                p.banner { "Ambiente di prova: nessuna di queste persone esiste." }
                main {
                    h1 { (title) }
                    (content)
                }
            }
        }
    }
}
