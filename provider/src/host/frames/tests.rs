use proptest::prelude::*;

use super::*;

/// The kind of a record, and its fields.
type Written = (String, Vec<(String, Vec<u8>)>);

/// An answer as a script writes it.
fn written(records: &[Written]) -> Vec<u8> {
    let mut bytes = b"quickfra 1\nprogress lock started 0\n".to_vec();
    for (kind, fields) in records {
        bytes.extend(format!("record {kind} {}\n", fields.len()).bytes());
        for (name, value) in fields {
            bytes.extend(format!("{name} {}\n", value.len()).bytes());
            bytes.extend(value);
            bytes.push(b'\n');
        }
    }
    bytes.extend(format!("end {}\n", records.len()).bytes());
    bytes
}

/// Values that look like structure, among others.
fn value() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..64),
        Just(b"end 1\n".to_vec()),
        Just(b"record a 1\nb 1\nc\nend 2".to_vec()),
        Just(b"progress start done 1".to_vec()),
    ]
}

fn records() -> impl Strategy<Value = Vec<Written>> {
    let field = ("[a-z_0-9-]{1,8}", value());
    let record = ("[a-z]{1,8}", proptest::collection::vec(field, 0..4));
    proptest::collection::vec(record, 0..4)
}

proptest! {
    #[test]
    fn an_answer_reads_back(records in records()) {
        let answer = Answer::parse(&written(&records)).expect("it is whole");
        prop_assert_eq!(answer.records.len(), records.len());
        for (record, (kind, fields)) in answer.records.iter().zip(&records) {
            prop_assert_eq!(&record.kind, kind);
            prop_assert_eq!(record.fields(), fields.as_slice());
        }
    }

    #[test]
    fn an_answer_that_is_cut_anywhere_is_an_error(records in records(), at in any::<prop::sample::Index>()) {
        let bytes = written(&records);
        let at = at.index(bytes.len());
        prop_assert!(Answer::parse(&bytes[..at]).is_err());
    }

    #[test]
    fn an_answer_with_something_behind_it_is_an_error(records in records(), more in value()) {
        prop_assume!(!more.is_empty());
        let mut bytes = written(&records);
        bytes.extend(more);
        prop_assert!(Answer::parse(&bytes).is_err());
    }

    #[test]
    fn progress_is_told_from_content(records in records()) {
        let text = written(&records);
        // The watcher gets text; what is not UTF-8 may cost it some progress, never more.
        prop_assume!(std::str::from_utf8(&text).is_ok());
        let text = String::from_utf8(text).expect("checked above");
        let mut watcher = Watcher::default();
        let seen: Vec<_> = text.lines().filter_map(|line| watcher.line(line)).collect();
        // `lines` drops a carriage return in front of a line break, as no transport does.
        prop_assume!(!text.contains('\r'));
        prop_assert_eq!(seen, vec![vec!["lock", "started", "0"]]);
    }

    #[test]
    fn nothing_makes_the_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Answer::parse(&bytes);
    }

    #[test]
    fn a_request_has_one_word_for_each_field(fields in proptest::collection::vec(value(), 0..5)) {
        let mut request = Request::new();
        request.line("verb", &fields);
        let nul = fields.iter().any(|field| field.contains(&0));
        match request.finish() {
            Err(NulByte { verb }) => prop_assert!(nul && verb == "verb"),
            Ok(bytes) => {
                prop_assert!(!nul);
                let text = String::from_utf8(bytes).expect("it is plain");
                let lines: Vec<&str> = text.lines().collect();
                prop_assert_eq!(lines.len(), 3);
                prop_assert_eq!(lines[1].split(' ').count(), fields.len() + 1);
                let special = "$`'\"*?[]~&|;<>(){}!#";
                let plain = !lines[1].contains(|character: char| special.contains(character));
                prop_assert!(plain);
            }
        }
    }
}

#[test]
fn lengths_that_lie_are_errors() {
    for text in [
        "",
        "quickfra 2\nend 0\n",
        "quickfra 1\nend 1\n",
        "quickfra 1\nrecord a 1\nb 99999999999999999999\nx\nend 1\n",
        "quickfra 1\nrecord a 1\nb 18446744073709551615\nx\nend 1\n",
        "quickfra 1\nrecord a 1\nb 2\nx\nend 1\n",
        "quickfra 1\nrecord a 1\nb 0\nx\nend 1\n",
        "quickfra 1\nrecord a x\nend 1\n",
        "quickfra 1\nsomething else\nend 0\n",
    ] {
        assert!(Answer::parse(text.as_bytes()).is_err(), "{text:?}");
    }
}

#[test]
fn a_field_is_read_as_what_it_should_be_or_not_at_all() {
    let answer = Answer::parse(b"quickfra 1\nrecord a 3\nn 2\n12\nf 3\nyes\ne 0\n\nend 1\n").expect("it is whole");
    let record = answer.first("a").expect("it is there");
    assert_eq!(record.parsed::<u8>("n"), Ok(12));
    assert_eq!(record.flag("f"), Ok(true));
    assert_eq!(record.optional("e"), Ok(None));
    assert!(matches!(
        record.parsed::<u8>("f"),
        Err(FrameError::Value { field: "f", .. })
    ));
    assert!(matches!(record.flag("n"), Err(FrameError::Value { .. })));
    assert!(matches!(record.text("x"), Err(FrameError::Missing { field: "x", .. })));
    assert_eq!(answer.first("b"), Err(FrameError::NoRecord("b")));
}
