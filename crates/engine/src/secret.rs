//! Puts secrets where the plan names them, just before they are needed.

use std::collections::BTreeMap;

use futures_util::future::BoxFuture;
use matoi_core::plan::Plan;
use serde_json::{Map, Value};

use crate::handle::Handle;

impl Handle {
    /// The values of `names`, by name.
    pub(crate) async fn secrets(
        &self,
        plan: &Plan,
        names: &[String],
    ) -> Result<BTreeMap<String, String>, String> {
        let mut found = BTreeMap::new();
        for name in names {
            found.insert(name.clone(), self.secret(plan, name).await?);
        }
        Ok(found)
    }

    async fn secret(&self, plan: &Plan, name: &str) -> Result<String, String> {
        let config = &self.it.config;
        matoi_edge::secret::find(&plan.secrets, name, &config.environment, &config.plan_dir).await
    }

    /// A configuration with `{"secret": "NAME"}` replaced by the value.
    pub(crate) fn fill<'a>(
        &'a self,
        plan: &'a Plan,
        value: &'a Value,
    ) -> BoxFuture<'a, Result<Value, String>> {
        Box::pin(async move {
            match value {
                Value::Object(object) => match only_secret(object) {
                    Some(name) => self.secret(plan, name).await.map(Value::String),
                    None => {
                        let mut filled = Map::new();
                        for (key, value) in object {
                            filled.insert(key.clone(), self.fill(plan, value).await?);
                        }
                        Ok(Value::Object(filled))
                    }
                },
                Value::Array(items) => {
                    let mut filled = Vec::with_capacity(items.len());
                    for item in items {
                        filled.push(self.fill(plan, item).await?);
                    }
                    Ok(Value::Array(filled))
                }
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                    Ok(value.clone())
                }
            }
        })
    }
}

fn only_secret(object: &Map<String, Value>) -> Option<&str> {
    if object.len() == 1 { object.get("secret")?.as_str() } else { None }
}
