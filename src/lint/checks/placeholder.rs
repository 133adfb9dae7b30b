//! Placeholders that the shop's tool would not fill in: unknown, unclosed, empty.

use crate::lint::found::{Desk, Found};
use crate::lint::reading::Fault;
use crate::rules::flaw::nearest;
use crate::say::Say;

pub(super) fn run(desk: &Desk<'_>, out: &mut Vec<Found>) {
    for (n, template, reading) in desk.each() {
        for fault in &reading.faults {
            let (id, span, why) = match fault {
                Fault::Unclosed(span) => {
                    let sign = span.of(&template.text.text);
                    let why = Say::new(
                        format!("“{sign}”没有另一半与它配对。"),
                        format!("\"{sign}\" has no other half."),
                    );
                    ("template-placeholder-unclosed", *span, why)
                }
                Fault::Empty(span) => {
                    let why = Say::new("两个括号之间没有变量名。", "There is no name between the marks.");
                    ("template-placeholder-empty", *span, why)
                }
                Fault::Unknown(span, name) => ("template-placeholder-unknown", *span, unknown(desk, name)),
            };
            out.extend(desk.lint.check(id).map(|meta| Found::new(meta, n, span, why)));
        }
    }
}

fn unknown(desk: &Desk<'_>, name: &str) -> Say {
    match nearest(name, desk.lint.variables.iter().map(|v| v.name.as_str())) {
        Some(near) => Say::new(
            format!("没有“{name}”这个变量，是不是“{near}”？"),
            format!("There is no variable \"{name}\"; did you mean \"{near}\"?"),
        ),
        None => Say::new(format!("没有“{name}”这个变量。"), format!("There is no variable \"{name}\".")),
    }
}
