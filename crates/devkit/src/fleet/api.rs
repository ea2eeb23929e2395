//! The fleet as the AWS front sees it: a Query call in, XML out, and every call
//! in the log.

use std::time::Duration;

use async_trait::async_trait;
use domain::ids::{AccountId, Region};

use super::Fleet;
use super::actions::{self, Asked};
use super::derive;
use super::fault::{FaultKind, Occasion};
use super::log::Call;
use super::params::Params;
use super::refusal::Refusal;
use super::state::State;
use super::sts::{self, Caller};
use crate::cloud::{Ec2Api, QueryAnswer, QueryCall};

#[async_trait]
impl Ec2Api for Fleet {
    async fn call(&self, call: QueryCall) -> QueryAnswer {
        let (answer, delay) = self.answer(&call);
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        answer
    }
}

impl Fleet {
    /// Answers one call, and says how long the answer is to be kept back.
    fn answer(&self, call: &QueryCall) -> (QueryAnswer, Duration) {
        let mut state = self.lock();
        state.calls += 1;
        let request_id = derive::request_id(state.calls);
        let caller = caller(call);
        let (result, delay) = if call.service == "sts" {
            (sts::answer(Params(&call.params), &caller, &request_id), Duration::ZERO)
        } else {
            self.answer_ec2(&mut state, call, &caller, &request_id)
        };
        let code = result.as_ref().map_or_else(|refusal| refusal.code, |_| "OK").to_owned();
        let answer = match result {
            Ok(body) => QueryAnswer { status: 200, body },
            Err(refusal) if call.service == "sts" => {
                QueryAnswer { status: refusal.status, body: sts::error_body(&refusal, &request_id) }
            }
            Err(refusal) => QueryAnswer { status: refusal.status, body: refusal.ec2_body(&request_id) },
        };
        state.log.add(Call {
            at: self.clock.now(),
            service: call.service.clone(),
            action: call.action().to_owned(),
            params: call.params.clone(),
            account: call.account.clone(),
            region: call.region.clone(),
            function: call.function.clone(),
            code,
            status: answer.status,
        });
        (answer, delay)
    }

    fn answer_ec2(
        &self,
        state: &mut State,
        call: &QueryCall,
        caller: &Caller,
        request_id: &str,
    ) -> (Result<String, Refusal>, Duration) {
        let params = Params(&call.params);
        let (account, region) = (AccountId::new(&call.account), Region::new(&call.region));
        let asked = Asked {
            action: call.action(),
            params,
            account: &account,
            region: &region,
            caller: &caller.arn,
            now: self.clock.now(),
            request_id,
        };
        let mut result = actions::answer(state, &asked);
        let ids = params.instance_ids().unwrap_or_default();
        let occasion = Occasion { action: asked.action, region: &region, instances: &ids };
        if result.is_ok() && state.faults.strikes(&occasion, FaultKind::LostAnswer) {
            result = Err(Refusal::internal());
        }
        let slow = |kind| if let FaultKind::Slow(by) = kind { Some(by) } else { None };
        let delay = state.faults.strike(&occasion, slow).unwrap_or_default();
        (result, delay)
    }
}

/// A function's process acts as a session of its role, named after the function.
fn caller(call: &QueryCall) -> Caller {
    let session = call.function.as_deref().unwrap_or("session");
    Caller {
        account: call.account.clone(),
        arn: format!("arn:aws:sts::{}:assumed-role/{}/{session}", call.account, call.role_name),
        user_id: format!("AROA{:016X}:{session}", derive::fnv(&call.role_name)),
    }
}
