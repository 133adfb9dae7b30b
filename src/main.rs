//! The program's door.
use kefu_audit::rules::{flaw, load};
fn main() {
    let r = load::load(load::built_in(), vec![]);
    match r {
        Err(load::Failure::Flawed(f, s)) => {
            println!("{}", flaw::render(&f, &s, kefu_audit::say::Lang::Zh, true))
        }
        Ok(p) => {
            println!("{} {} patterns {}", p.rules.len(), p.signals.len(), p.patterns.len());
            for t in kefu_audit::selftest::run(&p) {
                println!("{t:?}");
            }
        }
        Err(e) => println!("{e:?}"),
    }
}
