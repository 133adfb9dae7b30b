//! `kefu-audit lint` on the command line.

use clap::{Arg, Command};

use super::{flag, many, pack_args, value, words};
use crate::say::Lang;

/// The command.
pub(super) fn command(lang: Lang) -> Command {
    let t = words(lang);
    Command::new("lint")
        .about(t("检查快捷短语等回复模板", "Check scripted reply templates"))
        .override_usage(t("kefu-audit lint [选项] <TEMPLATE>...", "kefu-audit lint [OPTIONS] <TEMPLATE>..."))
        .after_help(t(
            "\n退出码：0 没有问题；1 有达到 --fail-on 级别的新问题；2 没能做完（参数、规则、输入有错）\n例：kefu-audit lint 快捷短语.csv --platform tmall\n接入 CI 的写法见 docs/ci.md",
            "\nExit codes: 0 clean; 1 new findings at or above --fail-on; 2 the job could not be done (arguments, rules, input)\nExample: kefu-audit lint phrases.csv --platform tmall\nFor CI see docs/ci.md",
        ))
        .next_help_heading(t("输入", "Input"))
        .arg(
            Arg::new("templates")
                .value_name("TEMPLATE")
                .num_args(1..)
                .required(true)
                .value_parser(clap::value_parser!(std::path::PathBuf))
                .help(t(
                    "模板文件、目录或通配符，- 表示标准输入；CSV（千牛快捷短语等）、XLSX、JSON、NDJSON、YAML、TOML、纯文本",
                    "Template files, folders or patterns, - for standard input; CSV, XLSX, JSON, NDJSON, YAML, TOML, plain text",
                )),
        )
        .arg(value("stdin-name", "NAME", t("标准输入的文件名，决定按什么格式读，也显示在报告里", "File name of standard input: says how to read it and is shown in the report")))
        .arg(many("column", "FIELD=NAME", t("指定某一栏：text、code、group、question、platform，例如 text=回复内容", "Name a column: text, code, group, question, platform, such as text=Body")))
        .arg(value("platform", "P", t("模板没有写平台时按它查：tmall（默认）、taobao、jd、pdd", "Platform of templates that name none: tmall (default), taobao, jd, pdd")))
        .arg(value("as-of", "DATE", t("活动和豁免是否过期按这一天算，默认今天", "The day that promotions and waivers are measured against; default today")))
        .next_help_heading(t("规则", "Rules"))
        .args(pack_args(lang))
        .arg(value("ways", "W", t("识别方式：written（默认，只用写明的规则）、both、taught", "Ways of recognising: written (default), both, taught")))
        .next_help_heading(t("长期使用", "Living with it"))
        .arg(value("baseline", "FILE", t("基线：里面已有的问题不算", "Findings in this baseline do not count")))
        .arg(value("write-baseline", "FILE", t("把现有的问题写成基线", "Write the present findings as a baseline")))
        .arg(value("waivers", "FILE", t("豁免清单：规则、范围、理由、负责人、到期日", "Waivers: rule, scope, reason, owner, end")))
        .arg(flag("fix", t("把规则文件给了安全替换的词改掉，直接写回文件", "Put safe replacements of the rule files in place")))
        .arg(flag("diff", t("只显示 --fix 会怎样改，不写文件", "Show what --fix would change, and write nothing")))
        .next_help_heading(t("报告", "Report"))
        .arg(value("format", "F", t("text（默认）、json、sarif、junit、github、gitlab、checkstyle", "text (default), json, sarif, junit, github, gitlab, checkstyle")))
        .arg(value("output", "FILE", t("写到文件，不写到屏幕", "Write to a file, not to the screen")))
        .arg(value("fail-on", "LEVEL", t("从哪一级起退出码为 1：violation（默认）、warning、notice、never", "Level from which on the exit code is 1: violation (default), warning, notice, never")))
        .arg(flag("reveal", t("不打码：显示电话等", "Show phones and the like unmasked")))
        .arg(flag("quiet", t("只要汇总，不要逐条结果", "The summary only, no single findings")))
        .arg(value("color", "WHEN", t("颜色：auto（默认）、always、never", "Colour: auto (default), always, never")))
}
