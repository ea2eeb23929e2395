use super::*;

const SMALL: &str = r#"
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: { Type: String, Default: dev, AllowedValues: [dev, prod] }
  PublicUrl: { Type: String, Default: "" }
  Regions: { Type: CommaDelimitedList, Default: "eu-central-1, us-east-1" }
Conditions:
  HasUrl: !Not [!Equals [!Ref PublicUrl, ""]]
  IsProd: !And [!Equals [!Ref Stage, prod], !Or [!Condition HasUrl, !Equals [a, b]]]
Mappings:
  Size: { dev: { Memory: 256 }, prod: { Memory: 512 } }
Globals:
  Function:
    Runtime: provided.al2023
    Handler: bootstrap
    Timeout: 10
    Environment: { Variables: { JOBS_TABLE: !Ref Jobs, LEVEL: info } }
Resources:
  EventsFunction:
    Type: AWS::Serverless::Function
    Metadata: { BuildMethod: rust-cargolambda, BuildProperties: { Binary: events } }
    Properties:
      FunctionName: !Sub "${AWS::StackName}-events"
      CodeUri: .
      MemorySize: !FindInMap [Size, !Ref Stage, Memory]
      Environment:
        Variables:
          LEVEL: debug
          EC2_FUNCTION: !Ref Ec2Function
          PUBLIC_URL: !If [HasUrl, !Ref PublicUrl, !Ref "AWS::NoValue"]
          REGIONS: !Join [",", !Ref Regions]
          SECOND: !Select [1, !Split [",", "a,b"]]
          LITERAL: !Sub ["${!kept} ${Own} ${Jobs.Arn}", { Own: mine }]
      Policies:
        - Statement:
            - Effect: Allow
              Action: lambda:InvokeFunction
              Resource: !GetAtt Ec2Function.Arn
      Events:
        Post: { Type: HttpApi, Properties: { Path: /slack/events, Method: post } }
        Else: { Type: HttpApi }
  Ec2Function:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: .
      Timeout: 900
      EventInvokeConfig:
        MaximumRetryAttempts: 1
        DestinationConfig: { OnFailure: { Type: SQS, Destination: !GetAtt Failed.Arn } }
      Events:
        Rested: { Type: EventBridgeRule, Properties: { Pattern: { source: [aws.ec2], detail: { state: [stopped] } } } }
        Every: { Type: ScheduleV2, Properties: { ScheduleExpression: rate(5 minutes), Input: '{"sweep":true}' } }
  Jobs:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub "bellhop-${Stage}-jobs"
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions:
        - { AttributeName: job_id, AttributeType: S }
        - { AttributeName: open, AttributeType: S }
      KeySchema: [{ AttributeName: job_id, KeyType: HASH }]
      GlobalSecondaryIndexes:
        - IndexName: open
          KeySchema: [{ AttributeName: open, KeyType: HASH }]
          Projection: { ProjectionType: ALL }
      TimeToLiveSpecification: { AttributeName: expires, Enabled: true }
  Failed: { Type: AWS::SQS::Queue }
  Looks:
    Type: AWS::IAM::Role
    Properties:
      MaxSessionDuration: 7200
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{ Effect: Allow, Principal: { AWS: !GetAtt EventsFunctionRole.Arn }, Action: sts:AssumeRole }]
      Policies:
        - PolicyName: Look
          PolicyDocument:
            Version: "2012-10-17"
            Statement: [{ Effect: Allow, Action: ec2:DescribeInstances, Resource: "*" }]
  Dailies: { Type: AWS::Scheduler::ScheduleGroup, Properties: { Name: !Sub "${AWS::StackName}-dailies" } }
  OnlyProd: { Type: AWS::SNS::Topic, Condition: IsProd }
  Sick:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Metrics:
        - { Id: all, Expression: SUM(METRICS()) }
        - { Id: one, ReturnData: false, MetricStat: { Stat: Sum, Period: 60, Metric: { Namespace: AWS/Lambda, MetricName: Errors, Dimensions: [{ Name: FunctionName, Value: !Ref Ec2Function }] } } }
      EvaluationPeriods: 1
      Threshold: 0
      ComparisonOperator: GreaterThanThreshold
      TreatMissingData: notBreaching
  Slow:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: Own
      MetricName: took_ms
      ExtendedStatistic: p99
      Period: 60
      EvaluationPeriods: 3
      DatapointsToAlarm: 2
      Threshold: 5
      ComparisonOperator: LessThanThreshold
      TreatMissingData: breaching
  Board:
    Type: AWS::CloudWatch::Dashboard
    Properties:
      DashboardBody: !Sub '{"widgets": [{"type": "text"}, {"type": "metric", "properties": {"metrics": [["Own", "seen", "stage", "${Stage}", {"stat": "Sum"}]]}}]}'
Outputs:
  Url: { Value: !Sub "https://${ServerlessHttpApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}" }
"#;

fn small() -> Stack {
    read(SMALL, &Deployment::default()).expect("reads")
}

/// Replaces one text in the small template and expects a complaint.
fn complaint(old: &str, new: &str) -> String {
    assert!(SMALL.contains(old), "{old}");
    read(&SMALL.replacen(old, new, 1), &Deployment::default()).expect_err("must be refused").to_string()
}

