use serde_json::Value;

/// The state, as the state file holds it: private data and the taint included.
#[derive(Debug, Clone)]
pub struct State {
    json: Value,
}

/// One resource of the state.
#[derive(Debug, Clone, Copy)]
pub struct Resource<'state> {
    instance: &'state Value,
}

impl State {
    pub(crate) fn new(json: Value) -> Self {
        Self { json }
    }

    /// The whole state file.
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// Addresses of all resources (`quickfra_stack.platform`, `data.quickfra_host.vm`; with the key of `for_each`, or the
    /// number of `count`, in brackets), in the state's order.
    pub fn addresses(&self) -> Vec<String> {
        self.instances().map(|(address, _)| address).collect()
    }

    /// The resource at `address`, if it is in the state.
    pub fn resource(&self, address: &str) -> Option<Resource<'_>> {
        self.instances()
            .find(|(found, _)| found == address)
            .map(|(_, instance)| Resource { instance })
    }

    /// The resource at `address`; the test fails if it is not in the state.
    #[track_caller]
    pub fn expect(&self, address: &str) -> Resource<'_> {
        match self.resource(address) {
            Some(resource) => resource,
            None => panic!("{address} is not in the state; it holds {:?}", self.addresses()),
        }
    }

    /// Value of an output, also of a sensitive one.
    pub fn output(&self, name: &str) -> Option<&Value> {
        self.json["outputs"][name].get("value")
    }

    fn instances(&self) -> impl Iterator<Item = (String, &Value)> {
        let resources = self.json["resources"].as_array().into_iter().flatten();
        resources.flat_map(|resource| {
            let text = |member: &str| resource[member].as_str().unwrap_or_default();
            let mut address = format!("{}.{}", text("type"), text("name"));
            if text("mode") == "data" {
                address = format!("data.{address}");
            }
            if let Some(module) = resource["module"].as_str() {
                address = format!("{module}.{address}");
            }
            let instances = resource["instances"].as_array().into_iter().flatten();
            instances.map(move |instance| match instance.get("index_key") {
                Some(key) => (format!("{address}[{key}]"), instance),
                None => (address.clone(), instance),
            })
        })
    }
}

impl<'state> Resource<'state> {
    /// Value of an attribute by JSON pointer (`/ingress/rate_limit/average`).
    pub fn attribute(&self, pointer: &str) -> Option<&'state Value> {
        self.instance["attributes"].pointer(pointer)
    }

    /// Text of an attribute by JSON pointer; the test fails if it is missing or not a text.
    #[track_caller]
    pub fn text(&self, pointer: &str) -> &'state str {
        match self.attribute(pointer).and_then(Value::as_str) {
            Some(text) => text,
            None => panic!("{pointer} is not a text in {:#}", self.instance["attributes"]),
        }
    }

    pub fn is_tainted(&self) -> bool {
        self.instance["status"] == "tainted"
    }

    /// The provider's private data, in base64.
    pub fn private(&self) -> Option<&'state str> {
        self.instance["private"].as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn resources_are_found_by_their_address() {
        let state = State::new(json!({
            "outputs": { "o": { "value": 1 } },
            "resources": [
                { "mode": "managed", "type": "quickfra_stack", "name": "s", "instances": [
                    { "attributes": { "name": "x" }, "status": "tainted", "private": "e30=" },
                ] },
                { "mode": "data", "module": "module.m", "type": "quickfra_host", "name": "h", "instances": [
                    { "index_key": "a", "attributes": {} }, { "index_key": 0, "attributes": {} },
                ] },
            ],
        }));
        assert_eq!(
            state.addresses(),
            [
                "quickfra_stack.s",
                "module.m.data.quickfra_host.h[\"a\"]",
                "module.m.data.quickfra_host.h[0]"
            ]
        );
        let stack = state.expect("quickfra_stack.s");
        assert_eq!(stack.text("/name"), "x");
        assert!(stack.is_tainted());
        assert_eq!(stack.private(), Some("e30="));
        assert_eq!(state.output("o"), Some(&json!(1)));
        assert!(state.resource("quickfra_stack.other").is_none());
    }
}
