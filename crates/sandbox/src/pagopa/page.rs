//! The frame of every page that a person sees here, and how it says times and amounts.

use chrono::{DateTime, Utc};
use domain::time::wall_clock_in_rome;
use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = "
*{box-sizing:border-box}
body{font:1.05rem/1.5 'Titillium Web',system-ui,sans-serif;max-width:64rem;margin:0 auto;padding:1rem;color:#17324d;background:#fff}
h1{font-size:1.7rem;line-height:1.2;margin:1rem 0}h2{font-size:1.3rem;margin:2rem 0 .75rem}h3{font-size:1.05rem;margin:0}
.banner{background:#fff3cd;color:#17324d;padding:.5rem 1rem;border-left:.4rem solid #995c00;margin:0}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;padding:0}
a{color:#0053a6}
.cards{display:grid;gap:1rem;grid-template-columns:repeat(auto-fill,minmax(min(20rem,100%),1fr));padding:0;margin:0;list-style:none}
.card{border:1px solid #5b6f82;border-radius:.4rem;padding:1rem;margin:0 0 1rem;min-width:0}
.cards .card{margin:0}.card>:first-child{margin-top:0}.card>:last-child{margin-bottom:0}
.card .row+dl{margin-top:.6rem}.card .button{padding:.4rem .9rem;font-size:.95rem}
dt{font-weight:600;font-size:.9rem}dd{margin:0 0 .4rem;overflow-wrap:anywhere}
.number{font-family:ui-monospace,monospace;overflow-wrap:anywhere}
.badge{display:inline-block;font-weight:600;font-size:.9rem;border:2px solid currentColor;border-radius:1rem;padding:0 .7rem}
.badge.good{color:#006b45}.badge.bad{color:#a3002b}.badge.plain{color:#455a6f}
.row{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;margin:.6rem 0 0}
form{margin:0}
fieldset{border:1px solid #5b6f82;border-radius:.4rem;padding:.5rem 1rem 1rem;margin:0 0 1rem;min-width:0}
legend{font-weight:600;padding:0 .4rem}
.fields{display:grid;gap:.75rem 1rem;grid-template-columns:repeat(auto-fill,minmax(min(14rem,100%),1fr));align-items:end}
.fields.wide{grid-template-columns:repeat(auto-fill,minmax(min(18rem,100%),1fr));margin-top:.75rem}
.pair{display:grid;grid-template-columns:minmax(0,1fr) 5.5rem;gap:.5rem}
.row .button{margin:0}.row.above{margin-bottom:1rem}
label{display:block;font-weight:600;font-size:.95rem}
input,select{font:inherit;width:100%;padding:.5rem;border:1px solid #455a6f;border-radius:.3rem;background:#fff;color:inherit;min-height:2.75rem}
.tick{display:flex;gap:.6rem;align-items:flex-start;align-self:center}.tick input{width:1.4rem;min-height:1.4rem;flex:none;margin:.15rem 0 0}
.hint{font-size:.9rem;color:#455a6f;margin:.2rem 0 0}
ol.answers{margin:.3rem 0 0;padding-left:1.4rem}
.button{display:inline-block;font:inherit;font-weight:600;padding:.6rem 1.2rem;min-height:2.75rem;border-radius:.3rem;border:2px solid #06c;background:#06c;color:#fff;text-decoration:none;cursor:pointer}
.button.quiet{background:#fff;color:#0053a6}
main>form>.button{margin:.25rem 0}
.button:focus-visible,a:focus-visible,input:focus-visible,select:focus-visible,summary:focus-visible{outline:3px solid #b35900;outline-offset:2px}
";

/// A page in the sandbox's frame, which says that it is one.
pub(crate) fn page(title: &str, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="it" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " - pagoPA di prova" }
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) }
            }
            body {
                p.banner { "Ambiente di prova: nessun pagamento è vero." }
                main {
                    h1 { (title) }
                    (content)
                }
            }
        }
    }
}

/// A form that is one button.
pub(crate) fn press(action: &str, label: &str, first: bool) -> Markup {
    html! {
        form method="post" action=(action) {
            button.button.quiet[!first] type="submit" { (label) }
        }
    }
}

/// `09:41`, in Rome.
pub(crate) fn hour(at: DateTime<Utc>) -> String {
    wall_clock_in_rome(at).format("%H:%M").to_string()
}

/// `23/11/2026 09:41`, in Rome.
pub(crate) fn moment(at: DateTime<Utc>) -> String {
    wall_clock_in_rome(at).format("%d/%m/%Y %H:%M").to_string()
}
