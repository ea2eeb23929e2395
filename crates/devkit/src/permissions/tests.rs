use super::*;

const YAML: &str = "\
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: { Type: String, Default: prod }
  Wanted: { Type: String, MinLength: 2 }
Resources:
  Web:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: provided.al2023
      Handler: bootstrap
      CodeUri: .
      Policies:
        - Statement:
            - Sid: Look
              Effect: Allow
              Action: [dynamodb:GetItem, dynamodb:Query]
              Resource: [!Sub \"arn:a:${Stage}\", \"arn:b\"]
            - { Effect: Deny, NotAction: \"ssm:*\", Resource: \"*\" }
  Other:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: provided.al2023
      Handler: bootstrap
      CodeUri: .
      Policies:
        Statement:
          - Effect: Allow
            Sid: Look
            Action: ssm:GetParameters
            Resource: \"*\"
  Wakes:
    Type: AWS::IAM::Role
    Properties:
      RoleName: wakes-prod
      AssumeRolePolicyDocument:
        Version: \"2012-10-17\"
        Statement: [{ Effect: Allow, Principal: { Service: x }, Action: \"sts:AssumeRole\" }]
      Policies:
        - PolicyName: Wake
          PolicyDocument:
            Version: \"2012-10-17\"
            Statement: [{ Sid: Wake, Effect: Allow, Action: \"lambda:InvokeFunction\", Resource: \"*\" }]
";

fn used(role: &str, statement: &str, action: &str, resource: usize) -> Use {
    let [role, statement, action] = [role, statement, action].map(str::to_owned);
    Use { role, statement, action, resource }
}

fn everything() -> BTreeSet<Use> {
    named::all("t.yaml", YAML).unwrap().into_iter().map(|one| one.used).collect()
}

/// What is said if all has been used but for `never`.
fn check(never: &[Use], explained: &[Explained]) -> (String, bool) {
    let all = named::all("t.yaml", YAML).unwrap();
    let mut used = everything();
    for one in never {
        assert!(used.remove(one), "{one:?} is not in the template");
    }
    // Tests have templates of their own.
    used.insert(self::used("Worker", "#1", "s3:GetObject", 1));
    let report = held_against(&all, &used, explained);
    (report.text, report.well)
}

const EXPLAINED: Explained =
    Explained { role: "Web", statement: "Look", actions: &["dynamodb:Query"], why: "only on Sundays" };

#[test]
fn everything_in_a_template_is_named_once() {
    let looks = ["dynamodb:GetItem", "dynamodb:Query"];
    let looks = looks.into_iter().flat_map(|action| [1, 2].map(|at| used("Web", "Look", action, at)));
    let others = [
        used("Web", "#2", "NotAction", 1),
        used("Other", "Look", "ssm:GetParameters", 1),
        used("Wakes", "Wake", "lambda:InvokeFunction", 1),
    ];
    assert_eq!(everything(), looks.chain(others).collect());
    assert_eq!(named::all("t.yaml", YAML).unwrap().len(), 7);
}

#[test]
fn what_was_used_is_not_listed() {
    assert_eq!(
        check(&[], &[]),
        ("0 of 7 permissions were never used; 0 more are explained.\n".to_owned(), true)
    );
}

#[test]
fn what_was_never_used_is_listed_by_function_with_its_place() {
    let never = [
        used("Web", "Look", "dynamodb:GetItem", 1),
        used("Web", "Look", "dynamodb:Query", 1),
        used("Web", "Look", "dynamodb:Query", 2),
        used("Web", "#2", "NotAction", 1),
        used("Other", "Look", "ssm:GetParameters", 1),
    ];
    let expected = "\
t.yaml: Web
  #2 (line 6) has never refused NotAction
  Look (line 14) was never used: dynamodb:GetItem on arn:a:prod
  Look (line 14) was never used: dynamodb:Query
t.yaml: Other
  Look (line 28) was never used: ssm:GetParameters
5 of 7 permissions were never used; 0 more are explained.
";
    assert_eq!(check(&never, &[]), (expected.to_owned(), false));
}

#[test]
fn what_is_explained_is_not_listed() {
    let never = [1, 2].map(|resource| used("Web", "Look", "dynamodb:Query", resource));
    let (text, well) = check(&never, &[EXPLAINED]);
    assert_eq!((text.as_str(), well), ("0 of 7 permissions were never used; 2 more are explained.\n", true));
}

#[test]
fn an_explanation_that_nothing_needs_is_a_mistake() {
    let (text, well) = check(&[used("Web", "Look", "dynamodb:Query", 2)], &[EXPLAINED]);
    assert!(!well && text.contains("dynamodb:Query in Look of Web was used"), "{text}");
    for unknown in [
        Explained { role: "Wep", ..EXPLAINED },
        Explained { statement: "Book", ..EXPLAINED },
        Explained { actions: &["dynamodb:Query", "dynamodb:Queue"], ..EXPLAINED },
    ] {
        let never = [1, 2].map(|resource| used("Web", "Look", "dynamodb:Query", resource));
        let (text, well) = check(&never, &[unknown]);
        assert!(!well && text.contains(" has no "), "{text}");
    }
}

#[test]
fn a_statement_that_is_planted_in_the_real_template_is_listed() {
    let root = crate::build::workspace_root().unwrap();
    let yaml = std::fs::read_to_string(root.join(TEMPLATES[0])).unwrap();
    let used: BTreeSet<_> =
        named::all(TEMPLATES[0], &yaml).unwrap().into_iter().map(|one| one.used).collect();
    assert!(used.len() > 80, "{}", used.len());
    let place = "            - Sid: StoreTheInstallation\n";
    let planted = "            - Sid: ReadEverything\n              Effect: Allow\n              \
                   Action: [dynamodb:Scan, ssm:GetParametersByPath]\n              Resource: \"*\"\n";
    let (before, after) = yaml.split_once(place).unwrap();
    let all = named::all(TEMPLATES[0], &format!("{before}{planted}{place}{after}")).unwrap();
    let line = before.lines().count() + 1;
    let expected = format!(
        "template.yaml: Install\n  ReadEverything (line {line}) was never used: dynamodb:Scan\n  \
         ReadEverything (line {line}) was never used: ssm:GetParametersByPath\n2 of {} permissions were \
         never used; 0 more are explained.\n",
        used.len() + 2
    );
    assert_eq!(held_against(&all, &used, &[]), Report { text: expected, well: false });
}

#[test]
fn a_report_needs_notes() {
    let root = crate::build::workspace_root().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let error = report(&root, folder.path()).unwrap_err().to_string();
    assert!(
        error.starts_with("nothing was noted in ") && error.ends_with(" cargo test --workspace"),
        "{error}"
    );
    let other = serde_json::to_string(&used("Worker", "#1", "s3:GetObject", 1)).unwrap();
    std::fs::write(folder.path().join("1.jsonl"), format!("{other}\n")).unwrap();
    let nothing_used = report(&root, folder.path()).unwrap();
    assert!(!nothing_used.well);
    for role in
        ["template.yaml: Sweeper\n", "template.yaml: ScheduleRole\n", "customer-role.yaml: BellhopAct\n"]
    {
        assert!(nothing_used.text.contains(role), "{role}");
    }
    // Where every explanation names something, and nothing was used, there is no complaint.
    assert!(!nothing_used.text.contains(explained::FILE), "{}", nothing_used.text);
}

/// What `AWSLambdaBasicExecutionRole` allows, which SAM gives to every function.
/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaBasicExecutionRole.html>
fn basic_execution() -> serde_json::Value {
    let actions = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];
    serde_json::json!({ "Effect": "Allow", "Action": actions, "Resource": "*" })
}

#[test]
fn a_function_writes_to_its_own_log_group_only() {
    let root = crate::build::workspace_root().unwrap();
    let yaml = std::fs::read_to_string(root.join(TEMPLATES[0])).unwrap();
    let stack = crate::template::read(&yaml, &crate::template::Deployment::default()).unwrap();
    assert_eq!(stack.functions.len(), 8);
    for function in &stack.functions {
        let statements = [vec![basic_execution()], function.statements.clone()].concat();
        let may = |action: &str, name: &str, stream: &str| {
            let resource = format!(
                "arn:aws:logs:{}:{}:log-group:/aws/lambda/{name}:log-stream:{stream}",
                stack.region, stack.account
            );
            let (action, context) = (action.to_owned(), policy::Context::new());
            policy::judge(&statements, &policy::Asked { action, resource, context })
                == policy::Verdict::Allowed
        };
        let own = function.name.as_str();
        assert!(may("logs:CreateLogStream", own, "") && may("logs:PutLogEvents", own, "a"), "{own}");
        for other in stack.functions.iter().map(|other| other.name.as_str()).filter(|other| *other != own) {
            for action in ["logs:CreateLogStream", "logs:PutLogEvents"] {
                assert!(
                    !may(action, other, "a") && !may(action, &format!("{own}-more"), "a"),
                    "{own} {other}"
                );
            }
        }
        assert!(!may("logs:CreateLogGroup", own, ""), "{own}");
    }
}
