use serde_json::json;

use super::*;

#[derive(Debug, Clone, Default, PartialEq)]
struct Watch {
    name: Field<String>,
    http: Option<Http>,
    push: Option<Push>,
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Http {
    url: Field<String>,
    method: Field<String>,
    redirects: Field<i64>,
    codes: Field<Vec<String>>,
    ignore_tls: Field<bool>,
    login: Option<Login>,
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Login {
    password: Field<Secret>,
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Push;

impl Fields for Watch {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("name", "name", &mut self.name, None);
        variant(visit, "http", ("type", "http"), &mut self.http);
        variant(visit, "push", ("type", "push"), &mut self.push);
    }
}

impl Fields for Http {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.text("url", "url", &mut self.url, None);
        visit.text("method", "method", &mut self.method, Some("GET"));
        visit.number("max_redirects", "maxredirects", &mut self.redirects, Some(10));
        visit.texts("codes", "accepted_statuscodes", &mut self.codes, &["200-299"]);
        visit.truth("ignore_tls", "ignoreTls", &mut self.ignore_tls, false);
        block(visit, "basic_auth", &mut self.login, &|object| {
            object.get("authMethod") == Some(&json!("basic"))
        });
    }
}

impl Fields for Login {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.secret("password_wo", "basic_auth_pass", &mut self.password);
    }
}

impl Fields for Push {
    fn fields(&mut self, _: &mut dyn Visit) {}
}

fn object(value: Value) -> Object {
    let Value::Object(object) = value else {
        panic!("no object")
    };
    object
}

#[test]
fn what_is_written_is_read_again() {
    let watch = Watch {
        name: Field::Known("site".to_owned()),
        http: Some(Http {
            url: Field::Known("https://example.com".to_owned()),
            method: Field::Known("GET".to_owned()),
            redirects: Field::Known(3),
            codes: Field::Known(vec!["200".to_owned()]),
            ignore_tls: Field::Known(false),
            login: None,
        }),
        push: None,
    };
    let written = Written::of(&watch);
    let expected = json!({ "name": "site", "type": "http", "url": "https://example.com", "method": "GET",
        "maxredirects": 3, "accepted_statuscodes": ["200"], "ignoreTls": false });
    assert_eq!(Value::Object(written.object()), expected);
    let defaults: Vec<_> = written.entries.iter().filter(|entry| entry.is_default).collect();
    let names: Vec<_> = defaults.iter().map(|entry| entry.attribute.as_str()).collect();
    assert_eq!(names, ["http.method", "http.ignore_tls"]);
    let mut read = Watch::default();
    Reading::into(&written.object(), &mut read);
    assert_eq!(read, watch);
}

#[test]
fn a_secret_has_its_path_and_is_not_among_the_fields() {
    let login = |password| Some(Login { password });
    let watch = Watch {
        http: Some(Http {
            login: login(Field::Known(Secret::new("canary"))),
            ..Http::default()
        }),
        ..Watch::default()
    };
    let written = Written::of(&watch);
    assert_eq!(written.secrets[0].attribute, "http.basic_auth.password_wo");
    assert_eq!(written.secrets[0].key, "basic_auth_pass");
    assert!(!format!("{:?} {:?}", written.entries, written.secrets).contains("canary"));

    let found = object(json!({ "type": "http", "authMethod": "basic", "basic_auth_pass": "canary" }));
    let mut read = Watch::default();
    let secrets = Reading::into(&found, &mut read);
    assert_eq!(read.http.unwrap().login, login(Field::Null));
    let secret = secrets["http.basic_auth.password_wo"].as_ref().unwrap();
    assert_eq!(secret.expose(), "canary");
}

#[test]
fn a_server_that_does_not_know_a_field_has_its_default() {
    let mut read = Watch::default();
    Reading::into(&object(json!({ "type": "http", "url": "", "ignoreTls": 1 })), &mut read);
    let http = read.http.unwrap();
    assert_eq!((http.url, http.method), (Field::Null, Field::Known("GET".to_owned())));
    assert_eq!(
        (http.redirects, http.ignore_tls),
        (Field::Known(10), Field::Known(true))
    );
}

#[test]
fn empty_text_that_was_asked_for_stays() {
    let mut watch = Watch {
        name: Field::Known(String::new()),
        ..Watch::default()
    };
    Reading::into(&object(json!({ "name": null })), &mut watch);
    assert_eq!(watch.name, Field::Known(String::new()));
    Reading::into(&object(json!({ "name": "a" })), &mut watch);
    assert_eq!(watch.name, Field::Known("a".to_owned()));
}

#[test]
fn another_type_takes_the_place_of_a_block() {
    let mut watch = Watch {
        http: Some(Http::default()),
        ..Watch::default()
    };
    Reading::into(&object(json!({ "type": "push" })), &mut watch);
    assert_eq!((watch.http, watch.push), (None, Some(Push)));
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Loose {
    settings: Field<String>,
    secret_settings_wo: Field<Secret>,
}

impl Fields for Loose {
    fn fields(&mut self, visit: &mut dyn Visit) {
        visit.rest(
            "settings",
            &mut self.settings,
            "secret_settings_wo",
            &mut self.secret_settings_wo,
        );
    }
}

#[test]
fn fields_without_an_attribute_stand_in_the_text_of_an_object() {
    let loose = Loose {
        settings: Field::Known(r#"{ "port": 1, "host": "a" }"#.to_owned()),
        secret_settings_wo: Field::Known(Secret::new(r#"{"token":"canary"}"#)),
    };
    let written = Written::of(&loose);
    assert_eq!(Value::Object(written.object()), json!({ "port": 1, "host": "a" }));
    assert_eq!(written.secrets[0].attribute, "secret_settings_wo.token");
    assert_eq!(written.secrets[0].value, Field::Known(Secret::new("canary")));

    // The same settings stay in the words of the user; others show as what they are.
    let mut same = loose.clone();
    let found = object(json!({ "host": "a", "port": 1, "token": "canary", "name": "n", "flag": true }));
    let secrets = Reading::into(&found, &mut same);
    assert_eq!(
        (&same.settings, &same.secret_settings_wo),
        (&loose.settings, &Field::Null)
    );
    let secret = secrets["secret_settings_wo.token"].as_ref().unwrap();
    assert_eq!(secret.expose(), "canary");
    assert!(!secrets.contains_key("secret_settings_wo.host"));
    Reading::into(&object(json!({ "host": "b" })), &mut same);
    assert_eq!(same.settings, Field::Known(r#"{"host":"b"}"#.to_owned()));

    // An import shows none of them: a token may be among them.
    let mut imported = Loose::default();
    Reading::into(&found, &mut imported);
    assert_eq!(imported.settings, Field::Null);
}
