//! The commands about the settings of a workspace.

use super::check;

#[test]
fn commands_about_the_log_are_understood_whole_or_not_at_all() {
    check(&[
        ("log", "log"),
        ("log <#C9|ops>", "log C9"),
        ("please log <#G9|ops>", "log G9"),
        ("log here", "log here"),
        ("log <#C9|ops> for acme", "log C9 for acme"),
        ("log <#C9> for HOME", "log C9 for home"),
        ("log off", "log off"),
        ("log off for acme", "log off for acme"),
        ("log --help", "help Settings"),
        ("help log", "help Settings"),
        ("log #ops", "setting Channel [#ops]"),
        ("log <@U5>", "setting Channel [U5]"),
        ("log web-1", "setting Channel [web-1]"),
        ("log <#C9> acme", "left over acme"),
        ("log <#C9> for", "setting Account []"),
        ("log <#C9> for all", "setting Account [all]"),
        ("log <#C9> for 2h", "setting Account [2h]"),
        ("log <#C9> for acme stop web-1", "left over stop"),
        ("log off web-1", "left over web-1"),
    ]);
}

#[test]
fn commands_about_shared_channels_are_understood_whole_or_not_at_all() {
    check(&[
        ("share", "share"),
        ("share <#C9|partners> on", "share C9 on"),
        ("share <#C9|partners> OFF", "share C9 off"),
        ("share here on", "share here on"),
        ("help share", "help Settings"),
        ("share on", "setting Channel [on]"),
        ("share <#C9>", "setting Switch []"),
        ("share <#C9> perhaps", "setting Switch [perhaps]"),
        ("share <#C9> on web-1", "left over web-1"),
    ]);
}

#[test]
fn a_setting_is_never_suggested() {
    check(&[
        ("lgo off", "unclear lgo off"),
        ("shaer here on", "unclear shaer here on"),
        ("lgo", "unclear lgo -> log"),
    ]);
}
