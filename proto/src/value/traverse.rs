//! Finding, visiting and changing the parts of a value.

use super::{Path, Step, Type, Value, order};

impl Value {
    /// The part of the value at `path`, or `None` where there is none: also below a null or unknown. A set element is
    /// found by its value.
    pub fn at(&self, path: &Path) -> Option<&Value> {
        path.0.iter().try_fold(self, Self::child)
    }

    fn child(&self, step: &Step) -> Option<&Value> {
        match (self, step) {
            (Value::Dynamic(_, value), step) => value.child(step),
            (Value::Map(entries), Step::Attribute(name) | Step::Key(name)) => entries.get(name),
            (Value::List(elements), Step::Index(index)) => elements.get(usize::try_from(*index).ok()?),
            (Value::List(elements), Step::Element(wanted)) => elements.iter().find(|element| *element == wanted),
            _ => None,
        }
    }

    /// Visits the value and all its parts, the whole before its parts, each with its path and type. `visit` says
    /// whether to go into the part; its first error ends the walk. A dynamic value is visited with the dynamic type;
    /// its parts with the types it carries. A part whose shape is not its type's is visited but not gone into.
    pub fn walk<E>(&self, ty: &Type, visit: &mut impl FnMut(&Path, &Type, &Value) -> Result<bool, E>) -> Result<(), E> {
        walk(self, ty, &mut Path::root(), visit)
    }

    /// Rebuilds the value by passing every part through `change`, the parts before the whole, each with its path and
    /// type. Sets coalesce again. The path of a set element holds the element as it was.
    pub fn transform<E>(
        self,
        ty: &Type,
        change: &mut impl FnMut(&Path, &Type, Value) -> Result<Value, E>,
    ) -> Result<Value, E> {
        transform(self, ty, &mut Path::root(), change)
    }
}

fn walk<E>(
    value: &Value,
    ty: &Type,
    path: &mut Path,
    visit: &mut impl FnMut(&Path, &Type, &Value) -> Result<bool, E>,
) -> Result<(), E> {
    if !visit(path, ty, value)? {
        return Ok(());
    }
    // A dynamic value and the value in it stand at the same place, so it is visited once.
    let (value, ty) = value.resolve(ty);
    let mut below = |step, part: &Value, ty: &Type| {
        path.0.push(step);
        let result = walk(part, ty, path, visit);
        path.0.pop();
        result
    };
    match (value, ty) {
        (Value::List(elements), Type::List(element)) => (0..)
            .zip(elements)
            .try_for_each(|(index, part)| below(Step::Index(index), part, element)),
        (Value::List(elements), Type::Set(element)) => elements
            .iter()
            .try_for_each(|part| below(Step::Element(part.clone()), part, element)),
        (Value::List(elements), Type::Tuple(types)) => (0..)
            .zip(elements.iter().zip(types))
            .try_for_each(|(index, (part, ty))| below(Step::Index(index), part, ty)),
        (Value::Map(entries), Type::Map(element)) => entries
            .iter()
            .try_for_each(|(key, part)| below(Step::Key(key.clone()), part, element)),
        (Value::Map(entries), Type::Object(attributes)) => entries.iter().try_for_each(|(name, part)| {
            attributes
                .get(name)
                .map_or(Ok(()), |ty| below(Step::Attribute(name.clone()), part, ty))
        }),
        _ => Ok(()),
    }
}

fn transform<E>(
    value: Value,
    ty: &Type,
    path: &mut Path,
    change: &mut impl FnMut(&Path, &Type, Value) -> Result<Value, E>,
) -> Result<Value, E> {
    let rebuilt = match (value, ty) {
        (Value::Dynamic(carried, inner), _) => {
            let inner = parts(*inner, &carried, path, change)?;
            Value::Dynamic(carried, Box::new(inner))
        }
        (value, ty) => parts(value, ty, path, change)?,
    };
    change(path, ty, rebuilt)
}

/// The value with its parts, but not itself, passed through `change`.
fn parts<E>(
    value: Value,
    ty: &Type,
    path: &mut Path,
    change: &mut impl FnMut(&Path, &Type, Value) -> Result<Value, E>,
) -> Result<Value, E> {
    let mut below = |step, part: Value, ty: &Type| {
        path.0.push(step);
        let result = transform(part, ty, path, change);
        path.0.pop();
        result
    };
    Ok(match (value, ty) {
        (Value::List(elements), Type::List(element)) => Value::List(
            (0..)
                .zip(elements)
                .map(|(index, part)| below(Step::Index(index), part, element))
                .collect::<Result<_, _>>()?,
        ),
        (Value::List(elements), Type::Set(element)) => {
            let changed = elements
                .into_iter()
                .map(|part| below(Step::Element(part.clone()), part, element))
                .collect::<Result<Vec<_>, _>>()?;
            let mut set = Value::List(changed);
            order::make_canonical(&mut set, ty);
            set
        }
        (Value::List(elements), Type::Tuple(types)) if elements.len() == types.len() => Value::List(
            (0..)
                .zip(elements.into_iter().zip(types))
                .map(|(index, (part, ty))| below(Step::Index(index), part, ty))
                .collect::<Result<_, _>>()?,
        ),
        (Value::Map(entries), Type::Map(element)) => Value::Map(
            entries
                .into_iter()
                .map(|(key, part)| Ok((key.clone(), below(Step::Key(key), part, element)?)))
                .collect::<Result<_, _>>()?,
        ),
        (Value::Map(entries), Type::Object(attributes)) => Value::Map(
            entries
                .into_iter()
                .map(|(name, part)| match attributes.get(&name) {
                    Some(ty) => Ok((name.clone(), below(Step::Attribute(name), part, ty)?)),
                    None => Ok((name, part)),
                })
                .collect::<Result<_, _>>()?,
        ),
        (value, _) => value,
    })
}
