//! What each release of Terraform and OpenTofu calls, sends and understands.

use std::fmt;

use super::shape::{Content, Shape};
use crate::protocol::ClientCapabilities;

/// A program that runs providers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Product {
    /// Terraform.
    Terraform,
    /// OpenTofu.
    OpenTofu,
}

/// A minor release: `Terraform 1.11`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Release {
    /// Whose it is.
    pub product: Product,
    /// The number after `1.`.
    pub minor: u8,
}

/// What a core is doing when it calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Walk {
    /// Checking the configuration.
    Validate,
    /// Planning, refreshing and importing.
    Plan,
    /// Applying; it plans again here.
    Apply,
}

/// Methods that came after the base protocol, by what they belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feature {
    /// `CallFunction`.
    Functions,
    /// `GetFunctions`: functions of a configured provider that are not in its schema.
    ConfiguredFunctions,
    /// `MoveResourceState`.
    Moving,
    /// The four methods of ephemeral resources.
    Ephemeral,
    /// `GetResourceIdentitySchemas` and `UpgradeResourceIdentity`, and identities in the other messages.
    Identity,
    /// `ValidateListResourceConfig` and `ListResource`.
    Lists,
    /// `GenerateResourceConfig`.
    GeneratedConfiguration,
    /// The three methods of actions.
    Actions,
    /// Write-only attributes: in the schema, and allowed in the configuration.
    WriteOnly,
    /// Computed blocks: in the schema, and allowed in a plan.
    ComputedBlocks,
    /// The private data of a plan goes into the plan that the apply makes again.
    PlannedPrivate,
    /// Answers that wait for a later run: always in an apply, in a plan only where the person asked for it.
    Deferral,
}

impl Release {
    /// Terraform `1.minor`.
    pub const fn terraform(minor: u8) -> Self {
        Self {
            product: Product::Terraform,
            minor,
        }
    }

    /// OpenTofu `1.minor`.
    pub const fn opentofu(minor: u8) -> Self {
        Self {
            product: Product::OpenTofu,
            minor,
        }
    }

    /// Terraform 1.8 to 1.16 and OpenTofu 1.7 to 1.12.
    pub fn all() -> Vec<Self> {
        let terraform = (8..=16).map(Self::terraform);
        terraform.chain((7..=12).map(Self::opentofu)).collect()
    }

    /// Whether it calls the methods of a feature and sends its fields.
    pub fn has(self, feature: Feature) -> bool {
        let since = match self.product {
            Product::Terraform => terraform_since(feature),
            Product::OpenTofu => opentofu_since(feature),
        };
        since.is_some_and(|since| self.minor >= since)
    }

    /// Whether the provider is configured before its functions are called.
    pub fn configures_before_functions(self) -> bool {
        self.product == Product::OpenTofu
    }

    /// What it sends as `client_capabilities`; `None` for a release that does not know the field.
    pub fn capabilities(self, walk: Walk) -> Option<ClientCapabilities> {
        let since = match self.product {
            Product::Terraform => 9,
            Product::OpenTofu => 11,
        };
        (self.minor >= since).then(|| ClientCapabilities {
            deferral_allowed: self.has(Feature::Deferral) && walk == Walk::Apply,
            write_only_attributes_allowed: self.has(Feature::WriteOnly),
            store_planned_private: self.has(Feature::PlannedPrivate),
            computed_blocks_allowed: self.has(Feature::ComputedBlocks),
        })
    }

    /// What it sends as its version.
    pub fn version(self) -> String {
        format!("1.{}.0", self.minor)
    }

    /// The schema as it understands it: an older release does not see newer flags.
    pub(super) fn understands(self, shape: &mut Shape) {
        for attribute in &mut shape.attributes {
            attribute.write_only &= self.has(Feature::WriteOnly);
            if let Content::Objects(_, shape) = &mut attribute.content {
                self.understands(shape);
            }
        }
        for block in &mut shape.blocks {
            block.computed &= self.has(Feature::ComputedBlocks);
            self.understands(&mut block.shape);
        }
    }
}

fn terraform_since(feature: Feature) -> Option<u8> {
    match feature {
        Feature::Functions | Feature::Moving => Some(8),
        Feature::Deferral => Some(9),
        Feature::Ephemeral => Some(10),
        Feature::WriteOnly => Some(11),
        Feature::Identity => Some(12),
        Feature::Lists | Feature::GeneratedConfiguration | Feature::Actions => Some(14),
        Feature::ComputedBlocks | Feature::PlannedPrivate => Some(16),
        Feature::ConfiguredFunctions => None,
    }
}

fn opentofu_since(feature: Feature) -> Option<u8> {
    match feature {
        Feature::Functions | Feature::ConfiguredFunctions => Some(7),
        Feature::Moving => Some(10),
        Feature::Ephemeral | Feature::WriteOnly => Some(11),
        Feature::Identity => Some(12),
        Feature::Lists
        | Feature::GeneratedConfiguration
        | Feature::Actions
        | Feature::ComputedBlocks
        | Feature::PlannedPrivate
        | Feature::Deferral => None,
    }
}

impl fmt::Display for Release {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let product = match self.product {
            Product::Terraform => "Terraform",
            Product::OpenTofu => "OpenTofu",
        };
        write!(formatter, "{product} 1.{}", self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(product: Product, feature: Feature) -> Option<u8> {
        let mut releases = Release::all().into_iter().filter(|release| release.product == product);
        releases
            .find(|release| release.has(feature))
            .map(|release| release.minor)
    }

    #[test]
    fn features_start_where_they_came() {
        assert_eq!(first(Product::Terraform, Feature::Identity), Some(12));
        assert_eq!(first(Product::OpenTofu, Feature::Ephemeral), Some(11));
        assert_eq!(first(Product::OpenTofu, Feature::Actions), None);
        assert_eq!(first(Product::Terraform, Feature::Deferral), Some(9));
        assert_eq!(first(Product::OpenTofu, Feature::Deferral), None);
    }

    #[test]
    fn capabilities_are_those_of_the_release() {
        assert_eq!(Release::terraform(8).capabilities(Walk::Plan), None);
        assert_eq!(Release::opentofu(10).capabilities(Walk::Plan), None);
        let sent = |release: Release, walk| {
            let sent = release.capabilities(walk).unwrap();
            (
                sent.write_only_attributes_allowed,
                sent.deferral_allowed,
                sent.store_planned_private,
            )
        };
        assert_eq!(sent(Release::terraform(10), Walk::Plan), (false, false, false));
        assert_eq!(sent(Release::terraform(11), Walk::Plan), (true, false, false));
        assert_eq!(sent(Release::terraform(11), Walk::Apply), (true, true, false));
        assert_eq!(sent(Release::terraform(16), Walk::Plan), (true, false, true));
        assert_eq!(sent(Release::opentofu(12), Walk::Apply), (true, false, false));
    }

    #[test]
    fn a_release_has_its_name() {
        assert_eq!(Release::opentofu(12).to_string(), "OpenTofu 1.12");
        assert_eq!(Release::all().len(), 15);
    }
}