#[test]
fn a_function_has_its_globals_and_references_resolved() {
    let stack = small();
    let events = stack.function("EventsFunction").unwrap();
    assert_eq!((events.name.as_str(), events.binary.as_str()), ("bellhop-events", "events"));
    assert_eq!((events.memory_mb, events.timeout_s), (256, 10));
    let variable = |name: &str| events.environment.get(name).map(String::as_str);
    assert_eq!(variable("LEVEL"), Some("debug"));
    assert_eq!(variable("JOBS_TABLE"), Some("bellhop-dev-jobs"));
    assert_eq!(variable("EC2_FUNCTION"), Some("Ec2Function"));
    assert_eq!(variable("PUBLIC_URL"), None);
    assert_eq!(variable("REGIONS"), Some("eu-central-1,us-east-1"));
    assert_eq!(variable("SECOND"), Some("b"));
    let arn = "arn:aws:dynamodb:eu-central-1:111122223333:table/bellhop-dev-jobs";
    assert_eq!(variable("LITERAL"), Some(format!("${{kept}} mine {arn}").as_str()));
    let keys: Vec<_> = events.routes.iter().map(Route::key).collect();
    assert_eq!(keys, ["$default", "POST /slack/events"]);
    assert_eq!(
        events.statements[0]["Resource"],
        "arn:aws:lambda:eu-central-1:111122223333:function:Ec2Function"
    );
}

