//! The ladders of the built-in pack, read from `rules/ladders.toml`, with the checks that adding up relies on.
//! It does not add up points.

use serde::Deserialize;

use crate::rules::meta::Ladder;
use crate::say::Say;

const BUILT_IN: &str = include_str!("../../rules/ladders.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    ladder: Vec<Ladder>,
}

/// The built-in ladders, in the order of the file.
///
/// # Errors
/// All faults of the file, one sentence each.
pub fn ladders() -> Result<Vec<Ladder>, Vec<Say>> {
    parse(BUILT_IN)
}

/// Reads ladders from TOML text and checks them.
///
/// # Errors
/// All faults of the text, one sentence each.
pub fn parse(text: &str) -> Result<Vec<Ladder>, Vec<Say>> {
    let file: File = toml::from_str(text).map_err(|e| {
        vec![Say::new(format!("扣分阶梯写错了：{e}"), format!("the ladders are badly written: {e}"))]
    })?;
    let faults: Vec<Say> = file.ladder.iter().flat_map(|ladder| check(ladder, &file.ladder)).collect();
    if faults.is_empty() { Ok(file.ladder) } else { Err(faults) }
}

/// What the judge takes for granted about a ladder.
fn check(ladder: &Ladder, all: &[Ladder]) -> Vec<Say> {
    let id = &ladder.id;
    let mut faults = Vec::new();
    let mut fault =
        |zh: &str, en: &str| faults.push(Say::new(format!("阶梯 {id}：{zh}"), format!("ladder {id}: {en}")));
    if all.iter().filter(|other| other.id == *id).count() > 1 {
        fault("编号重复", "the id occurs twice");
    }
    if ladder.nodes.is_empty() {
        fault("至少要有一个节点", "it needs at least one node");
    }
    if !ladder.nodes.is_sorted_by(|a, b| a.at < b.at) || ladder.nodes.iter().any(|n| n.at == 0) {
        fault("节点的分数要从小到大，并且大于 0", "the nodes must rise and stand above 0");
    }
    if ladder.every == Some(0) {
        fault("every 要大于 0", "`every` must be above 0");
    }
    if let Some(wider) = &ladder.part_of {
        match all.iter().find(|other| other.id == *wider) {
            None => fault("part_of 指向不存在的阶梯", "`part_of` names no ladder"),
            // One step up and no further: no cycle can arise.
            Some(other)
                if other.part_of.is_some() || other.id == *id || other.platform != ladder.platform =>
            {
                fault(
                    "part_of 要指向同一平台上一个自身不再从属的阶梯",
                    "`part_of` must name a ladder of the same platform that is itself part of none",
                );
            }
            Some(_) => {}
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_ladders_load() {
        let ids: Vec<String> = ladders().unwrap().into_iter().map(|l| l.id).collect();
        assert_eq!(
            ids,
            ["general", "commitment", "severe", "taobao-general", "taobao-severe", "jd-general", "jd-severe"]
        );
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let text = r#"
[[ladder]]
id = "a"
platform = "jd"
title = "甲"
title_en = "a"
part_of = "b"
every = 0
nodes = [{ at = 50, consequence = "x" }, { at = 25, consequence = "y" }]
source = "-"
"#;
        let faults: Vec<String> = parse(text).unwrap_err().into_iter().map(|s| s.en).collect();
        assert_eq!(
            faults,
            [
                "ladder a: the nodes must rise and stand above 0",
                "ladder a: `every` must be above 0",
                "ladder a: `part_of` names no ladder"
            ]
        );
    }
}
