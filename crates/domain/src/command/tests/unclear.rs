//! What is not understood whole is not run: not in part, and not as it may have been meant.

use super::check;

#[test]
fn a_change_is_understood_whole_or_not_at_all() {
    check(&[
        ("stop the web-1", "left over the"),
        ("stop server web-1", "left over server"),
        ("stop start web-1", "left over start"),
        ("stop web-1 and start web-2", "left over start"),
        ("stop web-1 and", "left over and"),
        ("stop and web-1", "left over and"),
        ("stop web-1 or web-2", "left over or"),
        ("stop web-1 but not web-2", "left over but"),
        ("stop web-1 except web-2", "left over except"),
        ("stop web-1 now", "left over now"),
        ("stop web-1 tomorrow", "left over tomorrow"),
        ("stop web-1 <@U5>", "left over U5"),
        ("stop <!subteam^S5|@ops>", "left over S5"),
        ("stop <#C5|general>", "left over C5"),
        ("stop @bob", "left over @bob"),
        ("stop web-1 :pray:", "left over :pray:"),
        ("stop web-1 --", "left over --"),
        ("stop web-1 (prod)", "left over (prod)"),
        ("stop web-1; web-2", "left over web-1;"),
        ("stop bob's", "left over bob's"),
        ("stop \"\"", "left over \"\""),
        ("stop \"web 1", "left over \"web 1"),
        ("stop $(reboot)", "left over $(reboot)"),
        ("stop &lt;web-1&gt;", "left over <web-1>"),
        ("find instances not running", "left over not"),
        ("find web-1 --", "left over --"),
        ("stop web-1\nstop web-2", "many lines"),
        ("stop web-1\u{2028}web-2", "many lines"),
        ("<@UBOT>\nstop web-1\n", "stop; name web-1"),
        ("```\nstop web-1\n```", "stop; name web-1"),
    ]);
}

#[test]
fn what_is_unclear_is_never_run() {
    check(&[
        ("stpo web-1", "unclear stpo -> stop web-1"),
        ("stpo", "unclear stpo -> stop"),
        ("please stpo web-1 thanks", "unclear stpo -> stop web-1"),
        ("stat web-1", "unclear stat -> check web-1"),
        ("Strat web-1 for 2h", "unclear Strat -> start web-1 for 2h"),
        ("chekc tag:\"Cost Center\"=42", "unclear chekc -> check tag:\"Cost Center\"=42"),
        ("stpo web-1 =42", "unclear stpo web-1 =42"),
        ("stpo <@U5>", "unclear stpo U5"),
        ("stop, web-1", "stop; name web-1"),
        ("stop: web-1", "unclear stop: -> stop web-1"),
        ("*stop web-1*", "unclear *stop -> stop web-1"),
        ("*stop* web-1", "unclear *stop* -> stop web-1"),
        ("\"stop web-1\"", "unclear \"stop web-1\" -> stop web-1"),
        ("\"stop web-1\" x", "unclear \"stop web-1\" x"),
        ("web-1 stop", "unclear web-1 -> stop web-1"),
        ("web-1", "unclear web-1"),
        ("is web-1 running", "unclear is web-1 running"),
        ("ѕtор web-1", "unclear ѕtор web-1"),
        ("ѕtop web-1", "unclear ѕtop -> stop web-1"),
        ("ｓｔｏｐ web-1", "unclear ｓｔｏｐ web-1"),
        ("\u{212a}ill web-1", "unclear \u{212a}ill -> kill web-1"),
        ("st\u{200b}op web-1", "stop; name web-1"),
        ("stоp all", "unclear stоp all"),
        ("hlep", "unclear hlep -> help"),
        ("keep web-1 for 2h", "unclear keep web-1 for 2h"),
        ("undo", "unclear undo"),
        ("who stopped web-1", "unclear who stopped web-1"),
        ("policy list", "unclear policy list"),
        ("the list", "unclear the list"),
        ("do-not stop web-1", "unclear do-not stop web-1"),
        ("<@U5> stop web-1", "unclear U5 stop web-1"),
        ("I want to stop web-1", "unclear I want to stop web-1"),
        ("because stop", "unclear because stop"),
        ("shut web-1", "unclear shut -> stop web-1"),
        ("turn web-1 off", "unclear turn web-1 off"),
        ("$$$", "unclear $$$"),
    ]);
}

#[test]
fn other_services_are_named() {
    check(&[
        ("s3 list", "service s3"),
        ("S3", "service S3"),
        ("rds stop x", "service rds"),
        ("lambda invoke foo", "service lambda"),
        ("foo stop web-1", "service foo"),
        ("ec2 s3 list", "service s3"),
        ("ec2 stop web-1", "stop; name web-1"),
        ("stpo stop web-1", "unclear stpo stop web-1"),
    ]);
}
