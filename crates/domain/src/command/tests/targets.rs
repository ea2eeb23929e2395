//! What a command is about: names, ids, patterns, rows; and that a change is about something.

use super::check;

#[test]
fn targets_take_every_form() {
    check(&[
        ("stop i-0123456789ABCDEF0", "stop; id i-0123456789abcdef0"),
        ("stop \"i-12345678\"", "stop; id i-12345678"),
        ("stop i-123", "stop; name i-123"),
        ("stop web-*", "stop; pattern web-*"),
        ("stop web-?", "stop; pattern web-?"),
        ("stop 10.0.0.5", "stop; ip 10.0.0.5"),
        ("stop 10.0.0.256", "stop; name 10.0.0.256"),
        ("stop #3", "stop; row 3"),
        ("stop #0", "left over #0"),
        ("stop #x", "left over #x"),
        ("stop #99999999999", "left over #99999999999"),
        ("stop this", "stop; this"),
        ("stop \"this\"", "stop; name this"),
        ("stop \"web 1\"", "stop; name web 1"),
        ("stop “web 1”", "stop; name web 1"),
        ("stop 'web 1' web-2", "stop; name web 1; name web-2"),
        ("stop \"web-*\"", "stop; name web-*"),
        ("stop \"a*\"-*", "stop; pattern a\\*-*"),
        ("stop \"start\"", "stop; name start"),
        ("stop w, x,y and z", "stop; name w; name x; name y; name z"),
        ("stop x x x", "stop; name x"),
        ("stop <http://web-1.acme.com|web-1.acme.com>", "stop; name web-1.acme.com"),
        ("stop `web-1`", "stop; name web-1"),
        ("`stop web-1`", "stop; name web-1"),
        ("stop wéb-1", "stop; name wéb-1"),
        ("stop\u{a0}web\u{200b}-1", "stop; name web-1"),
        ("stop web‑1", "stop; name web-1"),
        ("terminate x y", "terminate; name x; name y"),
    ]);
}

#[test]
fn a_change_has_a_target_and_all_is_none() {
    check(&[
        ("stop", "no target stop"),
        ("stop instances", "no target stop"),
        ("stop in eu-west-1 for acme", "no target stop"),
        ("please stop", "no target stop"),
        ("check", "no target check"),
        ("stop all", "all stop"),
        ("stop ALL instances", "all stop"),
        ("stop everything", "all stop"),
        ("stop *", "all stop"),
        ("stop **", "all stop"),
        ("stop ?*", "all stop"),
        ("stop web-1 *", "all stop"),
        ("stop all in eu-west-1", "all stop"),
        ("stop all env=dev", "all stop"),
        ("stop name=*", "all stop"),
        ("stop env!=prod", "all stop"),
        ("stop region=eu-*", "all stop"),
        ("stop account=ac*", "all stop"),
        ("stop account=ac* region=eu-* env!=prod", "all stop"),
        ("stop account=acme", "no target stop"),
        ("stop account=ac* env=dev", "stop; where account=ac*; where env=dev"),
        ("stop env!=prod type=t3.micro", "stop; where env!=prod; where type=t3.micro"),
        ("stop \"*\"", "stop; name *"),
        ("stop running instances", "state stop running"),
        ("terminate stopped", "state terminate stopped"),
    ]);
}
