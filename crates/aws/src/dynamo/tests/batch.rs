use std::sync::Mutex;

use aws_sdk_dynamodb::types::WriteRequest;

use super::*;
use crate::local;

/// A clock that notes how long it was waited for.
#[derive(Default)]
struct Waits(Mutex<Vec<u64>>);

#[async_trait]
impl Clock for Waits {
    fn now(&self) -> Millis {
        Millis(0)
    }

    async fn sleep(&self, millis: u64) {
        self.0.lock().unwrap().push(millis);
    }
}

fn puts(ids: &[&str]) -> Vec<WriteRequest> {
    let put = |id: &&str| crate::dynamo::batch::put(Item::from([("job_id".to_owned(), text(*id))])).unwrap();
    ids.iter().map(put).collect()
}

/// An answer that hands these back.
fn handed_back(ids: &[&str]) -> (u16, String) {
    let items: Vec<_> =
        ids.iter().map(|id| format!(r#"{{"PutRequest":{{"Item":{{"job_id":{{"S":"{id}"}}}}}}}}"#)).collect();
    let table = if items.is_empty() { String::new() } else { format!(r#""jobs":[{}]"#, items.join(",")) };
    (200, format!(r#"{{"UnprocessedItems":{{{table}}}}}"#))
}

#[tokio::test]
async fn what_is_handed_back_is_written_again_after_a_pause() {
    let answers = vec![handed_back(&["b", "c"]), handed_back(&["c"]), handed_back(&[])];
    let (config, serving) = local::requests(answers).await;
    let (client, waits) = (crate::clients::dynamo(&config), Waits::default());
    crate::dynamo::batch::write(&client, "jobs", &waits, puts(&["a", "b", "c"])).await.unwrap();
    let sent = serving.await.unwrap();
    let tried = |id: &str| sent.iter().filter(|(_, body)| body.contains(&format!("{id:?}"))).count();
    assert_eq!(["a", "b", "c"].map(tried), [1, 2, 3]);
    assert_eq!(*waits.0.lock().unwrap(), [50, 100]);
}

#[tokio::test]
async fn what_is_always_handed_back_is_a_fault_in_the_end() {
    let (config, serving) = local::requests(vec![handed_back(&["b"]); 6]).await;
    let (client, waits) = (crate::clients::dynamo(&config), Waits::default());
    let error = crate::dynamo::batch::write(&client, "jobs", &waits, puts(&["a", "b"])).await.unwrap_err();
    assert_eq!(error.to_string(), "the table jobs takes no more: 1 items of a batch were handed back");
    assert_eq!(serving.await.unwrap().len(), 6);
    assert_eq!(*waits.0.lock().unwrap(), [50, 100, 200, 400, 800]);
}

#[tokio::test]
async fn any_number_of_items_is_written() {
    let tables = Tables::new().await;
    for count in [0, 1, 25, 26, 130] {
        let ids: Vec<String> = (0..count).map(|index| format!("{count}-{index}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        crate::dynamo::batch::write(&tables.client, "jobs", &Waits::default(), puts(&ids)).await.unwrap();
        for id in ids {
            assert!(tables.raw("jobs", ("job_id", id)).await.is_some(), "{id}");
        }
    }
}
