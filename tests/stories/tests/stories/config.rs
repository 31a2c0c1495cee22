//! `lanyardctl config`: the settings' files, as the daemon that came along understands them.

use std::fs;

use lanyard_stack::{Finished, Stack};

fn config(stack: &Stack, arguments: &[&str]) -> Finished {
    let file = stack.folder().join("lanyard.toml");
    let program = stack.own("lanyardctl").unwrap().args(["config"]).args(arguments);
    program.arg("--config").arg(file).run().unwrap()
}

#[tokio::test]
async fn an_administrator_sees_where_each_setting_comes_from_and_what_is_wrong() {
    let stack = Stack::builder().without_pcscd().unwrap();
    fs::write(stack.folder().join("lanyard.toml"), "[audit]\nkeep = 7\n").unwrap();
    let further = stack.folder().join("lanyard.d");
    fs::create_dir(&further).unwrap();
    fs::write(further.join("ward.toml"), "[reader]\npin-pad = \"off\"\n").unwrap();

    let checked = config(&stack, &["check"]);
    assert!(checked.status.success(), "{}", checked.stderr);
    assert_eq!(checked.stdout, "The settings are in order.\n");
    let shown = config(&stack, &["show"]).stdout;
    assert!(shown.contains("keep = 7  # /") && shown.contains("lanyard.toml:2\n"), "{shown}");
    assert!(shown.contains("lanyard.d/ward.toml:2\n") && shown.contains("# default\n"), "{shown}");
    let shown = config(&stack, &["show", "--json"]).stdout;
    assert!(shown.contains("{\"section\":\"audit\",\"key\":\"keep\",\"value\":7,"), "{shown}");

    fs::write(further.join("ward.toml"), "[reader]\npin-pads = \"off\"\n").unwrap();
    let checked = config(&stack, &["check"]);
    assert_eq!(checked.status.code(), Some(1));
    assert!(checked.stdout.contains("lanyard.d/ward.toml:2: unknown field"), "{}", checked.stdout);
    let checked = config(&stack, &["check", "--json"]).stdout;
    assert!(checked.starts_with("{\"in-order\":false,\"wrong\":\"/"), "{checked}");
    let shown = config(&stack, &["show"]);
    assert_eq!((shown.status.code(), shown.stdout.as_str()), (Some(1), ""));
    assert!(shown.stderr.contains("lanyard.d/ward.toml:2: unknown field"), "{}", shown.stderr);
}
