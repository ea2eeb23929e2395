//! The fleet as the AWS front sees it: a Query call in, XML out, every call in the
//! log, and events when instances come to another state.

use std::time::Duration;

use async_trait::async_trait;
use domain::ids::Region;
use domain::time::Millis;

use super::Fleet;
use super::actions::{self, Asked};
use super::derive;
use super::fault::FaultKind;
use super::log::Call;
use super::params::Params;
use super::refusal::Refusal;
use super::state::State;
use super::sts::{self, Caller, Wish};
use crate::cloud::{BusEvent, Ec2Api, QueryAnswer, QueryCall};

#[async_trait]
impl Ec2Api for Fleet {
    async fn call(&self, call: QueryCall) -> QueryAnswer {
        let (answer, delay) = self.answer(&call);
        self.changed.notify_one();
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        answer
    }

    fn secret(&self, access_key: &str) -> Option<String> {
        self.lock().sessions.get(access_key).map(|session| session.keys.secret.clone())
    }

    fn take_events(&self) -> Vec<BusEvent> {
        let mut state = self.lock();
        state.look_around(self.clock.now());
        state.news.drain(..).collect()
    }

    async fn events_due(&self) {
        loop {
            let next = {
                let mut state = self.lock();
                state.look_around(self.clock.now());
                if !state.news.is_empty() {
                    return;
                }
                state.next_change()
            };
            tokio::select! {
                () = self.changed.notified() => {}
                () = self.clock.reaches(next) => {}
            }
        }
    }
}

impl Fleet {
    /// Answers one call, and says how long the answer is to be kept back.
    fn answer(&self, call: &QueryCall) -> (QueryAnswer, Duration) {
        let now = self.clock.now();
        let mut state = self.lock();
        state.look_around(now);
        state.calls += 1;
        let request_id = derive::request_id(state.calls);
        let caller = Caller::of(&state, call, now);
        let (result, delay) = match &caller {
            Err(refusal) => (Err(refusal.clone()), Duration::ZERO),
            Ok(caller) if call.service == "sts" => {
                (sts::answer(&mut state, Params(&call.params), caller, now, &request_id), Duration::ZERO)
            }
            Ok(caller) => answer_ec2(&mut state, call, caller, now, &request_id),
        };
        state.look_around(now);
        let code = result.as_ref().map_or_else(|refusal| refusal.code, |_| "OK").to_owned();
        let answer = match result {
            Ok(body) => QueryAnswer { status: 200, body },
            Err(refusal) if call.service == "sts" => {
                QueryAnswer { status: refusal.status, body: sts::error_body(&refusal, &request_id) }
            }
            Err(refusal) => QueryAnswer { status: refusal.status, body: refusal.ec2_body(&request_id) },
        };
        state.log.add(noted(call, caller.ok().as_ref(), now, code, answer.status));
        (answer, delay)
    }
}

fn answer_ec2(
    state: &mut State,
    call: &QueryCall,
    caller: &Caller,
    now: Millis,
    request_id: &str,
) -> (Result<String, Refusal>, Duration) {
    let params = Params(&call.params);
    let region = Region::new(&call.region);
    let asked = Asked {
        action: call.action(),
        params,
        account: &caller.account,
        region: &region,
        caller,
        now,
        request_id,
    };
    let mut result = actions::answer(state, &asked);
    let ids = params.instance_ids().unwrap_or_default();
    let occasion = asked.occasion(&ids);
    if result.is_ok() && state.faults.strikes(&occasion, FaultKind::LostAnswer) {
        result = Err(Refusal::internal());
    }
    if result.is_ok() {
        state.faults.succeeded(&occasion);
    }
    let slow = |kind| if let FaultKind::Slow(by) = kind { Some(by) } else { None };
    let delay = state.faults.strike(&occasion, slow).unwrap_or_default();
    (result, delay)
}

fn noted(call: &QueryCall, caller: Option<&Caller>, at: Millis, code: String, status: u16) -> Call {
    let asked = (call.action() == "AssumeRole").then(|| Wish::read(Params(&call.params)).ok());
    let session = || caller?.session.clone();
    Call {
        at,
        service: call.service.clone(),
        action: call.action().to_owned(),
        params: call.params.clone(),
        account: caller.map(|caller| caller.account.to_string()).unwrap_or_default(),
        caller: caller.map(|caller| caller.arn.clone()).unwrap_or_default(),
        assumed: asked.map_or_else(session, |wish| wish.map(|wish| wish.assumed)),
        region: call.region.clone(),
        function: call.function.clone(),
        code,
        status,
    }
}
