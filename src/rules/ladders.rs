//! What the judge takes for granted about ladders, checked when rule files are compiled. It does not add up points.

use crate::rules::meta::Ladder;
use crate::say::Say;

/// What the judge takes for granted about a ladder.
pub(crate) fn check(ladder: &Ladder, all: &[Ladder]) -> Vec<Say> {
    let id = &ladder.id;
    let mut faults = Vec::new();
    let mut fault =
        |zh: &str, en: &str| faults.push(Say::new(format!("阶梯 {id}：{zh}"), format!("ladder {id}: {en}")));
    if all.iter().filter(|other| other.id == *id && other.profile == ladder.profile).count() > 1 {
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

/// The ladders of the built-in pack, for tests that judge.
#[cfg(test)]
pub(crate) fn built_in() -> Vec<Ladder> {
    let text = include_str!("../../rules/ladders.toml");
    let (file, flaws) = crate::rules::read::read(0, "ladders", text);
    assert!(flaws.is_empty(), "{flaws:?}");
    file.ladders.into_iter().map(|(_, ladder)| ladder).collect()
}
