//! What clap finds wrong with the arguments, as a sentence in both languages that says what to do.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::problem::{Place, Problem, Severity};
use crate::say::Say;

/// A fault of the arguments.
pub(super) fn fault(what: Say, next: Say) -> Problem {
    Problem { code: "bad-argument", severity: Severity::Error, place: Place::default(), what, next, count: 1 }
}

/// Where help stands.
fn see_help() -> Say {
    Say::new("写法见 kefu-audit audit --help", "see kefu-audit audit --help")
}

/// Puts clap's finding into words.
pub(super) fn explain(error: &clap::Error) -> Problem {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(s)) => s.clone(),
        Some(ContextValue::Strings(s)) => s.join(", "),
        _ => String::new(),
    };
    let arg = text(ContextKind::InvalidArg);
    let what = match error.kind() {
        ErrorKind::UnknownArgument => {
            Say::new(format!("没有 {arg} 这个选项"), format!("there is no option {arg}"))
        }
        ErrorKind::InvalidSubcommand => {
            let name = text(ContextKind::InvalidSubcommand);
            Say::new(format!("没有 {name} 这个命令"), format!("there is no command {name}"))
        }
        ErrorKind::MissingSubcommand => Say::new("没有写命令", "no command is given"),
        ErrorKind::MissingRequiredArgument => Say::new(format!("缺少 {arg}"), format!("{arg} is missing")),
        ErrorKind::ArgumentConflict => {
            Say::new(format!("{arg} 只能写一次"), format!("{arg} may be given only once"))
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let value = text(ContextKind::InvalidValue);
            if value.is_empty() {
                Say::new(format!("{arg} 后面没有写值"), format!("{arg} has no value"))
            } else {
                Say::new(format!("{arg} 不能是 {value}"), format!("{arg} cannot be {value}"))
            }
        }
        ErrorKind::TooManyValues => Say::new(format!("{arg} 后面不能写值"), format!("{arg} takes no value")),
        ErrorKind::InvalidUtf8 => Say::new("参数里有不能读的字符", "an argument is not valid UTF-8"),
        _ => Say::new("参数写错了", "the arguments are wrong"),
    };
    fault(what, advice(&text))
}

/// The nearest right spelling or the allowed values, when clap knows them.
fn advice(text: &dyn Fn(ContextKind) -> String) -> Say {
    let near = text(ContextKind::SuggestedArg) + &text(ContextKind::SuggestedSubcommand);
    let values = text(ContextKind::ValidValue) + &text(ContextKind::ValidSubcommand);
    if !near.is_empty() {
        Say::new(format!("是不是 {near}？"), format!("did you mean {near}?"))
    } else if !values.is_empty() {
        Say::new(format!("可以写：{values}"), format!("use one of: {values}"))
    } else {
        see_help()
    }
}
