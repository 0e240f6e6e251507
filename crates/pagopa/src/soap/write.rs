//! Writing an envelope: UTF-8, the one element in its body qualified, what is in it not.

use super::{Fault, PA_FOR_NODE};
use domain::Cents;
use quick_xml::escape::escape;

/// The envelope around the answer called `element`, to be served as `text/xml` with status 200.
pub(crate) fn envelope(element: &str, fill: impl FnOnce(&mut Writer)) -> String {
    let mut writer = Writer(format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:pafn="{PA_FOR_NODE}"><soapenv:Body><pafn:{element}>"#
    ));
    fill(&mut writer);
    writer.0.push_str("</pafn:");
    writer.0.push_str(element);
    writer.0.push_str("></soapenv:Body></soapenv:Envelope>");
    writer.0
}

/// What is in an envelope, element by element in the schema's order.
pub(crate) struct Writer(String);

impl Writer {
    /// An element with a text.
    pub(crate) fn tag(&mut self, name: &str, text: &str) {
        self.within(name, |inside| inside.0.push_str(&escape(clean(text))));
    }

    /// The same where there is a text.
    pub(crate) fn maybe(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.tag(name, text);
        }
    }

    /// An amount, in euro with two decimals.
    pub(crate) fn amount(&mut self, name: &str, amount: Cents) {
        self.tag(name, &euro(amount));
    }

    /// An element with elements in it.
    pub(crate) fn within(&mut self, name: &str, fill: impl FnOnce(&mut Self)) {
        for part in ["<", name, ">"] {
            self.0.push_str(part);
        }
        fill(self);
        for part in ["</", name, ">"] {
            self.0.push_str(part);
        }
    }

    /// `outcome` OK.
    pub(crate) fn ok(&mut self) {
        self.tag("outcome", "OK");
    }

    /// `outcome` KO and why.
    pub(crate) fn ko(&mut self, fault: &Fault) {
        self.tag("outcome", "KO");
        self.within("fault", |inside| {
            inside.tag("faultCode", fault.code.as_str());
            inside.tag("faultString", fault.code.meaning());
            inside.tag("id", &fault.id);
            inside.maybe("description", fault.description.as_deref());
        });
    }
}

/// The SOAP side counts in euro with two decimals.
pub(super) fn euro(amount: Cents) -> String {
    format!("{}.{:02}", amount.get() / 100, amount.get() % 100)
}

/// XML 1.0 cannot hold control characters, not even escaped.
fn clean(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_control() || c == '\u{fffe}' || c == '\u{ffff}' {
                ' '
            } else {
                c
            }
        })
        .collect()
}
