//! Types and values.

use tfplugin::value::{Type, Undeclared, Value};

use crate::cut;

/// A type as JSON, a zero, and a value of it as `MessagePack`.
pub fn msgpack(data: &[u8]) {
    let (ty, bytes) = cut(data);
    let Ok(ty) = Type::from_json(ty) else { return };
    let Ok(value) = Value::decode_msgpack(bytes, &ty) else {
        return;
    };
    assert_eq!(value.conforms(&ty), Ok(()));
    // What was read can be written, and is then read as the same.
    let Ok(again) = value.encode_msgpack(&ty) else {
        panic!("a value that was read cannot be written");
    };
    assert_eq!(Value::decode_msgpack(&again, &ty).as_ref(), Ok(&value));
}

/// A type as JSON, a zero, and a stored state as JSON.
pub fn json(data: &[u8]) {
    let (ty, bytes) = cut(data);
    let Ok(ty) = Type::from_json(ty) else { return };
    for undeclared in [Undeclared::Drop, Undeclared::Refuse] {
        if let Ok(value) = Value::decode_json_with(bytes, &ty, undeclared) {
            assert_eq!(value.conforms(&ty), Ok(()));
            if let Ok(again) = value.encode_json(&ty) {
                assert_eq!(Value::decode_json(&again, &ty).as_ref(), Ok(&value));
            }
        }
    }
}

/// A type as JSON.
pub fn type_json(data: &[u8]) {
    if let Ok(ty) = Type::from_json(data) {
        assert_eq!(Type::from_json(&ty.to_json()), Ok(ty));
    }
}