#[test]
fn queue_schedule_table_and_output_are_read() {
    let stack = small();
    let ec2 = stack.function("Ec2Function").unwrap();
    assert_eq!((ec2.binary.as_str(), ec2.timeout_s), ("ec2", 900));
    assert_eq!(ec2.async_config.max_retries, 1);
    assert_eq!(
        ec2.async_config.on_failure.as_deref(),
        Some("arn:aws:sqs:eu-central-1:111122223333:bellhop-Failed")
    );
    assert_eq!(ec2.schedules[0].name, "Ec2FunctionEvery");
    assert_eq!(ec2.schedules[0].input.as_deref(), Some(r#"{"sweep":true}"#));
    let rule = &ec2.rules[0];
    assert_eq!((rule.name.as_str(), rule.enabled, &rule.input), ("Ec2FunctionRested", true, &None));
    let event = |state: &str| serde_json::json!({ "source": "aws.ec2", "detail": { "state": state } });
    assert!(rule.pattern.matches(&event("stopped")) && !rule.pattern.matches(&event("running")));
    assert_eq!(stack.schedule_groups, ["bellhop-dailies"]);
    let jobs = stack.table("Jobs").unwrap();
    assert_eq!(jobs.ttl_attribute.as_deref(), Some("expires"));
    assert_eq!(jobs.indexes[0].name, "open");
    assert_eq!(
        stack.outputs["Url"],
        format!("https://{}.execute-api.eu-central-1.amazonaws.com", stack.api_id)
    );
}

#[test]
fn a_role_of_its_own_is_read() {
    let stack = small();
    let [role] = stack.roles.as_slice() else { panic!("{:?}", stack.roles) };
    assert_eq!((role.name.as_str(), role.max_session_s), ("bellhop-Looks", 7_200));
    assert_eq!(
        role.trust[0]["Principal"]["AWS"],
        "arn:aws:iam::111122223333:role/bellhop-EventsFunctionRole"
    );
    assert_eq!(role.statements[0]["Action"], "ec2:DescribeInstances");
}

#[test]
fn what_is_watched_is_read() {
    let watched = small().watched;
    let of = |by: &str| watched.iter().filter(|one| one.by == by).collect::<Vec<_>>();
    let [errors] = of("Sick")[..] else { panic!("{watched:?}") };
    assert_eq!((errors.namespace.as_str(), errors.name.as_str()), ("AWS/Lambda", "Errors"));
    assert_eq!(errors.dimensions["FunctionName"], "Ec2Function");
    let [slow] = of("Slow")[..] else { panic!("{watched:?}") };
    assert_eq!((slow.name.as_str(), slow.dimensions.len()), ("took_ms", 0));
    let [seen] = of("Board")[..] else { panic!("{watched:?}") };
    assert_eq!((seen.name.as_str(), seen.dimensions["stage"].as_str()), ("seen", "dev"));
}

#[test]
fn parameters_can_be_overridden_but_not_invented() {
    let with = |name: &str, value: &str| Deployment {
        parameters: BTreeMap::from([(name.to_owned(), value.to_owned())]),
        ..Deployment::default()
    };
    let stack = read(SMALL, &with("PublicUrl", "https://x.test")).unwrap();
    assert_eq!(stack.function("EventsFunction").unwrap().environment["PUBLIC_URL"], "https://x.test");
    assert!(read(SMALL, &with("Stage", "moon")).unwrap_err().to_string().contains("AllowedValues"));
    assert!(read(SMALL, &with("Phase", "dev")).unwrap_err().to_string().contains("not declared"));
}

#[test]
fn a_broken_template_says_where() {
    for (old, new, says) in [
        (
            "!Ref Jobs,",
            "!Ref Jobz,",
            "Resources.Ec2Function.Properties.Environment.Variables.JOBS_TABLE: Jobz is neither",
        ),
        ("!GetAtt Failed.Arn", "!GetAtt Failed.Arm", "Failed (AWS::SQS::Queue) has no attribute Arm"),
        (
            "Type: AWS::SQS::Queue",
            "Type: AWS::SQS::Kueue",
            "Resources.Failed: the resource type AWS::SQS::Kueue",
        ),
        ("!Select [1", "!Pick [1", "the intrinsic function !Pick is unknown"),
        ("!Select [1", "!Select [7", "Fn::Select finds no entry 7"),
        ("!Split [\",\", \"a,b\"]", "!ImportValue other", "needs another stack"),
        (
            "Timeout: 900",
            "Timeout: 901",
            "Resources.Ec2Function.Properties.Timeout: must be a number from 1 to 900",
        ),
        ("Timeout: 900", "TimeOut: 900", "Resources.Ec2Function.Properties.TimeOut: is not a property"),
        ("    Handler: bootstrap\n", "", "Properties.Handler: is missing"),
        ("[HasUrl, !Ref", "[HatUrl, !Ref", "there is no condition HatUrl"),
        ("!Condition HasUrl", "!Condition IsProd", "circular reference"),
        ("rate(5 minutes)", "rate(5 minute)", "neither rate(1 minute)"),
        (
            "state: [stopped]",
            "state: [{ suffix: ed }]",
            "Events.Rested.Properties.Pattern.detail.state: the filter suffix is not known here",
        ),
        ("state: [stopped]", "state: stopped", "Pattern.detail.state: must be a list"),
        ("{ Pattern: {", "{ Patern: {", "Patern: is not a property"),
        ("{ Pattern: {", "{ State: ON, Pattern: {", "must be ENABLED or DISABLED"),
        ("{ Pattern: {", "{ EventBusName: other, Pattern: {", "only the default bus"),
        ("SECOND:", "AWS_REGION:", "is reserved"),
        ("MaxSessionDuration: 7200", "MaxSessionDuration: 900", "must be a number from 3600 to 43200"),
        ("MaxSessionDuration: 7200", "ManagedPolicyArns: []", "ManagedPolicyArns: is not a property"),
        ("Action: ec2:DescribeInstances, ", "", "Policies[0].PolicyDocument.Action: is missing"),
        ("ScheduleGroup, Properties: { Name:", "ScheduleGroup, Properties: { Nam:", "Nam: is not a property"),
        ("PolicyName: Look", "Name: Look", "Policies[0].Name: is not a property"),
        ("!Ref Regions]", "!Ref OnlyProd]", "which the condition IsProd leaves out"),
        (
            "{ AttributeName: open, KeyType: HASH }",
            "{ AttributeName: opened, KeyType: HASH }",
            "opened is not among",
        ),
        ("/slack/events, Method: post }", "/a, Method: post, Pfad: /b }", "Pfad: is not a property"),
        (
            "TreatMissingData: breaching",
            "TreatMissing: breaching",
            "Slow.Properties.TreatMissing: is not a property",
        ),
        ("TreatMissingData: breaching", "TreatMissingData: braking", "must be one of breaching"),
        ("ExtendedStatistic: p99", "Unit: Count", "Slow.Properties.Statistic: must be there"),
        ("MetricName: took_ms", "", "Slow.Properties.MetricName: is missing"),
        ("DatapointsToAlarm: 2", "DatapointsToAlarm: 4", "DatapointsToAlarm: must be a number from 1 to 3"),
        ("Threshold: 5", "", "Slow.Properties.Threshold: is missing"),
        ("Id: all,", "Id: all, ReturnData: false,", "one of them must return data"),
        ("Id: one,", "Id: One,", "must begin with a lower-case letter"),
        ("Name: FunctionName", "Nam: FunctionName", "Dimensions[0].Nam: is not a property"),
        ("{\"widgets\": [", "{\"widgets\": ", "Board.Properties.DashboardBody: "),
        ("\"stage\", \"${Stage}\"", "\"stage\"", "is no metric"),
        ("LEVEL: info", "LEVEL: \"{{resolve:ssm:x}}\"", "dynamic references"),
    ] {
        let error = complaint(old, new);
        assert!(error.contains(says), "{new}: {error}");
    }
}

#[test]
fn resources_that_need_each_other_are_refused() {
    let mutual = complaint(
        "      Timeout: 900\n",
        "      Environment: { Variables: { BACK: !Ref EventsFunction } }\n",
    );
    assert!(mutual.contains("circular dependency: Ec2Function → EventsFunction → Ec2Function"), "{mutual}");
    let api = complaint("SECOND: !Select [1, !Split [\",\", \"a,b\"]]", "API: !Ref ServerlessHttpApi");
    assert!(api.contains("circular dependency"), "{api}");
    let itself = complaint("!GetAtt Ec2Function.Arn", "!GetAtt EventsFunction.Arn");
    assert!(itself.contains("circular dependency: EventsFunction → EventsFunction"), "{itself}");
}
